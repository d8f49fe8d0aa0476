// Both sides of a jam, without anybody around them.
#include "rondel/server/jam.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace rondel::server {
namespace {

using namespace std::chrono_literals;

constexpr JamLimits limits{.high_water = 100, .low_water = 20, .most = 400, .patience = 2s};
const Instant start(1h);

TEST(Jam, F05_begins_above_high_water_and_ends_at_low_water) {
    Intake intake(limits);
    intake.measure(100);
    EXPECT_EQ(intake.jam(), nullptr);
    intake.measure(101);
    const auto jam = intake.jam();
    ASSERT_NE(jam, nullptr);
    intake.measure(21);
    EXPECT_EQ(intake.jam(), jam);
    intake.measure(20);
    EXPECT_EQ(intake.jam(), nullptr);
    EXPECT_TRUE(jam->is_over());
    EXPECT_TRUE(intake.has_room(400));
    EXPECT_FALSE(intake.has_room(401));
}

TEST(Jam, F05_all_who_wait_go_on_at_its_end_and_at_that_of_the_receiver) {
    for (const bool dies : {false, true}) {
        std::optional<Intake> intake(std::in_place, limits);
        int went_on = 0;
        Restraint one([&] { ++went_on; }), two([&] { ++went_on; });
        {
            Restraint gone([&] { ++went_on; });
            intake->measure(200);
            for (Restraint* each : {&one, &two, &gone}) each->wait_for(intake->jam(), start);
        }
        EXPECT_TRUE(one.is_waiting() && two.is_waiting());
        EXPECT_EQ(one.deadline(), start + 2s);
        if (dies)
            intake.reset();
        else
            intake->measure(0);
        EXPECT_FALSE(one.is_waiting() || two.is_waiting());
        EXPECT_EQ(one.deadline(), never);
        EXPECT_EQ(went_on, 2);
    }
}

TEST(Jam, F05_its_patience_is_counted_from_the_first_who_waits) {
    Intake intake(limits);
    intake.measure(200);
    Restraint one([] {}), two([] {}), three([] {});
    one.wait_for(intake.jam(), start);
    two.wait_for(intake.jam(), start + 1500ms);
    three.wait_for(intake.jam(), start + 2s);
    EXPECT_FALSE(three.is_waiting()) << "it has held people back for long enough";
    one.expire(start + 1999ms);
    EXPECT_TRUE(one.is_waiting());
    for (Restraint* each : {&one, &two}) {
        each->expire(start + 2s);
        EXPECT_FALSE(each->is_waiting());
    }
    one.wait_for(intake.jam(), start + 3s);
    EXPECT_FALSE(one.is_waiting()) << "once for each jam";
    intake.measure(0);
    intake.measure(200);
    one.wait_for(intake.jam(), start + 4s);
    EXPECT_TRUE(one.is_waiting()) << "this is another one";
}

TEST(Jam, F05_without_patience_nobody_waits) {
    JamLimits none = limits;
    none.patience = Duration::zero();
    Intake intake(none);
    intake.measure(200);
    Restraint one([] {});
    one.wait_for(intake.jam(), start);
    EXPECT_FALSE(one.is_waiting());
    one.wait_for(nullptr, start);
    EXPECT_FALSE(one.is_waiting());
}

}  // namespace
}  // namespace rondel::server
