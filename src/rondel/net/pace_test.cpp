#include "rondel/net/pace.hpp"

#include <gtest/gtest.h>

namespace rondel::net {
namespace {

constexpr std::size_t many = 100;  // events

struct Seen {
    bool held;
    std::size_t room;
    bool asked;  // what is pending
};

Seen after(Pace& pace, std::size_t read, std::size_t events, std::size_t pending, std::size_t unwritten = Pace::usual) {
    pace.was_read(read, pace.room());
    bool asked = false;
    const bool held = pace.holds_back(events, unwritten, [&] { return asked = true, pending; });
    return {held, pace.room(), asked};
}

TEST(Pace, reads_little_at_first_and_writes_at_once) {
    Pace pace;
    EXPECT_EQ(pace.room(), Pace::usual);
    const Seen seen = after(pace, 500, many, 0);
    EXPECT_FALSE(seen.held);
    EXPECT_FALSE(seen.asked) << "nothing costs a call of the kernel while blocks are not full";
    EXPECT_EQ(seen.room, Pace::usual);
}

TEST(Pace, reads_much_where_much_lies_ready) {
    Pace pace;
    EXPECT_EQ(after(pace, Pace::usual, many, 20 * 1024).room, Pace::usual);
    const Seen seen = after(pace, Pace::usual, many, 40 * 1024);
    EXPECT_EQ(seen.room, Pace::large);
    EXPECT_FALSE(seen.held) << "the other side may be waiting for it";
    EXPECT_EQ(after(pace, 30 * 1024, many, 0).room, Pace::large) << "as there was so much";
    EXPECT_EQ(after(pace, 20 * 1024, many, 0).room, Pace::usual);
}

TEST(Pace, holds_back_while_the_other_side_is_far_ahead) {
    Pace pace;
    EXPECT_TRUE(after(pace, Pace::usual, many, 64 * 1024).held);
    EXPECT_TRUE(after(pace, Pace::large, many, 64 * 1024, 80 * 1024).held);
    EXPECT_FALSE(after(pace, Pace::large, many, 64 * 1024, 144 * 1024).held) << "enough is enough";
    EXPECT_FALSE(after(pace, Pace::large, many, 63 * 1024).held);
}

TEST(Pace, writes_large_stanzas_after_each_block) {
    Pace pace;
    const Seen seen = after(pace, Pace::usual, 4, 1 << 20);
    EXPECT_FALSE(seen.held);
    EXPECT_EQ(seen.room, Pace::large);
}

TEST(Pace, is_as_usual_again_where_something_else_is_to_be_done) {
    Pace pace;
    after(pace, Pace::usual, many, 1 << 20);
    EXPECT_EQ(pace.room(), Pace::large);
    pace.goes_on();
    EXPECT_EQ(pace.room(), Pace::usual);
}

}  // namespace
}  // namespace rondel::net
