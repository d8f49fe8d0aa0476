#include "rondel/service/timer_wheel.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{24h};

std::vector<std::uint64_t> take_all(TimerWheel& wheel, Instant now) {
    std::vector<std::uint64_t> owners;
    std::size_t budget = 1'000'000;
    while (const auto owner = wheel.take_due(now, budget)) owners.push_back(*owner);
    return owners;
}

TEST(TimerWheel, has_no_deadline_when_it_is_empty) {
    TimerWheel wheel;
    EXPECT_EQ(wheel.deadline(), never);
    EXPECT_TRUE(take_all(wheel, start).empty());
    EXPECT_EQ(wheel.deadline(), never);
}

TEST(TimerWheel, fires_at_its_time_and_not_before) {
    for (const Duration delay : {Duration(0ns), Duration(1ms), Duration(63ms), Duration(64ms), Duration(65ms),
                                 Duration(4095ms), Duration(30s), Duration(1h), Duration(48h), Duration(24h * 4000)}) {
        TimerWheel wheel;
        take_all(wheel, start);
        wheel.add(start + delay, 7);
        if (delay > 0ms) {
            EXPECT_TRUE(take_all(wheel, start + delay - 1ns).empty()) << delay.count();
        }
        EXPECT_LE(wheel.deadline(), start + delay);
        EXPECT_EQ(take_all(wheel, start + delay), std::vector<std::uint64_t>{7}) << delay.count();
        EXPECT_EQ(wheel.size(), 0u);
        EXPECT_EQ(wheel.deadline(), never);
    }
}

TEST(TimerWheel, rounds_up_to_a_millisecond) {
    TimerWheel wheel;
    take_all(wheel, start);
    wheel.add(start + 10ms + 1ns, 1);
    EXPECT_TRUE(take_all(wheel, start + 10ms + 1ns).empty());
    EXPECT_EQ(take_all(wheel, start + 11ms).size(), 1u);
}

TEST(TimerWheel, begins_where_it_is_told) {
    TimerWheel wheel;
    wheel.begin(start);
    wheel.add(start + 30s, 1);
    EXPECT_GT(wheel.deadline(), start);
    wheel.begin(start + 1h);  // not while there is one
    EXPECT_EQ(take_all(wheel, start + 30s).size(), 1u);
}

TEST(TimerWheel, makes_no_timer_for_never) {
    TimerWheel wheel;
    EXPECT_EQ(wheel.add(never, 1), 0u);
    wheel.cancel(0);
    EXPECT_EQ(wheel.size(), 0u);
}

TEST(TimerWheel, takes_a_time_that_has_passed_at_once) {
    TimerWheel wheel;
    take_all(wheel, start);
    wheel.add(start - 1h, 1);
    EXPECT_LE(wheel.deadline(), start);
    EXPECT_EQ(take_all(wheel, start).size(), 1u);
}

TEST(TimerWheel, forgets_a_cancelled_timer) {
    TimerWheel wheel;
    const auto one = wheel.add(start + 1s, 1);
    wheel.add(start + 1s, 2);
    const auto three = wheel.add(start + 2h, 3);
    wheel.cancel(one);
    wheel.cancel(three);
    EXPECT_EQ(take_all(wheel, start + 3h), std::vector<std::uint64_t>{2});
    EXPECT_EQ(wheel.deadline(), never);
}

TEST(TimerWheel, keeps_the_order_of_timers_of_one_time) {
    TimerWheel wheel;
    for (std::uint64_t i = 0; i < 100; ++i) wheel.add(start + 5s, i);
    const auto owners = take_all(wheel, start + 5s);
    EXPECT_EQ(owners.size(), 100u);
    EXPECT_TRUE(std::is_sorted(owners.begin(), owners.end()));
}

