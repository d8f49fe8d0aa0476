#include "rondel/service/ring.hpp"

#include <deque>
#include <memory>
#include <random>

#include <gtest/gtest.h>

namespace rondel {
namespace {

TEST(Ring, agrees_with_a_deque_under_random_use) {
    std::mt19937 random(1);
    Ring<int> ring;
    std::deque<int> expected;
    for (int i = 0; i < 10'000; ++i) {
        switch (random() % 8) {
            case 0:
            case 1:
            case 2:
            case 3:
                ring.push_back(i);
                expected.push_back(i);
                break;
            case 4: {
                const int rest = static_cast<int>(random() % 7);
                ring.remove_if([&](int value) { return value % 7 == rest; });
                std::erase_if(expected, [&](int value) { return value % 7 == rest; });
                break;
            }
            default:
                if (expected.empty()) break;
                ASSERT_EQ(ring.pop_front(), expected.front());
                expected.pop_front();
        }
        ASSERT_EQ(ring.size(), expected.size());
        for (std::size_t at = 0; at < expected.size(); ++at) ASSERT_EQ(ring[at], expected[at]);
        if (!expected.empty()) {
            ASSERT_EQ(ring.front(), expected.front());
            ASSERT_EQ(ring.back(), expected.back());
        }
    }
}

TEST(Ring, lets_go_of_what_was_taken_out) {
    Ring<std::shared_ptr<int>> ring;
    const auto held = std::make_shared<int>(1);
    for (int i = 0; i < 4; ++i) ring.push_back(held);
    EXPECT_EQ(held.use_count(), 5);
    ring.pop_front();
    EXPECT_EQ(held.use_count(), 4);
    ring.clear();
    EXPECT_EQ(held.use_count(), 1);
    EXPECT_TRUE(ring.empty());
}

}  // namespace
}  // namespace rondel
