#include "rondel/base/rate.hpp"

#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace std::chrono_literals;

// How many come through of those that are offered all at once, each as soon as it may.
int taken(Rate& rate, Instant from, Instant until) {
    int count = 0;
    for (Instant now = std::max(from, rate.next()); now < until; now = std::max(now, rate.next())) {
        rate.took_one(now);
        ++count;
    }
    return count;
}

TEST(Rate, R095_a_burst_then_so_many_in_a_second) {
    Rate rate({.per_second = 10, .burst = 5});
    const Instant start(24h);
    EXPECT_EQ(taken(rate, start, start + 1ms), 5);
    EXPECT_EQ(rate.next(), start + 100ms);
    EXPECT_EQ(taken(rate, start + 1ms, start + 1s), 9);
    EXPECT_EQ(taken(rate, start + 1s, start + 11s), 100);
}

TEST(Rate, R095_a_pause_earns_no_more_than_a_burst) {
    Rate rate({.per_second = 10, .burst = 5});
    const Instant start(24h);
    EXPECT_EQ(taken(rate, start, start + 1s), 5 + 9);
    EXPECT_EQ(taken(rate, start + 1h, start + 1h + 1ms), 5);
}

// Of bytes, where a read may bring more than a burst: that is not refused, it takes longer until the next.
TEST(Rate, R095_F21_many_at_once_are_paid_for_afterwards) {
    Rate rate({.per_second = 1000, .burst = 500});
    const Instant start(24h);
    EXPECT_TRUE(rate.is_rested(start));
    rate.took(400, start);
    EXPECT_LE(rate.next(), start);
    rate.took(1100, start);
    EXPECT_EQ(rate.next(), start + 1s + 1ms);
    EXPECT_FALSE(rate.is_rested(start + 1499ms));
    EXPECT_TRUE(rate.is_rested(start + 1500ms));
}

TEST(Rate, no_limit_is_no_limit) {
    Rate rate({});
    EXPECT_FALSE(rate.is_limited());
    for (int i = 0; i < 1000; ++i) rate.took_one(Instant(1h));
    EXPECT_LE(rate.next(), Instant(1h));
}

}  // namespace
}  // namespace rondel
