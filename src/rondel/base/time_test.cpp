#include "rondel/base/time.hpp"

#include <gtest/gtest.h>

namespace rondel {
namespace {

TEST(Time, F08_whoever_sets_the_clock_moves_no_deadline) {
    EXPECT_TRUE(Clock::is_steady);
    EXPECT_GT(never, Clock::now() + std::chrono::hours(24 * 365 * 100));
}

}  // namespace
}  // namespace rondel
