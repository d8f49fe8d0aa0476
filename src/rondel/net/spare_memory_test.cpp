#include "rondel/net/spare_memory.hpp"

#include <vector>

#include "tests/support/loopback.hpp"
#include <boost/asio/steady_timer.hpp>

namespace rondel::net {
namespace {

class SpareMemoryTest : public rondel::testing::LoopbackTest {
  protected:
    void come(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) there.push_back(spare->one());
    }
    void go(std::size_t count) { there.resize(there.size() - count); }
    // All timers that are due by now: the pause is none.
    void turn() {
        bool over = false;
        boost::asio::steady_timer later(io, Clock::now() + std::chrono::milliseconds(5));
        later.async_wait([&](auto) { over = true; });
        ASSERT_TRUE(until([&] { return over; }));
    }

    int given = 0;
    std::shared_ptr<SpareMemory> spare = std::make_shared<SpareMemory>(
        io.get_executor(), [this] { ++given; }, Duration::zero());
    std::vector<std::shared_ptr<void>> there;
};

TEST_F(SpareMemoryTest, V14_what_a_crowd_took_is_given_back_once_when_half_of_it_has_gone) {
    come(10'000);
    turn();
    go(4999);
    turn();
    EXPECT_EQ(given, 0) << "the others use it";
    go(1);
    turn();
    EXPECT_EQ(given, 1);
    go(100);
    turn();
    EXPECT_EQ(given, 1);
    go(4900);
    turn();
    EXPECT_EQ(given, 2) << "half of those that were there since";
}

TEST_F(SpareMemoryTest, few_are_not_worth_it_and_neither_is_who_comes_back_at_once) {
    for (int day = 0; day < 100; ++day) {
        come(999);
        go(999);
        turn();
    }
    EXPECT_EQ(given, 0);
    come(5000);
    go(4000);
    come(4000);  // a server restarts: they come back before anything is given
    turn();
    EXPECT_EQ(given, 0);
    go(5000);
    turn();
    EXPECT_EQ(given, 1);
}

TEST_F(SpareMemoryTest, it_may_go_before_those_that_it_counts) {
    come(3000);
    go(2000);
    spare.reset();
    go(1000);
    turn();
    EXPECT_EQ(given, 0);
}

TEST_F(SpareMemoryTest, the_system_gets_something_back) { give_back_memory(); }

}  // namespace
}  // namespace rondel::net
