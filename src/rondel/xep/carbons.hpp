// XEP-0280 Message Carbons 1.0.1. Left out: nothing.
#pragma once

#include "rondel/xep/forwarding.hpp"
#include "rondel/xml/payload.hpp"

#include <string_view>

namespace rondel::carbons {

inline constexpr std::string_view ns = "urn:xmpp:carbons:2";
inline constexpr std::string_view ns_rules = "urn:xmpp:carbons:rules:0";  // feature: §6.1 is followed to the letter

struct Enable {
    static constexpr auto xml = xml::element("enable", ns);
};

struct Disable {
    static constexpr auto xml = xml::element("disable", ns);
};

struct Received {
    forwarding::Forwarded forwarded = {};
    static constexpr auto xml = xml::element("received", ns, xml::child(&Received::forwarded));
};

struct Sent {
    forwarding::Forwarded forwarded = {};
    static constexpr auto xml = xml::element("sent", ns, xml::child(&Sent::forwarded));
};

struct Private {  // no copies of this one (§9); hints::NoCopy beside it
    static constexpr auto xml = xml::element("private", ns);
};

}  // namespace rondel::carbons
