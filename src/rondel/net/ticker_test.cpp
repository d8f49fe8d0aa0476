#include "rondel/net/ticker.hpp"

#include <functional>
#include <memory>
#include <vector>

#include "tests/support/loopback.hpp"

namespace rondel::net {
namespace {

using namespace std::chrono_literals;

// Something with a deadline and no clock.
struct Thing {
    Instant due = never;
    int expired = 0;
    std::function<void()> told = {};

    Instant deadline() const { return due; }
    void expire(Instant now) {
        if (now < due) return;
        ++expired;
        due = never;
    }
    void on_deadline(std::function<void()> call) { told = std::move(call); }
    void set(Instant when) {
        due = when;
        told();
    }
};

class TickerTest : public rondel::testing::LoopbackTest {
  protected:
    Thing thing;
    std::unique_ptr<Ticker> ticker = keep_time(io.get_executor(), thing);
};

TEST_F(TickerTest, it_calls_when_the_deadline_has_passed) {
    thing.set(Clock::now() + 5ms);
    EXPECT_TRUE(until([&] { return thing.expired == 1; }));
    thing.set(Clock::now());
    EXPECT_TRUE(until([&] { return thing.expired == 2; }));
}

TEST_F(TickerTest, an_earlier_deadline_counts) {
    thing.set(Clock::now() + 24h);
    thing.set(Clock::now() + 5ms);
    EXPECT_TRUE(until([&] { return thing.expired == 1; }));
}

TEST_F(TickerTest, a_deadline_that_moved_away_is_kept_when_it_comes) {
    const Instant later = Clock::now() + 20ms;
    thing.set(Clock::now() + 5ms);
    thing.due = later;  // told nobody: later needs no telling
    EXPECT_TRUE(until([&] { return thing.expired == 1; }));
    EXPECT_GE(Clock::now(), later);
}

TEST_F(TickerTest, nothing_is_called_after_its_end) {
    thing.set(Clock::now() + 1ms);
    ticker.reset();
    Thing other;
    const auto second = keep_time(io.get_executor(), other);
    other.set(Clock::now() + 10ms);
    EXPECT_TRUE(until([&] { return other.expired == 1; }));
    EXPECT_EQ(thing.expired, 0);
}

}  // namespace
}  // namespace rondel::net
