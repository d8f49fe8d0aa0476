// One of our streams against a peer that says anything at any time, while its own program does anything too.
//
// The input is what the peer says; a byte of 1 to 7, which no XML may hold, is something else that happens there. It is
// played whole and in pieces, and without those bytes both must come to the same. (With them they need not: what is
// wrong in the middle of a tag may be noticed before or after, say, we close.)
#pragma once

#include "rondel/stream/component_stream.hpp"
#include "rondel/xml/reader.hpp"

#include <chrono>
#include <deque>
#include <string>

#include "tests/fuzz/cuts.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/actor.hpp"

namespace rondel::test {

struct Outcome {
    std::string said;
    std::deque<std::string> reported;  // but the end
    std::string end;
    bool opened;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

// What is wrong in a tag that never ends is noticed at once or not at all, as the cuts will have it: then the end
// differs, and what was said at it.
inline bool same_but_for_half_a_tag(const Outcome& a, const Outcome& b) {
    const auto noticed = [](const Outcome& o) { return o.end.starts_with("closed error_from_us"); };
    const auto waited = [](const Outcome& o) { return o.end.starts_with("closed timed_out"); };
    return a.reported == b.reported && a.opened == b.opened && ((noticed(a) && waited(b)) || (noticed(b) && waited(a)));
}

inline void happen(Actor& actor, char what, const Stanza& stanza) {
    using namespace std::chrono_literals;
    actor.act([&](Stream& stream, Instant now) {
        if (what == 1) stream.close(now);
        if (what == 2) stream.close({stream::StreamCondition::system_shutdown, "Good bye."}, now);
        if (what == 3) static_cast<void>(stream.send(stanza));
        if (what == 4) stream.listening(false, now);
        if (what == 5) stream.listening(true, now);
    });
    if (what == 6) actor.wait(7s);
    if (what == 7) actor.lose_connection();
}

// What we say is XML, whatever happened, and nothing comes behind our end tag. A restart begins a new document.
inline void require_well_formed(std::string_view said) {
    constexpr std::string_view beginning = "<?xml version='1.0'?>";
    const std::size_t next = said.find(beginning, 1);
    if (next != said.npos) require_well_formed(said.substr(next));
    said = said.substr(0, next);
    xml::Reader reader{xml::Limits{}};
    for (;;) {
        switch (reader.next(said)) {
            case xml::Reader::Step::more:
                RONDEL_REQUIRE(reader.pending_bytes() == 0);
                return;
            case xml::Reader::Step::closed:
                RONDEL_REQUIRE(said.empty() && next == said.npos);
                return;
            case xml::Reader::Step::failed:
                RONDEL_REQUIRE(!"what we say can be read");
                return;
            default:
                break;
        }
    }
}

inline Outcome play(const MakeStream& make, std::string_view input, const Stanza& stanza, const Cutter& cut) {
    using namespace std::chrono_literals;
    Actor actor(make);
    while (!input.empty()) {
        if (input[0] >= 1 && input[0] <= 7) {
            happen(actor, input[0], stanza);
            input.remove_prefix(1);
            continue;
        }
        const std::size_t run = std::min(input.size(), input.find_first_of("\1\2\3\4\5\6\7"));
        const std::size_t size = std::min(run, cut());
        actor.receive(input.substr(0, size));
        input.remove_prefix(size);
        if (!actor.fault().empty()) break;
    }
    actor.act([](Stream& stream, Instant now) { stream.listening(true, now); });
    actor.wait(1h);
    if (!actor.fault().empty()) std::fprintf(stderr, "%s\n", actor.fault().c_str());
    RONDEL_REQUIRE(actor.fault().empty());
    RONDEL_REQUIRE(actor.has_ended());
    RONDEL_REQUIRE(!actor.end().why.empty());
    require_well_formed(actor.said);
    const Stream& stream = actor.stream();
    RONDEL_REQUIRE(stream.stanzas_written() <= stream.stanzas_sent());
    const std::string end = actor.reported.back();
    actor.reported.pop_back();
    return {actor.said, actor.reported, end, actor.has_opened()};
}

inline void play_in_all_ways(const MakeStream& make, std::string_view input, const Stanza& stanza) {
    const Cutter whole = [] { return std::string_view::npos; };
    const Cutter bytes = [] { return std::size_t(1); };
    for (const Cutter& cut : {whole, cuts(digest(input)), bytes}) play(make, input, stanza, cut);

    std::string said(input);
    std::erase_if(said, [](char c) { return c >= 1 && c <= 7; });
    const Outcome expected = play(make, said, stanza, whole);
    for (const Cutter& cut : {cuts(digest(input)), bytes}) {
        const Outcome outcome = play(make, said, stanza, cut);
        RONDEL_REQUIRE(outcome == expected || same_but_for_half_a_tag(outcome, expected));
    }
}

}  // namespace rondel::test
