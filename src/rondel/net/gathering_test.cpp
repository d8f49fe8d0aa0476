#include "rondel/net/gathering.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace rondel::net {
namespace {

using std::chrono::microseconds;

constexpr Duration shortest = microseconds(300);
constexpr std::size_t piece = 200;  // bytes
constexpr int look = 256;           // waits, after a doubt, for what comes without pauses

// Somebody who sends, by this clock; and a connection that has handled all that came, again and again.
class Play {
  public:
    // Waits for so many pieces, one after the other. How many times it paused instead, of which nothing came.
    void wait(int pieces, Duration between, std::size_t size = piece) {
        for (; pieces > 0 && !pauses(); --pieces) now += between, gathering.was_read(size);
    }
    bool pauses() { return paused = gathering.pauses(now); }
    // So many pauses, each of which brings that much. Whether it goes on to pause.
    bool pause_for(int pauses, std::size_t bytes) {
        for (; pauses > 0; --pauses) {
            now += gathering.pause();
            gathering.was_read(bytes);
            if (!this->pauses()) return false;
        }
        return true;
    }
    // How many waits it takes until it pauses.
    int waits_until_it_pauses(Duration between) {
        int waits = 0;
        for (; !pauses() && waits < 100'000; ++waits) now += between, gathering.was_read(piece);
        return waits;
    }

    Gathering gathering{shortest};
    Instant now = {};
    bool paused = false;
};

TEST(Gathering, pauses_where_small_pieces_come_fast) {
    Play play;
    EXPECT_EQ(play.waits_until_it_pauses(microseconds(40)), 256);
    EXPECT_TRUE(play.pause_for(10, 8 * piece));
}

TEST(Gathering, a_pause_is_as_long_as_eight_pieces_take) {
    for (const auto& [between, pause] :
         {std::pair{10, 300}, {37, 300}, {38, 304}, {100, 800}, {225, 1'800}, {450, 1'800}}) {
        Play play;
        EXPECT_EQ(play.waits_until_it_pauses(microseconds(between)), 256) << between;
        EXPECT_EQ(play.gathering.pause(), microseconds(pause)) << between;
    }
}

TEST(Gathering, not_where_the_longest_would_bring_less_than_four) {
    EXPECT_EQ(Play().waits_until_it_pauses(microseconds(451)), 100'000);
}

TEST(Gathering, not_where_large_pieces_come) {
    Play play;
    play.wait(1'000, microseconds(40), 4 * 1024 + 1);
    EXPECT_FALSE(play.paused);
    play.wait(1'000, microseconds(40), 4 * 1024);
    EXPECT_TRUE(play.paused);
}

TEST(Gathering, what_came_with_a_rest_in_between_did_not_come_fast) {
    Play play;
    for (int i = 0; i < 20; ++i) {
        play.wait(32, microseconds(10));
        play.wait(1, std::chrono::seconds(1));
        EXPECT_FALSE(play.paused) << i;
    }
}

TEST(Gathering, never_if_told_so) {
    Play play;
    play.gathering = Gathering(Duration::zero());
    EXPECT_EQ(play.waits_until_it_pauses(microseconds(1)), 100'000);
}

TEST(Gathering, ends_where_each_waits_for_an_answer) {
    for (const std::size_t in_flight : {1, 2, 4}) {
        Play play;
        play.waits_until_it_pauses(microseconds(20));
        int pauses = 1;
        while (play.pause_for(1, in_flight * piece) && pauses < 1'000) ++pauses;
        EXPECT_LE(pauses, 5) << in_flight;
    }
}

TEST(Gathering, goes_on_where_answers_take_longer_anyway) {
    Play play;
    play.waits_until_it_pauses(microseconds(40));
    EXPECT_TRUE(play.pause_for(500, 7 * piece + 50)) << "of eight";
}

TEST(Gathering, a_little_harm_is_seen_in_time_too) {
    Play play;
    play.waits_until_it_pauses(microseconds(40));
    int pauses = 0;
    while (play.pause_for(1, 7 * piece) && pauses < 1'000) ++pauses;  // seven eighths
    EXPECT_LE(pauses, 125);
    EXPECT_EQ(play.waits_until_it_pauses(microseconds(40)), look + 512);
}

TEST(Gathering, who_did_harm_waits_twice_as_long) {
    Play play;
    play.waits_until_it_pauses(microseconds(20));
    for (const int waits : {512, 1024, 2048, 4096}) {
        play.pause_for(20, piece);
        ASSERT_FALSE(play.paused);
        EXPECT_EQ(play.waits_until_it_pauses(microseconds(20)), look + waits);
    }
    for (int i = 0; i < 20; ++i) play.pause_for(20, piece), play.waits_until_it_pauses(microseconds(20));
    play.pause_for(20, piece);
    EXPECT_EQ(play.waits_until_it_pauses(microseconds(20)), look + 64 * 1024 + 256) << "and no longer";
}

TEST(Gathering, who_did_well_does_not) {
    Play play;
    play.waits_until_it_pauses(microseconds(40));
    ASSERT_TRUE(play.pause_for(256, 8 * piece));
    EXPECT_FALSE(play.pause_for(100, piece)) << "it became less";
    EXPECT_EQ(play.waits_until_it_pauses(microseconds(40)), look + 256);
    EXPECT_EQ(play.gathering.pause(), microseconds(320)) << "by the last row alone";
}

TEST(Gathering, what_three_pauses_bring_may_be_late) {
    Play play;
    play.waits_until_it_pauses(microseconds(40));
    EXPECT_TRUE(play.pause_for(3, 1));
    EXPECT_FALSE(play.pause_for(1, 1));
}

TEST(Gathering, whoever_became_slower_by_himself_was_not_slowed_down) {
    Play play;
    for (const int between : {40, 53, 71, 95}) {
        ASSERT_EQ(play.waits_until_it_pauses(microseconds(between)), 256);
        EXPECT_FALSE(play.pause_for(200, 6 * piece)) << "of eight";
    }
}

TEST(Gathering, now_and_then_it_looks_what_comes_without) {
    Play play;
    play.waits_until_it_pauses(microseconds(40));
    EXPECT_TRUE(play.pause_for(1'023, 8 * piece));
    EXPECT_FALSE(play.pause_for(1, 8 * piece));
    EXPECT_EQ(play.waits_until_it_pauses(microseconds(40)), 256);
}

TEST(Gathering, a_pause_that_brought_nothing_is_not_followed_by_one) {
    Play play;
    play.waits_until_it_pauses(microseconds(40));
    ASSERT_TRUE(play.pause_for(10, 8 * piece));
    EXPECT_FALSE(play.pause_for(1, 0));
    play.now += microseconds(40);
    play.gathering.was_read(piece);
    EXPECT_TRUE(play.pauses()) << "but what comes then is";
}

TEST(Gathering, who_is_done_is_waited_for) {
    Play play;
    play.waits_until_it_pauses(microseconds(40));
    EXPECT_FALSE(play.pause_for(1, 0));
    play.now += std::chrono::hours(1);
    play.gathering.was_read(piece);
    EXPECT_FALSE(play.pauses());
}

}  // namespace
}  // namespace rondel::net
