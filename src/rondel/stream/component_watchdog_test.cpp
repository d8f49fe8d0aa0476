// A component looks after its connection: pings (XEP-0199) and spaces.
#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/stream/component_stream.hpp"

#include "tests/support/conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace test;
using namespace std::chrono_literals;
using enum StreamCondition;

std::string ping_id(int number) {
    return "ping-" + to_hex(sha256({"component ", usual_id})).substr(0, 24) + "-" + std::to_string(number);
}

std::string ping(int number = 1) {
    return "<iq to='plays.shakespeare.lit' type='get' from='plays.shakespeare.lit' id='" + ping_id(number) +
           "'><ping xmlns='urn:xmpp:ping'/></iq>";
}

std::string answer(std::string_view type, const std::string& id, std::string_view from = plays) {
    return "<iq from='" + std::string(from) + "' to='plays.shakespeare.lit' id='" + id + "' type='" +
           std::string(type) + "'/>";
}

TEST(ComponentStream, R035_F02_a_silent_server_is_pinged_and_then_given_up) {
    opened_component(Conversation(plays_component()))
        .after(60s)
        .sends(ping())
        .after(10s)
        .sends(stream_error(connection_timeout) + "</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout)
        .because("gone silent");
}

TEST(ComponentStream, R129_its_ping_that_comes_back_is_a_sign_of_life_and_nobodys_business) {
    opened_component(Conversation(plays_component()))
        .after(60s)
        .sends(ping(1))
        .after(9s)
        .receives(ping(1))
        .after(59s)
        .after(1s)
        .sends(ping(2))
        .receives(ping(2));
}

TEST(ComponentStream, an_answer_to_its_ping_is_nobodys_business_either) {
    for (const std::string_view type : {"result", "error"})
        opened_component(Conversation(plays_component())).after(60s).sends(ping()).receives(answer(type, ping_id(1)));
}

TEST(ComponentStream, V17_T_IQSPOOF_only_what_is_like_its_ping_is_taken_for_it) {
    for (const std::string& other : {
             answer("result", ping_id(1), "a@b"),
             answer("result", ping_id(1), "sub.plays.shakespeare.lit"),
             answer("result", ping_id(1), "a@plays.shakespeare.lit"),
             answer("result", "ping-1"),
             "<message from='plays.shakespeare.lit' to='plays.shakespeare.lit' id='" + ping_id(1) + "'/>",
             // of another instance of the same component, by way of the same server
             std::string("<iq to='plays.shakespeare.lit' type='get' from='plays.shakespeare.lit' "
                         "id='ping-000000000000000000000000-1'><ping xmlns='urn:xmpp:ping'/></iq>"),
         })
        opened_component(Conversation(plays_component())).after(60s).sends(ping()).receives(other).gets(other);
}

TEST(ComponentStream, any_byte_is_an_answer) {
    opened_component(Conversation(plays_component()))
        .after(60s)
        .sends(ping(1))
        .after(9s)
        .receives("<")
        .after(59s)
        .after(1s)
        .sends(ping(2))
        .after(10s)
        .sends(stream_error(connection_timeout) + "</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout);
}

TEST(ComponentStream, R034_says_a_space_when_it_had_nothing_to_say) {
    StreamOptions options;
    options.whitespace_after = 30s;
    opened_component(Conversation(plays_component(options)))
        .after(30s)
        .sends(" ")
        .receives(" ")
        .says("<presence from='plays.shakespeare.lit' to='a@b'/>")
        .sends("<presence from='plays.shakespeare.lit' to='a@b'/>")
        .after(30s)
        .receives(" ")
        .after(30s)
        .sends(" ");
}

// Conversations with a silent peer must end; these wait for it without end, and so are none.
const std::string opening = server_header(plays) + "<handshake/>";

void open(ComponentStream& stream, Instant now, const std::string& bytes) {
    stream.start(now);
    stream.receive(bytes, now);
    EXPECT_TRUE(std::holds_alternative<Connected>(stream.next_event().value()));
    EXPECT_TRUE(std::holds_alternative<Opened>(stream.next_event().value()));
    stream.wrote(stream.output().size());
}

TEST(ComponentStream, F05_a_server_is_not_blamed_while_nobody_reads) {
    ComponentStream stream({Jid::parse(plays).value(), "test"});
    const Instant start(1s);
    open(stream, start, opening);
    stream.listening(false, start + 1s);
    EXPECT_EQ(stream.deadline(), never);
    stream.expire(start + 1h);
    EXPECT_EQ(stream.output(), "");
    stream.listening(true, start + 1h);
    EXPECT_EQ(stream.deadline(), start + 1h + 60s);
    stream.expire(start + 1h + 60s);
    EXPECT_EQ(stream.output(), ping());
}

TEST(ComponentStream, F05_a_server_is_not_blamed_while_its_bytes_wait_to_be_read) {
    ComponentStream stream({Jid::parse(plays).value(), "test"});
    Instant now(1s);
    const std::string bytes = opening + "<message from='a@b' to='plays.shakespeare.lit'/>";
    open(stream, now, bytes);
    EXPECT_EQ(stream.deadline(), now + 60s);
    stream.expire(now += 60s);
    EXPECT_EQ(stream.output(), "");
    EXPECT_EQ(stream.deadline(), now + 60s);
    EXPECT_TRUE(stream.next_event());
    EXPECT_FALSE(stream.next_event());
    stream.expire(now += 60s);
    EXPECT_EQ(stream.output(), ping());
}

TEST(ComponentStream, pings_are_off_at_zero) {
    StreamOptions options;
    options.ping_after = 0s;
    ComponentStream stream({Jid::parse(plays).value(), "test"}, options);
    open(stream, Instant(1s), opening);
    EXPECT_FALSE(stream.next_event());
    EXPECT_EQ(stream.deadline(), never);
}

}  // namespace
}  // namespace rondel::stream
