// XEP-0202 Entity Time 2.0. Left out: nothing.
//
//   entity_time::install(router, [] { return entity_time::Time{.offset = {}, .utc = …the time that it is…}; });
//   entity_time::Time theirs = co_await entity_time::ask(self, "capulet.lit"_jid);
#pragma once

#include "rondel/base/datetime.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/xml/payload.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace rondel::entity_time {

inline constexpr std::string_view ns = "urn:xmpp:time";

// How far local time is ahead of UTC: positive to the east, fourteen hours at most (XEP-0082 §2).
struct Offset {
    std::chrono::minutes east = {};
    friend bool operator==(Offset, Offset) = default;
};
bool from_xml_text(std::string_view text, Offset& value);
std::string to_xml_text(Offset value);

struct Query {
    static constexpr auto xml = xml::element("time", ns);
};

struct Time {
    Offset offset = {};
    DateTime utc = {};
    friend bool operator==(const Time&, const Time&) = default;
    static constexpr auto xml =
        xml::element("time", ns, xml::child_text("tzo", &Time::offset), xml::child_text("utc", &Time::utc));
};

// Where the time comes from: nothing in this library below net/ asks for it. Called for each answer.
using Source = std::function<Time()>;

// Answers to any address of the entity. An offset tells where in the world the machine stands; zero tells nothing (§6).
// Throws std::invalid_argument without a source.
void install(Router& router, Source source);

// Throws the peer's StanzaError, or remote-server-timeout. The answer is as old as the network made it.
task<Time> ask(Entity& self, JidView of, RequestOptions options = RequestOptions());

}  // namespace rondel::entity_time
