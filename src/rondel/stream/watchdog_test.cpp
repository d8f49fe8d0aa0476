#include "rondel/stream/watchdog.hpp"

#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace std::chrono_literals;
using Due = Watchdog::Due;

constexpr Instant start = Instant(1000s);

TEST(Watchdog, is_quiet_before_it_is_started) {
    Watchdog dog({60s, 10s, 30s});
    EXPECT_EQ(dog.deadline(), never);
    EXPECT_EQ(dog.due(start + 1h, 0), Due::nothing);
}

TEST(Watchdog, R035_a_silent_peer_is_pinged_and_then_given_up) {
    Watchdog dog({60s, 10s, 0s});
    dog.start(start, 0);
    EXPECT_EQ(dog.deadline(), start + 60s);
    EXPECT_EQ(dog.due(start + 59s, 0), Due::nothing);
    EXPECT_EQ(dog.due(start + 60s, 0), Due::ping);
    EXPECT_EQ(dog.deadline(), start + 70s);
    EXPECT_EQ(dog.due(start + 69s, 100), Due::nothing);
    EXPECT_EQ(dog.due(start + 70s, 100), Due::giving_up);
}

TEST(Watchdog, any_byte_is_a_sign_of_life) {
    Watchdog dog({60s, 10s, 0s});
    dog.start(start, 0);
    EXPECT_EQ(dog.due(start + 60s, 0), Due::ping);
    dog.heard(start + 69s);
    EXPECT_EQ(dog.deadline(), start + 129s);
    EXPECT_EQ(dog.due(start + 70s, 0), Due::nothing);
    EXPECT_EQ(dog.due(start + 129s, 0), Due::ping);
}

TEST(Watchdog, F08_a_clock_that_leapt_gives_the_peer_its_time_to_answer) {
    Watchdog dog({60s, 10s, 0s});
    dog.start(start, 0);
    EXPECT_EQ(dog.due(start + 10h, 0), Due::ping);  // the machine slept
    EXPECT_EQ(dog.deadline(), start + 10h + 10s);
}

TEST(Watchdog, zero_turns_each_thing_off) {
    Watchdog off({0s, 10s, 0s});
    off.start(start, 0);
    EXPECT_EQ(off.deadline(), never);
    EXPECT_EQ(off.due(start + 1000h, 0), Due::nothing);

    Watchdog never_gives_up({60s, 0s, 0s});
    never_gives_up.start(start, 0);
    EXPECT_EQ(never_gives_up.due(start + 60s, 0), Due::ping);
    EXPECT_EQ(never_gives_up.deadline(), never);
    EXPECT_EQ(never_gives_up.due(start + 1000h, 0), Due::nothing);
}

TEST(Watchdog, a_time_beyond_the_end_of_time_never_comes) {
    Watchdog dog({Duration::max(), 10s, Duration::max()});
    dog.start(start, 0);
    EXPECT_EQ(dog.deadline(), never);
}

TEST(Watchdog, does_not_blame_the_peer_while_we_do_not_listen) {
    Watchdog dog({60s, 10s, 0s});
    dog.start(start, 0);
    EXPECT_EQ(dog.due(start + 60s, 0), Due::ping);
    dog.listening(false, start + 65s);
    EXPECT_EQ(dog.deadline(), never);
    EXPECT_EQ(dog.due(start + 600s, 0), Due::nothing);
    dog.listening(true, start + 600s);
    EXPECT_EQ(dog.deadline(), start + 660s);
    dog.listening(true, start + 620s);  // said twice: no news
    EXPECT_EQ(dog.deadline(), start + 660s);
}

TEST(Watchdog, R034_says_a_space_when_we_were_silent_and_only_then) {
    Watchdog dog({0s, 0s, 30s});
    dog.start(start, 100);
    EXPECT_EQ(dog.deadline(), start + 30s);
    EXPECT_EQ(dog.due(start + 30s, 500), Due::nothing);  // we had something to say
    EXPECT_EQ(dog.deadline(), start + 60s);
    EXPECT_EQ(dog.due(start + 60s, 500), Due::space);
    EXPECT_EQ(dog.due(start + 60s, 501), Due::nothing);
    EXPECT_EQ(dog.due(start + 90s, 501), Due::space);  // the space itself does not count
}

TEST(Watchdog, a_ping_is_something_said) {
    Watchdog dog({60s, 10s, 60s});
    dog.start(start, 0);
    EXPECT_EQ(dog.due(start + 60s, 0), Due::ping);
    EXPECT_EQ(dog.due(start + 60s, 120), Due::nothing);
    EXPECT_EQ(dog.deadline(), start + 70s);
}

}  // namespace
}  // namespace rondel::stream
