// XEP-0199 XMPP Ping 2.0.1. Left out: nothing.
//
//   ping::install(router);
//   Duration there_and_back = co_await ping::ask(self, "capulet.lit"_jid);
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/xml/payload.hpp"

#include <string_view>

namespace rondel::ping {

inline constexpr std::string_view ns = "urn:xmpp:ping";

struct Ping {
    static constexpr auto xml = xml::element("ping", ns);
};

// Answers pings to any address of the entity (§4).
void install(Router& router);

// How long the answer took, by the entity's clock. Throws the peer's StanzaError, or remote-server-timeout. An error
// from the peer itself, service-unavailable from a full JID say, shows that somebody is there, but not that it is the
// peer (§7).
task<Duration> ask(Entity& self, JidView to, RequestOptions options = RequestOptions());

}  // namespace rondel::ping
