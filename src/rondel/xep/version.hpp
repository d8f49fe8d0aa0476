// XEP-0092 Software Version 1.1. Left out: nothing.
//
//   version::install(router, {.name = "Weather Robot", .version = "2.1"});
//   version::Version peer = co_await version::ask(self, "capulet.lit"_jid);
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/xml/payload.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rondel::version {

inline constexpr std::string_view ns = "jabber:iq:version";

struct Query {
    static constexpr auto xml = xml::element("query", ns);
};

struct Version {
    std::string name = {};     // of the software, for people
    std::string version = {};  // as its makers write it
    std::optional<std::string> os = {};
    friend bool operator==(const Version&, const Version&) = default;
    static constexpr auto xml =
        xml::element("query", ns, xml::child_text("name", &Version::name),
                     xml::child_text("version", &Version::version), xml::child_text("os", &Version::os));
};

// Answers to any address of the entity. The operating system is told only if it is given: it helps attackers (§5).
// Throws std::invalid_argument without a name.
void install(Router& router, Version own);

// Throws the peer's StanzaError, or remote-server-timeout.
task<Version> ask(Entity& self, JidView of, RequestOptions options = RequestOptions());

}  // namespace rondel::version
