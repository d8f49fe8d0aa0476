// A stream whose caller lacked the memory to go on (docs/decisions/0009-memory.md). That memory does end at each point
// is played in tests/torture.
#include "rondel/stream/management.hpp"
#include "rondel/stream/output.hpp"

#include "tests/support/client_steps.hpp"
#include "tests/support/conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;
using stream::Untaken;

constexpr std::string_view hello = "<message from='plays.shakespeare.lit' to='a@b'/>";
constexpr std::string_view from_romeo =
    "<message from='romeo@montague.example/o' to='juliet@capulet.example/balcony'/>";

std::string end_for_want_of_memory() { return stream_error(resource_constraint) + "</stream:stream>"; }

auto break_off(Untaken untaken = Untaken::nothing) {
    return [untaken](Stream& stream, Instant now) { stream.break_off(untaken, "No memory.", now); };
}

TEST(BreakOff, F10_says_why_and_ends) {
    opened_component(Conversation(plays_component()))
        .says(hello)
        .sends(hello)
        .does(break_off())
        .sends(end_for_want_of_memory())
        .ends(CloseCause::error_from_us, resource_constraint)
        .because("No memory.")
        .does([](Stream& stream, Instant) {
            EXPECT_EQ(stream.take_unsent().stanzas(), 0u) << "it went out";
            EXPECT_FALSE(stream.is_open());
        });
}

TEST(BreakOff, F10_ends_before_it_is_open_too) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .does(break_off())
        .sends(end_for_want_of_memory())
        .ends(CloseCause::error_from_us, resource_constraint);
}

TEST(BreakOff, F10_nothing_follows_an_end_tag) {
    opened_component(Conversation(plays_component()))
        .closes()
        .sends("</stream:stream>")
        .does(break_off())
        .ends(CloseCause::error_from_us, resource_constraint)
        .does(break_off());
}

// Of a session that cannot be resumed.
Conversation& counting_client(Conversation&& conversation) {
    return authenticated_client_of_ours(std::move(conversation))
        .receives(features(std::string(bind_offer) + std::string(sm_offer)))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .sends(enable)
        .receives("<enabled xmlns='urn:xmpp:sm:3'/>")
        .opens();
}

TEST(BreakOff, F10_what_was_taken_is_acknowledged) {
    counting_client(Conversation(client()))
        .receives(from_romeo)
        .gets(from_romeo)
        .does(break_off())
        .sends(std::string(ack(1)) + end_for_want_of_memory())
        .ends(CloseCause::error_from_us, resource_constraint);
}

TEST(BreakOff, F10_what_was_not_taken_is_not_acknowledged) {
    counting_client(Conversation(client()))
        .receives(std::string(from_romeo) + std::string(from_romeo))
        .gets(from_romeo)
        .gets(from_romeo)
        .does(break_off(Untaken::stanza))
        .sends(std::string(ack(1)) + end_for_want_of_memory())
        .ends(CloseCause::error_from_us, resource_constraint);
}

TEST(BreakOff, F10_a_session_that_can_be_resumed_is_left_as_it_was) {
    managed_client(Conversation(client()))
        .receives(std::string(from_romeo) + std::string(from_romeo))
        .gets(from_romeo)
        .gets(from_romeo)
        .does(break_off(Untaken::stanza))
        .ends(CloseCause::connection_lost)
        .because("No memory.")
        .does([](Stream& stream, Instant) {
            const auto left = static_cast<stream::ClientStream&>(stream).take_resumption();
            if (left) {
                EXPECT_EQ(left->handled, 1u);
            }
        });
}

TEST(BreakOff, F10_a_session_that_nobody_took_has_not_begun) {
    managed_client(Conversation(client()))
        .does(break_off(Untaken::opening))
        .sends(std::string(ack(0)) + end_for_want_of_memory())
        .ends(CloseCause::error_from_us, resource_constraint)
        .does([](Stream& stream, Instant) {
            EXPECT_FALSE(static_cast<stream::ClientStream&>(stream).take_resumption());
        });
}

// ---- memory that ends at the same stanza each time ----

// A session of which three stanzas were taken, and at the fourth memory has ended so often; it is resumed.
stream::Resumption short_of_memory(std::uint8_t tries) {
    stream::Resumption lost = lost_session();
    lost.tries = tries;
    return lost;
}
Conversation& resumed(Conversation&& conversation) {
    return authenticated_client_of_ours(std::move(conversation))
        .receives(features(std::string(bind_offer) + std::string(sm_offer)))
        .sends("<resume xmlns='urn:xmpp:sm:3' h='3' previd='sm-1'/>")
        .receives("<resumed xmlns='urn:xmpp:sm:3' h='3' previd='sm-1'/>")
        .sends(std::string(lost_own) + std::string(lost_two) + std::string(ack_request))
        .reports("resumed s3");
}
auto leaves(std::uint32_t handled, std::uint8_t tries) {
    return [=](Stream& stream, Instant) {
        const auto left = static_cast<stream::ClientStream&>(stream).take_resumption();
        if (!left) return;  // cut off by the conversation before it had come to that
        EXPECT_EQ(left->handled, handled);
        EXPECT_EQ(left->tries, tries);
    };
}
std::string refusal(std::string_view kind, std::string_view id = {}) {
    return "<" + std::string(kind) + " to='romeo@montague.example/o'" + std::string(id) +
           " type='error'><error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
           "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
           std::make_error_code(std::errc::not_enough_memory).message() + "</text></error></" + std::string(kind) + ">";
}
const auto lack = std::make_error_code(std::errc::not_enough_memory);

