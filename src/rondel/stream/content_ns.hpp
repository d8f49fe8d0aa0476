// The namespaces that the stanzas of a stream are in on the wire. Inside the library they are all in xml::stanza_ns.
#pragma once

#include <string_view>

namespace rondel::stream {

inline constexpr std::string_view component_accept_ns = "jabber:component:accept";    // XEP-0114
inline constexpr std::string_view component_connect_ns = "jabber:component:connect";  // the same, begun by the server
inline constexpr std::string_view client_ns = "jabber:client";                        // RFC 6120 §4.8.3

}  // namespace rondel::stream
