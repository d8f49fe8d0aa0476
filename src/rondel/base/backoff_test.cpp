#include "rondel/base/backoff.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <vector>

#include "tests/support/figure.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace std::chrono_literals;

Uniform seeded(unsigned seed) {
    return [engine = std::mt19937_64(seed)]() mutable { return std::uniform_real_distribution<>(0, 1)(engine); };
}

constexpr auto at_the_end = [] { return 0.9999999999999999; };

TEST(Backoff, grows_by_half_up_to_the_cap_and_starts_over_after_a_reset) {
    Backoff backoff(1s, 3s);
    for (const auto longest : {1000ms, 1500ms, 2250ms, 3000ms, 3000ms}) {
        EXPECT_EQ(backoff.longest_next(), longest);
        const Duration delay = backoff.next(at_the_end);
        EXPECT_LE(delay, longest);
        EXPECT_GT(delay, longest - 1ms);
    }
    EXPECT_EQ(backoff.attempts(), 5u);
    backoff.reset();
    EXPECT_EQ(backoff, Backoff(1s, 3s));
    EXPECT_EQ(backoff.longest_next(), 1s);
}

TEST(Backoff, R003_after_a_success_the_place_is_drawn_anew) {
    const auto uniform = seeded(1);
    Backoff backoff(60s, 60s);
    const Duration first = backoff.next(uniform);
    EXPECT_EQ(backoff.next(uniform), 60s) << "the same place in the next window";
    backoff.reset();
    EXPECT_NE(backoff.next(uniform), first);
}

TEST(Backoff, bounds_are_kept_whatever_they_are) {
    EXPECT_EQ(Backoff(0s, 0s).next(at_the_end), 0s);
    EXPECT_EQ(Backoff(-1s, -2s).next(at_the_end), 0s);
    EXPECT_LE(Backoff(10s, 3s).next(at_the_end), 3s);
    Backoff smallest(Duration(1), 1s);
    for (int i = 0; i < 100; ++i) ASSERT_GE(smallest.next(at_the_end), 0s);
    EXPECT_EQ(smallest.longest_next(), 1s) << "from a nanosecond on it grows, too";
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

// 1000 moments in ten boxes of a window: a standard deviation is 9.5, and the seeds are fixed.
TEST(Backoff, R003_attempts_are_spread_evenly_over_each_window) {
    std::array<std::array<int, 10>, 4> boxes{};
    for (unsigned seed = 0; seed < 1000; ++seed) {
        Backoff backoff(60s, 300s);
        const auto uniform = seeded(seed);
        Duration moment{}, window_began{};
        for (auto& row : boxes) {
            const Duration window = backoff.longest_next();
            const Duration delay = backoff.next(uniform);
            ASSERT_GE(delay, 0s);
            ASSERT_LE(delay, window);
            moment += delay;
            ASSERT_GE(moment, window_began - 1us);
            ++row[std::clamp<std::size_t>(static_cast<std::size_t>((moment - window_began) * 10 / window), 0, 9)];
            window_began += window;
        }
    }
    for (const auto& row : boxes)
        for (const int count : row) EXPECT_NEAR(count, 100, 38);
}

// A thousand clients lose a server that is there again after `outage`: how many times the mean the busiest second has,
// over the time until the last one is back.
double peak(Duration outage, unsigned seeds) {
    constexpr int clients = 1000;
    std::vector<int> seconds;
    for (unsigned client = 0; client < clients; ++client) {
        Backoff backoff(2s, 60s);  // as Component and Client have it
        const auto uniform = seeded(seeds + client);
        Duration moment{};
        do moment += backoff.next(uniform);
        while (moment < outage);
        const auto second = static_cast<std::size_t>((moment - outage) / 1s);
        if (seconds.size() <= second) seconds.resize(second + 1);
        ++seconds[second];
    }
    return std::ranges::max(seconds) * static_cast<double>(seconds.size()) / clients;
}

// With delays drawn one by one the busiest second had ten times the mean.
TEST(Backoff, F24_a_thousand_clients_come_back_spread_out_however_long_the_server_was_away) {
    double worst = 0;
    unsigned seeds = 0;
    for (const Duration outage : {0s, 1s, 2s, 3s, 4s, 5s, 8s, 13s, 21s, 30s, 60s, 120s, 600s}) {
        const double here = peak(outage, seeds += 1000);
        EXPECT_LE(here, 2) << outage / 1s << " s";
        worst = std::max(worst, here);
    }
    test::figure("reconnect-peak", worst);
}

TEST(Backoff, R003_by_default_the_first_delay_lies_within_a_minute_and_comes_from_the_system) {
    EXPECT_LE(Backoff().longest_next(), 60s);
    std::set<Duration> delays;
    for (int i = 0; i < 1000; ++i) delays.insert(Backoff().next());
    EXPECT_GT(delays.size(), 990u);
}

}  // namespace
}  // namespace rondel
