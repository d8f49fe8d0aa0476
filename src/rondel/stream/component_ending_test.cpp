// How an open component stream ends: by us, by the server, by an error, without a word.
#include "rondel/stream/component_stream.hpp"

#include <functional>
#include <vector>

#include "tests/support/conversation.hpp"
#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace test;
using namespace std::chrono_literals;
using enum StreamCondition;

constexpr std::string_view message = "<message from='a@b' to='plays.shakespeare.lit'/>";

std::string error_with_text(std::string_view condition, std::string_view text) {
    return "<stream:error><" + std::string(condition) + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>" +
           "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>" + std::string(text) + "</text></stream:error>";
}

TEST(ComponentStream, R011_after_its_end_tag_it_says_nothing_but_listens_to_the_servers) {
    opened_component(Conversation(plays_component()))
        .closes()
        .sends("</stream:stream>")
        .says("<message from='plays.shakespeare.lit' to='a@b'/>", StreamFault::not_open)
        .receives(message)
        .gets(message)
        .receives("<iq from='a@b' to='plays.shakespeare.lit' id='1' type='get'/>")  // not to be answered any more
        .refuses("<iq from='a@b' to='plays.shakespeare.lit' id='1' type='get'/>", StanzaFault::bad_iq_children)
        .closes()  // again: nothing
        .receives("</stream:stream>")
        .ends(CloseCause::closed_by_us)
        .because("The server closed it too.")
        .says("<message from='plays.shakespeare.lit' to='a@b'/>", StreamFault::not_open);
}

TEST(ComponentStream, R011_what_was_sent_goes_out_before_the_end_tag) {
    opened_component(Conversation(plays_component()))
        .does([](Stream& stream, Instant now) {
            EXPECT_FALSE(stream.send(Stanza(stanza_of("<presence from='plays.shakespeare.lit' to='a@b'/>"))));
            stream.close(now);
        })
        .sends("<presence from='plays.shakespeare.lit' to='a@b'/></stream:stream>")
        .receives("</stream:stream>")
        .ends(CloseCause::closed_by_us);
}

TEST(ComponentStream, R011_a_server_that_only_drops_the_connection_has_closed_too) {
    opened_component(Conversation(plays_component()))
        .closes()
        .sends("</stream:stream>")
        .receives("<message from='a@b' to='pl")
        .loses_connection()
        .ends(CloseCause::closed_by_us)
        .because("The server ended the connection.");
}

TEST(ComponentStream, R011_the_wait_for_the_servers_end_is_bounded) {
    opened_component(Conversation(plays_component()))
        .closes()
        .sends("</stream:stream>")
        .after(4s)
        .receives(message)
        .gets(message)
        .after(999ms)
        .after(1ms)
        .ends(CloseCause::closed_by_us)
        .because("did not close its own in time")
        .receives(message);  // nobody listens
}

TEST(ComponentStream, R025_an_error_that_comes_while_it_closes_is_told_but_not_the_cause) {
    opened_component(Conversation(plays_component()))
        .closes()
        .sends("</stream:stream>")
        .receives(
            "<stream:error><system-shutdown "
            "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>")
        .ends(CloseCause::closed_by_us, system_shutdown)
        .because("at its end came: system-shutdown.");
    opened_component(Conversation(plays_component()))
        .closes()
        .sends("</stream:stream>")
        .receives("<message></oops>")  // no error may follow our end tag
        .ends(CloseCause::closed_by_us, not_well_formed);
}

TEST(ComponentStream, R033_closes_with_an_error_of_its_own) {
    opened_component(Conversation(plays_component()))
        .closes_with(system_shutdown)
        .sends(stream_error(system_shutdown) + "</stream:stream>")
        .receives(message)
        .gets(message)
        .receives("</stream:stream>")
        .ends(CloseCause::closed_by_us, system_shutdown);
}

TEST(ComponentStream, R011_answers_the_servers_end_tag_with_its_own) {
    opened_component(Conversation(plays_component()))
        .receives(message)
        .gets(message)
        .receives("</stream:stream>")
        .sends("</stream:stream>")
        .ends(CloseCause::closed_by_peer)
        .because("The server closed the stream.")
        .receives(message)
        .loses_connection();
}

TEST(ComponentStream, R025_R028_an_error_of_the_server_ends_the_stream) {
    for (const auto& [name, condition] : {std::pair{"conflict", conflict},
                                          {"system-shutdown", system_shutdown},
                                          {"policy-violation", policy_violation},
                                          {"improper-addressing", improper_addressing},
                                          {"something-of-the-future", undefined_condition}})
        opened_component(Conversation(plays_component()))
            .receives(error_with_text(name, "Because.") + "</stream:stream>")
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_peer, condition)
            .because("The server ended the stream: " + std::string(to_string(condition)) + " (Because.)");
}