// The deadline may be early, but whoever follows it gets there in a handful of steps.
TEST(TimerWheel, leads_to_a_far_timer_in_few_steps) {
    TimerWheel wheel;
    take_all(wheel, start);
    wheel.add(start + 100h, 1);
    int steps = 0;
    Instant now = start;
    for (; take_all(wheel, now).empty(); ++steps) {
        ASSERT_GT(wheel.deadline(), now);
        now = wheel.deadline();
    }
    EXPECT_EQ(now, start + 100h);
    EXPECT_LE(steps, 8);
}

TEST(TimerWheel, agrees_with_a_sorted_map_under_random_use) {
    std::mt19937_64 random(42);
    TimerWheel wheel;
    std::multimap<std::int64_t, std::uint64_t> expected;  // milliseconds after the start, owner
    std::map<std::uint64_t, std::pair<TimerWheel::Timer, std::int64_t>> timers;
    std::int64_t now = 0;
    take_all(wheel, start);
    std::uint64_t owner = 0;
    for (int step = 0; step < 20'000; ++step) {
        switch (random() % 4) {
            case 0:
            case 1: {
                const auto delay = static_cast<std::int64_t>(random() % (std::uint64_t{1} << random() % 32));
                ++owner;
                timers[owner] = {wheel.add(start + std::chrono::milliseconds(now + delay), owner), now + delay};
                expected.emplace(now + delay, owner);
                break;
            }
            case 2:
                if (!timers.empty()) {
                    const auto victim = std::next(timers.begin(), static_cast<long>(random() % timers.size()));
                    wheel.cancel(victim->second.first);
                    const auto [from, to] = expected.equal_range(victim->second.second);
                    expected.erase(std::find_if(from, to, [&](const auto& e) { return e.second == victim->first; }));
                    timers.erase(victim);
                }
                break;
            default: {
                now += static_cast<std::int64_t>(random() % (std::uint64_t{1} << random() % 20));
                std::multiset<std::uint64_t> due;
                for (auto it = expected.begin(); it != expected.end() && it->first <= now; it = expected.erase(it)) {
                    due.insert(it->second);
                    timers.erase(it->second);
                }
                const auto taken = take_all(wheel, start + std::chrono::milliseconds(now));
                ASSERT_EQ(std::multiset<std::uint64_t>(taken.begin(), taken.end()), due);
                if (!expected.empty()) {
                    ASSERT_LE(wheel.deadline(), start + std::chrono::milliseconds(expected.begin()->first));
                }
            }
        }
    }
    EXPECT_EQ(wheel.size(), expected.size());
}

TEST(TimerWheel, stops_when_the_budget_is_used_up_and_goes_on_later) {
    TimerWheel wheel;
    take_all(wheel, start);
    for (std::uint64_t i = 0; i < 1000; ++i) wheel.add(start + 30s, i);  // they have to move inwards first
    std::size_t taken = 0;
    int slices = 0;
    while (wheel.size() > 0) {
        std::size_t budget = 100;
        while (wheel.take_due(start + 30s, budget)) ++taken;
        ++slices;
        if (wheel.size() > 0) {
            EXPECT_LE(wheel.deadline(), start + 30s);
        }
    }
    EXPECT_EQ(taken, 1000u);
    EXPECT_GE(slices, 20);
}

TEST(TimerWheel, F08_follows_a_clock_that_jumps_ahead_by_years) {
    TimerWheel wheel;
    wheel.add(start + 1s, 1);
    wheel.add(start + 24h * 3650, 2);
    EXPECT_EQ(take_all(wheel, start + 24h * 3649), std::vector<std::uint64_t>{1});
    EXPECT_EQ(take_all(wheel, start + 24h * 3651), std::vector<std::uint64_t>{2});
}

TEST(TimerWheel, stands_a_clock_that_goes_back) {
    TimerWheel wheel;
    take_all(wheel, start);
    wheel.add(start + 1s, 1);
    EXPECT_TRUE(take_all(wheel, start - 1h).empty());
    EXPECT_EQ(take_all(wheel, start + 1s).size(), 1u);
}

}  // namespace
}  // namespace rondel
