#include "rondel/stream/own_ghosts.hpp"

#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace std::chrono_literals;

TEST(OwnGhosts, V38_F23_each_excuses_one_conflict) {
    OwnGhosts ghosts;
    const Instant now(1h);
    EXPECT_FALSE(ghosts.may_have_done_it(now)) << "another program, then";
    ghosts.lost_unanswered(now);
    ghosts.lost_unanswered(now + 1s);
    EXPECT_TRUE(ghosts.may_have_done_it(now + 2s));
    EXPECT_TRUE(ghosts.may_have_done_it(now + 3s));
    EXPECT_FALSE(ghosts.may_have_done_it(now + 4s));
}

TEST(OwnGhosts, V38_F23_they_fade_and_are_few) {
    OwnGhosts ghosts;
    const Instant now(1h);
    ghosts.lost_unanswered(now);
    EXPECT_FALSE(ghosts.may_have_done_it(now + 3min));
    for (int i = 0; i < 1000; ++i) ghosts.lost_unanswered(now + 4min);
    int excused = 0;
    while (ghosts.may_have_done_it(now + 4min)) ++excused;
    EXPECT_EQ(excused, 3) << "an outage of an hour is no licence to fight for an hour";
}

}  // namespace
}  // namespace rondel::stream
