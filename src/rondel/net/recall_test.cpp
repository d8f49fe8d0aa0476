#include "rondel/net/recall.hpp"

#include "tests/support/loopback.hpp"

namespace rondel::net {
namespace {

class RecallTest : public rondel::testing::LoopbackTest {
  protected:
    void by(Instant deadline) {
        recall.by(deadline, [this] { ++timed; });
    }

    const Instant past = Clock::now();
    const Instant later = past + std::chrono::hours(1);
    Recall recall{io.get_executor()};
    int timed = 0;
};

TEST_F(RecallTest, soon_is_in_another_turn_and_only_until_then) {
    int came = 0;
    EXPECT_TRUE(recall.soon([&] {
        EXPECT_FALSE(recall.is_soon()) << "what is asked for now is for another time";
        ++came;
    }));
    EXPECT_TRUE(recall.is_soon());
    EXPECT_EQ(came, 0);
    ASSERT_TRUE(until([&] { return came == 1; }));
}

TEST_F(RecallTest, an_earlier_deadline_takes_the_place_of_a_later_one) {
    by(later);
    EXPECT_TRUE(recall.is_by(later));
    EXPECT_TRUE(recall.is_by(later + std::chrono::hours(1))) << "early at worst";
    EXPECT_FALSE(recall.is_by(past));
    by(past);
    ASSERT_TRUE(until([&] { return timed != 0; }));
    io.poll();
    EXPECT_EQ(timed, 1);
    EXPECT_FALSE(recall.is_by(later)) << "it has come, and is not set";
}

TEST_F(RecallTest, what_is_cancelled_does_not_come) {
    by(past);
    recall.cancel();
    io.poll();
    EXPECT_EQ(timed, 0);
}

// As if there was no memory to be posted: the call cannot be moved to where it would be kept.
struct Unmovable {
    Unmovable() = default;
    Unmovable(Unmovable&&) { throw std::bad_alloc(); }
    void operator()() const {}
};

TEST_F(RecallTest, without_memory_the_timer_comes_at_once_if_it_is_set) {
    EXPECT_FALSE(recall.soon(Unmovable()));
    EXPECT_FALSE(recall.is_soon());
    by(later);
    EXPECT_TRUE(recall.soon(Unmovable()));
    EXPECT_FALSE(recall.is_soon());
    ASSERT_TRUE(until([&] { return timed == 1; }));
    EXPECT_FALSE(recall.is_by(later));
}

}  // namespace
}  // namespace rondel::net
