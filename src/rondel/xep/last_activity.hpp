// XEP-0012 Last Activity 2.0. Left out: nothing.
//
//   last_activity::install(router, started);
//   last_activity::Last theirs = co_await last_activity::ask(self, "capulet.lit"_jid);
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/xml/payload.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rondel::last_activity {

inline constexpr std::string_view ns = "jabber:iq:last";

struct Query {
    static constexpr auto xml = xml::element("query", ns);
};

// What it means depends on whose it is (§7): of a domain, how long it has been up; of an account, how long ago it was
// last online, and what it said then; of a full JID, how long nobody has touched it.
struct Last {
    std::uint64_t seconds = 0;
    std::optional<std::string> status = {};  // of an account: the text of its last unavailable presence

    Last() = default;
    explicit Last(Duration ago, std::optional<std::string> said = {});  // whole seconds; never less than none
    friend bool operator==(const Last&, const Last&) = default;
    static constexpr auto xml =
        xml::element("query", ns, xml::attribute("seconds", &Last::seconds), xml::text(&Last::status));
};

// What to tell about another address than that of the entity itself. Throws the StanzaError to answer with: forbidden
// for who may not see the presence of that address, as it must not leak (§8).
using Lookup = std::function<task<Last>(const Iq& in, Entity& self)>;

// Tells how long the entity has been up: since when, on the clock of Entity::now(). Without a lookup, other addresses
// than its own get service-unavailable.
void install(Router& router, Instant since, Lookup lookup = {});

// Throws the peer's StanzaError, or remote-server-timeout.
task<Last> ask(Entity& self, JidView of, RequestOptions options = RequestOptions());

}  // namespace rondel::last_activity
