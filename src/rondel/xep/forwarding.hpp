// XEP-0297 Stanza Forwarding 1.0. Left out: stanzas in jabber:server.
//
//   forwarding::Forwarded forwarded = forwarding::wrap(message, stamp);
//   if (auto message = std::move(forwarded).take_message()) …
//
// A forwarded stanza is a quotation. No router ever dispatches it: whoever unwraps it must first ask whether the one
// who quotes is to be believed (§6). Carbons and archives do (carbons.hpp, archive.hpp).
#pragma once

#include "rondel/stanza/message.hpp"
#include "rondel/xep/delay.hpp"
#include "rondel/xml/payload.hpp"

#include <optional>
#include <string_view>

namespace rondel::forwarding {

inline constexpr std::string_view ns = "urn:xmpp:forward:0";

struct Forwarded {
    std::optional<delay::Delay> delay = {};  // when the one who forwards had got it
    Element stanza = {};  // whole, with its own addresses; empty: it was removed since (XEP-0313 §3.2)

    // The stanza, if it is one (Stanza::parse), a message for the second; it is gone from here then.
    Result<Stanza> take_stanza() &&;
    std::optional<Message> take_message() &&;
    Forwarded copy() const { return {delay, stanza.copy()}; }

    static constexpr auto xml =
        xml::element("forwarded", ns, xml::child(&Forwarded::delay), xml::any(&Forwarded::stanza));
};

Forwarded wrap(const Stanza& stanza, std::optional<DateTime> stamp = std::nullopt);

}  // namespace rondel::forwarding
