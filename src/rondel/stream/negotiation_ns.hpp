// The namespaces of what a client and its server agree on before stanzas flow.
#pragma once

#include <string_view>

namespace rondel::stream {

inline constexpr std::string_view tls_ns = "urn:ietf:params:xml:ns:xmpp-tls";          // RFC 6120 §5
inline constexpr std::string_view sasl_ns = "urn:ietf:params:xml:ns:xmpp-sasl";        // §6
inline constexpr std::string_view bind_ns = "urn:ietf:params:xml:ns:xmpp-bind";        // §7
inline constexpr std::string_view session_ns = "urn:ietf:params:xml:ns:xmpp-session";  // RFC 3921 §3, without effect
inline constexpr std::string_view sasl2_ns = "urn:xmpp:sasl:2";                        // XEP-0388
inline constexpr std::string_view bind2_ns = "urn:xmpp:bind:0";                        // XEP-0386
inline constexpr std::string_view fast_ns = "urn:xmpp:fast:0";                         // XEP-0484
inline constexpr std::string_view binding_types_ns = "urn:xmpp:sasl-cb:0";             // XEP-0440
inline constexpr std::string_view carbons_ns = "urn:xmpp:carbons:2";                   // XEP-0280
inline constexpr std::string_view client_state_ns = "urn:xmpp:csi:0";                  // XEP-0352
inline constexpr std::string_view registration_ns = "jabber:iq:register";              // XEP-0077

}  // namespace rondel::stream