TEST(BreakOff, F10_a_stanza_is_tried_twice) {
    managed_client(Conversation(client()))
        .receives(from_romeo)
        .gets(from_romeo)
        .does(break_off(Untaken::stanza))
        .ends(CloseCause::connection_lost)
        .does(leaves(0, 1));
    resumed(Conversation(client(juliet(), juliets_options(), short_of_memory(1))))
        .receives(from_romeo)
        .gets(from_romeo)
        .does(break_off(Untaken::stanza))
        .ends(CloseCause::connection_lost)
        .does(leaves(3, 2));
}

TEST(BreakOff, F10_what_was_tried_twice_is_answered_and_acknowledged) {
    resumed(Conversation(client(juliet(), juliets_options(), short_of_memory(2))))
        .receives(std::string(from_romeo) + std::string(from_romeo) + std::string(ack_request))
        .refuses(from_romeo, lack)
        .gets(from_romeo)
        .sends(refusal("message") + std::string(ack(5)))
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .does(leaves(5, 0));
    constexpr std::string_view query =
        "<iq from='romeo@montague.example/o' to='juliet@capulet.example/balcony' type='get' id='q'><ping "
        "xmlns='urn:xmpp:ping'/></iq>";
    resumed(Conversation(client(juliet(), juliets_options(), short_of_memory(2))))
        .receives(query)
        .refuses(query, lack)
        .sends(refusal("iq", " id='q'"));
}

// An error sent to a room may put us out of it; and presence, errors and results are answered by nobody.
TEST(BreakOff, F10_what_wants_no_answer_is_only_acknowledged) {
    for (const char* silent :
         {"<message from='room@muc.example/tybalt' type='groupchat'><body>Turn, draw!</body></message>",
          "<message from='romeo@montague.example/o' type='error'/>", "<presence from='romeo@montague.example/o'/>",
          "<iq from='romeo@montague.example/o' type='result' id='r'/>"})
        resumed(Conversation(client(juliet(), juliets_options(), short_of_memory(2))))
            .receives(silent)
            .refuses(silent, lack)
            .receives(ack_request)
            .sends(ack(4));
}

TEST(BreakOff, F10_what_came_between_is_another_stanza) {
    resumed(Conversation(client(juliet(), juliets_options(), short_of_memory(1))))
        .receives(std::string(from_romeo) + std::string(from_romeo))
        .gets(from_romeo)
        .gets(from_romeo)
        .does(break_off(Untaken::stanza))
        .ends(CloseCause::connection_lost)
        .does(leaves(4, 1));
}

TEST(BreakOff, F10_what_cannot_even_be_read_ends_the_session_in_the_end) {
    resumed(Conversation(client(juliet(), juliets_options(), short_of_memory(3))))
        .does(break_off(Untaken::unread))
        .ends(CloseCause::connection_lost)
        .does(leaves(3, 4));
    resumed(Conversation(client(juliet(), juliets_options(), short_of_memory(4))))
        .does(break_off(Untaken::unread))
        .sends(std::string(ack(3)) + end_for_want_of_memory())
        .ends(CloseCause::error_from_us, resource_constraint)
        .does([](Stream& stream, Instant) {
            EXPECT_FALSE(static_cast<stream::ClientStream&>(stream).take_resumption());
        });
    // That memory ends elsewhere says nothing about what comes.
    resumed(Conversation(client(juliet(), juliets_options(), short_of_memory(4))))
        .does(break_off())
        .ends(CloseCause::connection_lost)
        .does(leaves(3, 4));
}

TEST(BreakOff, F10_what_is_taken_back_was_never_said) {
    stream::Output output;
    output.add("<header>");
    output.add_stanza("<a/>", stream::Framing::tcp, true);
    const std::uint64_t here = output.bytes_added();
    output.add_stanza("<b/>", stream::Framing::tcp, true);
    output.add("</header>");
    output.take_back_to(here);
    EXPECT_EQ(output.bytes(), "<header><a/>");
    EXPECT_EQ(output.stanzas_added(), 1u);
    output.wrote(9);
    output.add_stanza("<c/>", stream::Framing::tcp, true);
    EXPECT_EQ(output.take_unsent().bytes, "<a/><c/>");

    stream::Management management({}, stream::Framing::tcp);
    management.start();
    management.sent("<a/>", true);
    management.sent("<bb/>", true);
    management.take_back(1);
    management.sent("<ccc/>", true);
    stream::Resumption left;
    management.leave(left);
    EXPECT_EQ(left.unacknowledged.bytes, "<a/><ccc/>");
}

}  // namespace
}  // namespace rondel::test
