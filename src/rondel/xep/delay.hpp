// XEP-0203 Delayed Delivery 2.0. Left out: nothing.
//
//   router.on<delay::Delay>([](const delay::Delay& delay, const Message& in, Entity& self) { … });
//   if (auto when = delay::sent_at(message)) …
#pragma once

#include "rondel/stanza/stanza.hpp"
#include "rondel/xml/payload.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rondel::delay {

inline constexpr std::string_view ns = "urn:xmpp:delay";

struct Delay {
    std::optional<Jid> from = {};  // who kept it: only as trustworthy as whoever the stanza came through (§7)
    DateTime stamp = {};           // when it was sent first
    std::string reason = {};       // for people
    friend bool operator==(const Delay&, const Delay&) = default;
    static constexpr auto xml = xml::element("delay", ns, xml::attribute("from", &Delay::from),
                                             xml::attribute("stamp", &Delay::stamp), xml::text(&Delay::reason));
};

// When a stanza was sent that was kept on its way; nullopt: it was not, or what it says of it cannot be read. Of
// several delays the earliest counts: each who kept it may have added one (§4).
std::optional<DateTime> sent_at(const Stanza& stanza);

}  // namespace rondel::delay
