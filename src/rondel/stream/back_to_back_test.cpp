// Both sides of ours against each other, in memory, with everything cut and mixed as a network might: what one is given
// to send, the other reports, in order and once.
#include <random>

#include "tests/support/conversation.hpp"
#include "tests/support/stanza_text.hpp"
#include "tests/support/wire.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using namespace std::chrono_literals;
using stream::CloseCause;

std::string message(std::string_view from, std::string_view to, int number) {
    std::string body(static_cast<std::size_t>(1 + number * 37 % 900), 'x');
    for (std::size_t i = 0; i < body.size(); i += 50) body.replace(i, 1, "\xc3\xa9");
    return "<message from='" + std::string(from) + "' to='" + std::string(to) + "' id='" + std::to_string(number) +
           "'><body>" + body + "</body></message>";
}

class BackToBack : public ::testing::TestWithParam<unsigned> {};

TEST_P(BackToBack, T_SPLIT_what_one_sends_the_other_gets_in_order_and_once) {
    Wire wire(plays_component(), plays_server(), GetParam());
    wire.flow();
    ASSERT_TRUE(wire.component.is_open());
    ASSERT_TRUE(wire.server.is_open());

    std::mt19937 random(GetParam());
    std::vector<std::string> to_server;
    std::vector<std::string> to_component;
    for (int number = 0; number < 300; ++number) {
        to_server.push_back("received " + message("a@plays.shakespeare.lit", "b@c", number));
        ASSERT_FALSE(wire.component.send(Stanza(stanza_of(to_server.back().substr(9)))));
        to_component.push_back("received " + message("b@c", "a@plays.shakespeare.lit", number));
        ASSERT_FALSE(wire.server.send(Stanza(stanza_of(to_component.back().substr(9)))));
        if (random() % 4 == 0) wire.flow(random() % 5);
    }
    wire.flow();
    EXPECT_TRUE(wire.events_of_server == to_server) << wire.events_of_server.size() << " events";
    EXPECT_TRUE(wire.events_of_component == to_component) << wire.events_of_component.size() << " events";
    EXPECT_EQ(wire.component.stanzas_written(), 300u);
    EXPECT_EQ(wire.server.stanzas_written(), 300u);

    wire.component.close(wire.now);
    wire.flow();
    EXPECT_EQ(wire.end_of_component.value().cause, CloseCause::closed_by_us);
    EXPECT_EQ(wire.end_of_server.value().cause, CloseCause::closed_by_peer);
}

TEST_P(BackToBack, R011_nothing_is_lost_when_both_close_at_once) {
    Wire wire(plays_component(), plays_server(), GetParam());
    wire.flow();
    for (int number = 0; number < 20; ++number) {
        ASSERT_FALSE(wire.component.send(Stanza(stanza_of(message("a@plays.shakespeare.lit", "b@c", number)))));
        ASSERT_FALSE(wire.server.send(Stanza(stanza_of(message("b@c", "a@plays.shakespeare.lit", number)))));
    }
    wire.component.close(wire.now);
    wire.server.close(wire.now);
    wire.flow();
    EXPECT_EQ(wire.events_of_server.size(), 20u);
    EXPECT_EQ(wire.events_of_component.size(), 20u);
    EXPECT_EQ(wire.end_of_component.value().cause, CloseCause::closed_by_us);
    EXPECT_EQ(wire.end_of_server.value().cause, CloseCause::closed_by_us);
}

TEST_P(BackToBack, F01_F19_what_is_cut_off_is_delivered_or_given_back) {
    Wire wire(plays_component(), plays_server(), GetParam());
    wire.flow();
    for (int number = 0; number < 50; ++number)
        ASSERT_FALSE(wire.component.send(Stanza(stanza_of(message("a@plays.shakespeare.lit", "b@c", number)))));
    wire.flow(GetParam() % 40);
    wire.cut();
    const stream::Unsent unsent = wire.component.take_unsent();
    EXPECT_EQ(wire.component.stanzas_written() + unsent.stanzas(), 50u);
    EXPECT_GE(wire.component.stanzas_written(), wire.events_of_server.size());
    EXPECT_EQ(wire.end_of_component.value().cause, CloseCause::connection_lost);
    EXPECT_EQ(wire.end_of_server.value().cause, CloseCause::connection_lost);
}

TEST_P(BackToBack, R129_pings_keep_an_idle_stream_alive) {
    stream::AcceptingOptions quiet;
    quiet.ping_after = 0s;
    Wire wire(plays_component(), plays_server(quiet), GetParam());
    wire.server_echoes_pings = true;
    wire.flow();
    for (int minutes = 0; minutes < 60; ++minutes) {
        wire.pass(60s);
        wire.flow();
    }
    EXPECT_TRUE(wire.component.is_open());
    EXPECT_TRUE(wire.server.is_open());
    EXPECT_TRUE(wire.events_of_component.empty());
}

TEST_P(BackToBack, R122_a_wrong_secret_ends_both) {
    Wire wire(component(plays, "wrong"), plays_server(), GetParam());
    wire.flow();
    EXPECT_EQ(wire.end_of_component.value().cause, CloseCause::refused);
    EXPECT_EQ(wire.end_of_server.value().cause, CloseCause::refused);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BackToBack, ::testing::Range(0U, 30U));

}  // namespace
}  // namespace rondel::test
