#include "rondel/net/patience.hpp"

#include <gtest/gtest.h>

namespace rondel::net {
namespace {

constexpr Duration short_wait = std::chrono::microseconds(5);
constexpr Duration long_wait = std::chrono::milliseconds(1);

void wait(Patience& patience, Duration how_long, int times = 1) {
    for (; times > 0; --times) {
        patience.sleeps(Instant());
        patience.wakes(Instant() + how_long);
    }
}

// How many short waits it takes until it looks.
int row_asked(Patience& patience) {
    int row = 0;
    for (; !patience.looks() && row < 10'000; ++row) wait(patience, short_wait);
    return row;
}

void look_in_vain(Patience& patience) {
    EXPECT_TRUE(patience.goes_on(short_wait));
    EXPECT_FALSE(patience.goes_on(Patience::longest));
    wait(patience, long_wait);
}

TEST(Patience, sleeps_at_once_until_there_was_a_row_of_short_waits) {
    Patience patience;
    EXPECT_FALSE(patience.looks());
    EXPECT_EQ(row_asked(patience), 8);
}

TEST(Patience, a_long_wait_ends_the_row) {
    Patience patience;
    wait(patience, short_wait, 7);
    wait(patience, long_wait);
    EXPECT_EQ(row_asked(patience), 8);
    wait(patience, Patience::longest);
    EXPECT_FALSE(patience.looks());
}

TEST(Patience, a_turn_of_the_loop_is_no_wait) {
    Patience patience;
    wait(patience, short_wait, 7);
    for (int i = 0; i < 10; ++i) patience.wakes(Instant() + short_wait);
    EXPECT_FALSE(patience.looks());
    patience.wakes(Instant() + long_wait);
    EXPECT_EQ(row_asked(patience), 1);
}

TEST(Patience, who_looked_in_vain_asks_for_a_longer_row) {
    Patience patience;
    wait(patience, short_wait, 8);
    look_in_vain(patience);
    EXPECT_EQ(row_asked(patience), 16);
    look_in_vain(patience);
    EXPECT_EQ(row_asked(patience), 32);
    for (int i = 0; i < 10; ++i) look_in_vain(patience);
    EXPECT_EQ(row_asked(patience), 1024) << "and not for more";
}

TEST(Patience, who_found_something_asks_for_no_more_than_at_first) {
    Patience patience;
    wait(patience, short_wait, 8);
    look_in_vain(patience);
    row_asked(patience);
    patience.found();
    EXPECT_TRUE(patience.looks());
    wait(patience, long_wait);
    EXPECT_EQ(row_asked(patience), 8);
}

}  // namespace
}  // namespace rondel::net