TEST(ComponentStream, R025_what_comes_behind_an_error_is_not_taken) {
    opened_component(Conversation(plays_component()))
        .receives(error_with_text("reset", "x") + std::string(message) + "</stream:stream>")
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, reset);
}

TEST(ComponentStream, not_authorized_once_open_is_no_refusal) {
    opened_component(Conversation(plays_component()))
        .receives("<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, not_authorized);
}

TEST(ComponentStream, V47_T_LOG_text_of_the_server_cannot_play_tricks_in_a_log) {
    opened_component(Conversation(plays_component()))
        .receives(error_with_text("reset",
                                  "a&#10;b\xc2\x9b"
                                  "2J\xe2\x80\xae"
                                  "c\\x"))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, reset)
        .because("reset (a\\nb\\u{9b}2J\\u{202e}c\\\\x).");
    opened_component(Conversation(plays_component()))
        .receives(error_with_text("reset", std::string(5000, 'x')))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, reset)
        .because("reset (" + std::string(200, 'x') + ").");
}

TEST(ComponentStream, F19_a_lost_connection_says_whether_a_stanza_was_lost_with_it) {
    opened_component(Conversation(plays_component()))  // SIGTERM of ejabberd and Prosody: a bare FIN
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .because("had not closed the stream");
    opened_component(Conversation(plays_component()))
        .receives("<message from='a@b' to='plays.shakespeare.lit'><body>I will nev")
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .because("in the middle of a stanza");
}

// The server has said all and ended its half of the connection: what we have to say can still reach it.
TEST(ComponentStream, F19_what_was_said_before_the_servers_end_can_be_written_to_half_a_connection) {
    ComponentStream stream({Jid::parse(plays).value(), "test"});
    const Instant now(1s);
    stream.start(now);
    const std::string bytes = server_header(plays) + "<handshake/></stream:stream>";
    stream.receive(bytes, now);
    while (stream.next_event()) continue;
    stream.peer_closed(now);
    EXPECT_FALSE(stream.next_event());
    EXPECT_TRUE(stream.output().ends_with("</handshake></stream:stream>")) << stream.output();
}

// Every call between any two events, and the end of the stream in the middle of them.
TEST(ComponentStream, V11_T_REENT_anything_may_be_done_between_events) {
    const std::string bytes = server_header(plays) + "<handshake/>" + std::string(message) +
                              "<iq from='a@b' to='plays.shakespeare.lit' type='get'/>" + std::string(message) +
                              "</stream:stream>";
    const Instant now(1s);
    const std::vector<std::function<void(Stream&)>> calls{
        [&](Stream& stream) { stream.close(now); },
        [&](Stream& stream) { stream.close({reset}, now); },
        [&](Stream& stream) { stream.peer_closed(now); },
        [&](Stream& stream) { stream.expire(now + 1h); },
        [&](Stream& stream) { stream.start(now); },
        [&](Stream& stream) { stream.listening(false, now); },
        [&](Stream& stream) { stream.adopt(stream.take_unsent()); },
        [&](Stream& stream) { stream.wrote(stream.output().size()); },
        [&](Stream& stream) {
            static_cast<void>(stream.send(Stanza(stanza_of("<presence from='plays.shakespeare.lit' to='a@b'/>"))));
        },
    };
    for (std::size_t call = 0; call < calls.size(); ++call) {
        for (int at = 0; at < 7; ++at) {
            ComponentStream stream({Jid::parse(plays).value(), "test"});
            stream.start(now);
            stream.receive(bytes, now);
            int events = 0;
            int ends = 0;
            for (;; ++events) {
                if (events == at) calls[call](stream);
                const auto event = stream.next_event();
                if (!event) break;
                EXPECT_EQ(ends, 0) << call << " at " << at;
                ends += std::holds_alternative<Closed>(*event);
            }
            EXPECT_EQ(ends, 1) << call << " at " << at;
        }
        ComponentStream dropped({Jid::parse(plays).value(), "test"});
        dropped.start(now);
        dropped.receive(bytes, now);
        EXPECT_TRUE(dropped.next_event());
        calls[call](dropped);
    }
}

TEST(ComponentStream, F19_what_had_come_before_the_connection_was_lost_is_told_first) {
    ComponentStream stream({Jid::parse(plays).value(), "test"});
    const Instant now(1s);
    stream.start(now);
    const std::string bytes = server_header(plays) + "<handshake/>" + std::string(message) + std::string(message);
    stream.receive(bytes, now);
    stream.peer_closed(now);
    std::vector<std::string> events;
    while (const auto event = stream.next_event()) events.push_back(to_text(*event));
    ASSERT_EQ(events.size(), 5u);
    EXPECT_EQ(events[2], "received " + std::string(message));
    EXPECT_EQ(events[3], events[2]);
    EXPECT_TRUE(events[4].starts_with("closed connection_lost")) << events[4];
}

}  // namespace
}  // namespace rondel::stream
