#include "rondel/net/patience.hpp"

#include <tuple>
#include <utility>

#include <gtest/gtest.h>

namespace rondel::net {
namespace {

using std::chrono::microseconds;

constexpr Duration short_wait = microseconds(5);
constexpr Duration long_wait = std::chrono::milliseconds(1);

void wait(Patience& patience, Duration how_long, int times = 1) {
    for (; times > 0; --times) {
        patience.sleeps(Instant());
        patience.wakes(Instant() + how_long);
    }
}

// How many short waits it takes until it looks.
int row_asked(Patience& patience, Duration each = short_wait) {
    int row = 0;
    for (; !patience.looks() && row < 10'000; ++row) wait(patience, each);
    return row;
}

void find(Patience& patience, Duration after, int times) {
    for (; times > 0; --times) {
        ASSERT_TRUE(patience.looks());
        patience.found(after);
    }
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

    Patience other;
    wait(other, short_wait, 7);
    wait(other, Patience::longest);
    EXPECT_EQ(row_asked(other, Patience::longest - microseconds(1)), 8);
}

TEST(Patience, a_turn_of_the_loop_is_no_wait) {
    Patience patience;
    wait(patience, short_wait, 7);
    for (int i = 0; i < 10; ++i) patience.wakes(Instant() + short_wait);
    EXPECT_FALSE(patience.looks());
    patience.wakes(Instant() + long_wait);
    EXPECT_EQ(row_asked(patience), 1);
}

TEST(Patience, looks_for_twice_as_long_as_it_slept) {
    for (const auto& [slept, looks] : {std::pair{30, 60}, {7, 15}, {8, 16}, {49, 98}, {51, 100}, {99, 100}}) {
        Patience patience;
        row_asked(patience, microseconds(slept));
        EXPECT_TRUE(patience.goes_on(microseconds(looks) - std::chrono::nanoseconds(1))) << slept;
        EXPECT_FALSE(patience.goes_on(microseconds(looks))) << slept;
        EXPECT_FALSE(patience.looks());
    }
}

TEST(Patience, only_the_waits_of_this_row_say_for_how_long) {
    Patience patience;
    wait(patience, microseconds(90), 7);
    wait(patience, long_wait);
    row_asked(patience, microseconds(10));
    EXPECT_FALSE(patience.goes_on(microseconds(20)));
    EXPECT_EQ(row_asked(patience, microseconds(20)), 16);
    EXPECT_TRUE(patience.goes_on(microseconds(39)));
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

TEST(Patience, who_found_something_soon_asks_for_no_more_than_at_first) {
    Patience patience;
    wait(patience, short_wait, 8);
    look_in_vain(patience);
    row_asked(patience);
    find(patience, Patience::brief, 1);
    look_in_vain(patience);
    EXPECT_EQ(row_asked(patience), 16);
}

TEST(Patience, goes_on_where_it_finds_a_fifth_sooner_than_it_was_woken) {
    Patience patience;
    row_asked(patience, microseconds(60));
    find(patience, microseconds(48), 100);
    EXPECT_TRUE(patience.looks());
    look_in_vain(patience);
    EXPECT_EQ(row_asked(patience), 16);
}

TEST(Patience, not_where_it_would_have_been_woken_nearly_as_soon) {
    Patience patience;
    row_asked(patience, microseconds(60));
    find(patience, microseconds(49), 8);
    EXPECT_FALSE(patience.looks());
    EXPECT_EQ(row_asked(patience, microseconds(60)), 16);
    find(patience, microseconds(49), 8);
    EXPECT_EQ(row_asked(patience, microseconds(60)), 32);
}

TEST(Patience, judges_by_eight_of_them_each_time_anew) {
    Patience patience;
    row_asked(patience, microseconds(60));
    find(patience, microseconds(20), 8);
    find(patience, microseconds(60), 7);
    find(patience, microseconds(20), 1);
    EXPECT_FALSE(patience.looks());
}

TEST(Patience, who_is_right_asks_for_no_more_than_at_first) {
    Patience patience;
    row_asked(patience);
    look_in_vain(patience);
    EXPECT_EQ(row_asked(patience, microseconds(60)), 16);
    find(patience, microseconds(20), 8);
    look_in_vain(patience);
    EXPECT_EQ(row_asked(patience), 16);
}

TEST(Patience, what_was_found_before_it_slept_again_is_forgotten) {
    for (const auto& [before, after, looks] : {std::tuple{20, 50, false}, {50, 45, true}}) {
        Patience patience;
        row_asked(patience, microseconds(60));
        find(patience, microseconds(before), 7);
        look_in_vain(patience);
        row_asked(patience, microseconds(60));
        find(patience, microseconds(after), 8);
        EXPECT_EQ(patience.looks(), looks) << after;
    }
}

TEST(Patience, what_is_found_within_a_few_microseconds_is_always_worth_it) {
    Patience patience;
    row_asked(patience, Patience::brief);
    find(patience, Patience::brief, 100);
    EXPECT_TRUE(patience.looks());
}

}  // namespace
}  // namespace rondel::net
