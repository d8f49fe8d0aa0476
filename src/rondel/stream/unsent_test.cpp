// What becomes of stanzas that a stream had accepted when it ended: each is written to its last byte, or given back
// whole (REQUIREMENTS §3), and goes out first on the next stream.
#include "rondel/stream/component_stream.hpp"

#include "tests/support/stanza_text.hpp"
#include "tests/support/streams.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr std::string_view domain = "plays.shakespeare.lit";
const Instant now(1s);

std::string message(int number) {
    return "<message from='plays.shakespeare.lit' to='a@b' id='" + std::to_string(number) + "'/>";
}

std::unique_ptr<ComponentStream> started() {
    auto stream = std::make_unique<ComponentStream>(ComponentCredentials{Jid::parse(domain).value(), "test"});
    stream->start(now);
    return stream;
}

void open(Stream& stream) {
    const std::string bytes = server_header(domain) + "<handshake/>";
    stream.receive(bytes, now);
    while (stream.next_event()) continue;
    ASSERT_TRUE(stream.is_open());
}

void write_all(Stream& stream) { stream.wrote(stream.output().size()); }

void send(Stream& stream, int number) { ASSERT_FALSE(stream.send(Stanza(stanza_of(message(number))))); }

void lose(Stream& stream) {
    stream.peer_closed(now);
    while (stream.next_event()) continue;
    EXPECT_EQ(stream.output(), "");
}

TEST(Unsent, F19_stanzas_are_counted_when_they_are_accepted_and_when_they_are_written) {
    const auto stream = started();
    open(*stream);
    write_all(*stream);
    send(*stream, 1);
    send(*stream, 2);
    EXPECT_EQ(stream->stanzas_sent(), 2u);
    EXPECT_EQ(stream->stanzas_written(), 0u);
    EXPECT_EQ(stream->backlog(), 2 * message(1).size());
    stream->wrote(message(1).size());
    EXPECT_EQ(stream->stanzas_written(), 1u);
    EXPECT_EQ(stream->backlog(), message(1).size());
    EXPECT_EQ(stream->send(Stanza(stanza_of("<message to='a@b'/>"))), StreamFault::no_from);
    EXPECT_EQ(stream->stanzas_sent(), 2u);
}

TEST(Unsent, F01_goes_out_first_on_the_next_stream) {
    const auto lost = started();
    open(*lost);
    write_all(*lost);
    for (int number = 1; number <= 3; ++number) send(*lost, number);
    lost->wrote(message(1).size() + 4);
    lose(*lost);
    Unsent unsent = lost->take_unsent();
    EXPECT_EQ(unsent.bytes, message(2) + message(3));
    EXPECT_EQ(unsent.stanzas(), 2u);
    EXPECT_EQ(lost->stanzas_written(), 1u);

    const auto next = started();
    next->adopt(std::move(unsent));
    EXPECT_EQ(next->stanzas_sent(), 2u);
    write_all(*next);
    EXPECT_EQ(next->output(), "");  // not before it is open
    open(*next);
    send(*next, 4);
    EXPECT_EQ(next->output().substr(next->output().size() - 3 * message(1).size()),
              message(2) + message(3) + message(4));
    write_all(*next);
    EXPECT_EQ(next->stanzas_sent(), 3u);
    EXPECT_EQ(next->stanzas_written(), 3u);
}

TEST(Unsent, R123_what_was_adopted_waits_for_the_handshake_and_comes_back_without_it) {
    const auto lost = started();
    open(*lost);
    send(*lost, 1);
    lose(*lost);

    const auto refused = started();
    refused->adopt(lost->take_unsent());
    const std::string bytes =
        server_header(domain) +
        "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
    refused->receive(bytes, now);
    while (refused->next_event()) continue;
    EXPECT_EQ(refused->output().find("<message"), std::string_view::npos);
    write_all(*refused);
    EXPECT_EQ(refused->stanzas_written(), 0u);

    const auto third = started();
    third->adopt(refused->take_unsent());
    lose(*third);
    const Unsent unsent = third->take_unsent();
    EXPECT_EQ(unsent.bytes, message(1));
    EXPECT_EQ(unsent.stanzas(), 1u);
    EXPECT_EQ(third->take_unsent().stanzas(), 0u);
}

TEST(Unsent, can_be_adopted_by_an_open_stream) {
    const auto lost = started();
    open(*lost);
    send(*lost, 1);
    lose(*lost);
    const auto other = started();
    open(*other);
    write_all(*other);
    send(*other, 2);
    other->adopt(lost->take_unsent());
    EXPECT_EQ(other->output(), message(2) + message(1));
    EXPECT_EQ(other->stanzas_sent(), 2u);
}

TEST(Unsent, pings_answers_and_the_end_are_not_given_back) {
    const auto stream = started();
    open(*stream);
    write_all(*stream);
    stream->expire(now + 60s);  // a ping
    send(*stream, 1);
    const std::string wrong = "<iq from='a@b' to='plays.shakespeare.lit' id='1' type='get'/>";
    stream->receive(wrong, now + 60s);
    while (stream->next_event()) continue;  // an error answer
    send(*stream, 2);
    stream->close(now + 60s);
    EXPECT_NE(stream->output().find("urn:xmpp:ping"), std::string_view::npos);
    EXPECT_NE(stream->output().find("bad-request"), std::string_view::npos);
    lose(*stream);
    EXPECT_EQ(stream->take_unsent().bytes, message(1) + message(2));
}

TEST(Unsent, what_was_on_its_way_out_when_the_peer_closed_can_still_be_written) {
    const auto stream = started();
    open(*stream);
    write_all(*stream);
    send(*stream, 1);
    stream->receive("</stream:stream>", now);
    while (stream->next_event()) continue;
    EXPECT_EQ(stream->output(), message(1) + "</stream:stream>");
    write_all(*stream);
    EXPECT_EQ(stream->stanzas_written(), 1u);
    EXPECT_EQ(stream->take_unsent().stanzas(), 0u);
}

TEST(Unsent, a_write_that_ends_after_the_connection_was_lost_counts) {
    const auto stream = started();
    open(*stream);
    write_all(*stream);
    send(*stream, 1);
    lose(*stream);
    stream->wrote(message(1).size());
    EXPECT_EQ(stream->stanzas_written(), 1u);
    EXPECT_EQ(stream->take_unsent().stanzas(), 0u);
}

TEST(Stream, bytes_are_lent_until_they_are_drained) {
    const auto stream = started();
    const std::string two = server_header(domain) + "<handshake/>";
    stream->receive(two, now);
    EXPECT_TRUE(stream->next_event());
    EXPECT_THROW(stream->receive(" ", now), std::logic_error);
    while (stream->next_event()) continue;
    EXPECT_NO_THROW(stream->receive(" ", now));
}

}  // namespace
}  // namespace rondel::stream
