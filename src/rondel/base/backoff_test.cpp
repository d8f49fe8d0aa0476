#include "rondel/base/backoff.hpp"

#include <array>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace std::chrono_literals;

Uniform seeded(unsigned seed) {
    return [engine = std::mt19937_64(seed)]() mutable { return std::uniform_real_distribution<>(0, 1)(engine); };
}

constexpr auto at_the_end = [] { return 0.9999999999999999; };

TEST(Backoff, doubles_up_to_the_cap_and_starts_over_after_a_reset) {
    Backoff backoff(1s, 10s);
    for (const auto longest : {1s, 2s, 4s, 8s, 10s, 10s}) {
        EXPECT_EQ(backoff.longest_next(), longest);
        const Duration delay = backoff.next(at_the_end);
        EXPECT_LE(delay, longest);
        EXPECT_GT(delay, longest - 1ms);
    }
    EXPECT_EQ(backoff.attempts(), 6u);
    backoff.reset();
    EXPECT_EQ(backoff, Backoff(1s, 10s));
    EXPECT_EQ(backoff.longest_next(), 1s);
}

TEST(Backoff, bounds_are_kept_whatever_they_are) {
    EXPECT_EQ(Backoff(0s, 0s).next(at_the_end), 0s);
    EXPECT_EQ(Backoff(-1s, -2s).next(at_the_end), 0s);
    EXPECT_LE(Backoff(10s, 3s).next(at_the_end), 3s);
    Backoff endless(1s, Duration::max());
    for (int i = 0; i < 200; ++i) ASSERT_GE(endless.next(at_the_end), 0s);
    EXPECT_EQ(endless.longest_next(), Duration::max());
    Backoff none(0s, 1s);
    for (int i = 0; i < 10; ++i) ASSERT_EQ(none.next(at_the_end), 0s);
}

TEST(Backoff, R003_a_thousand_programs_never_wait_alike) {
    std::set<std::vector<Duration>> sequences;
    std::set<Duration> first_delays;
    for (unsigned seed = 0; seed < 1000; ++seed) {
        Backoff backoff(60s, 300s);
        const auto uniform = seeded(seed);
        std::vector<Duration> delays;
        for (int i = 0; i < 8; ++i) delays.push_back(backoff.next(uniform));
        first_delays.insert(delays.front());
        sequences.insert(delays);
    }
    EXPECT_EQ(sequences.size(), 1000u);
    EXPECT_EQ(first_delays.size(), 1000u);
}

// 1000 delays in ten boxes: a standard deviation is 9.5, and the seeds are fixed.
TEST(Backoff, R003_delays_are_spread_evenly_over_their_range) {
    std::array<std::array<int, 10>, 4> boxes{};
    for (unsigned seed = 0; seed < 1000; ++seed) {
        Backoff backoff(60s, 300s);
        const auto uniform = seeded(seed);
        for (auto& row : boxes) {
            const Duration longest = backoff.longest_next();
            const Duration delay = backoff.next(uniform);
            ASSERT_GE(delay, 0s);
            ASSERT_LE(delay, longest);
            ++row[std::min<std::size_t>(9, static_cast<std::size_t>(delay * 10 / longest))];
        }
    }
    for (const auto& row : boxes)
        for (const int count : row) EXPECT_NEAR(count, 100, 38);
}

TEST(Backoff, R003_by_default_the_first_delay_lies_within_a_minute_and_comes_from_the_system) {
    EXPECT_LE(Backoff().longest_next(), 60s);
    std::set<Duration> delays;
    for (int i = 0; i < 1000; ++i) delays.insert(Backoff().next());
    EXPECT_GT(delays.size(), 990u);
}

}  // namespace
}  // namespace rondel
