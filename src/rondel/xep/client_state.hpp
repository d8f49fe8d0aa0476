// XEP-0352 Client State Indication 1.0.0. Left out: nothing.
//
// These are no stanzas: a client's stream sends them (Client::set_active), the server's reports them (Activity).
#pragma once

#include "rondel/xml/payload.hpp"

#include <string_view>

namespace rondel::client_state {

inline constexpr std::string_view ns = "urn:xmpp:csi:0";

struct Feature {  // of a stream
    static constexpr auto xml = xml::element("csi", ns);
};

struct Active {
    static constexpr auto xml = xml::element("active", ns);
};

struct Inactive {
    static constexpr auto xml = xml::element("inactive", ns);
};

}  // namespace rondel::client_state
