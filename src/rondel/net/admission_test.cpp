#include "rondel/net/admission.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel::net {
namespace {

using namespace std::chrono_literals;

const Instant start = Instant(24h);

TEST(Admission, R095_no_more_than_so_many_in_all) {
    Admission door({.connections = 2});
    EXPECT_EQ(door.enter("192.0.2.1", start), Verdict::welcome);
    EXPECT_EQ(door.enter("", start), Verdict::welcome);
    EXPECT_EQ(door.enter("192.0.2.2", start), Verdict::full);
    door.leave("");
    EXPECT_EQ(door.enter("192.0.2.2", start), Verdict::welcome);
    EXPECT_EQ(door.connections(), 2U);
}

TEST(Admission, R095_no_more_than_so_many_of_one_address) {
    Admission door({.per_address = 2});
    EXPECT_EQ(door.enter("192.0.2.1", start), Verdict::welcome);
    EXPECT_EQ(door.enter("192.0.2.1", start), Verdict::welcome);
    EXPECT_EQ(door.enter("192.0.2.1", start), Verdict::too_many_of_address);
    EXPECT_EQ(door.enter("192.0.2.2", start), Verdict::welcome);
    door.leave("192.0.2.1");
    EXPECT_EQ(door.enter("192.0.2.1", start), Verdict::welcome);
    EXPECT_EQ(door.enter("", start), Verdict::welcome);
    EXPECT_EQ(door.enter("", start), Verdict::welcome);
    EXPECT_EQ(door.enter("", start), Verdict::welcome) << "not counted by address";
}

TEST(Admission, V37_V40_five_failures_in_a_minute_and_the_address_is_held_off) {
    Admission door({});
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(door.enter("192.0.2.1", start + i * 10s), Verdict::welcome);
        door.leave("192.0.2.1");
        door.failed("192.0.2.1", start + i * 10s);
    }
    EXPECT_EQ(door.enter("192.0.2.1", start + 41s), Verdict::held_off);
    EXPECT_EQ(door.enter("192.0.2.2", start + 41s), Verdict::welcome) << "others are not";
    EXPECT_EQ(door.enter("192.0.2.1", start + 59s), Verdict::held_off);
    EXPECT_EQ(door.enter("192.0.2.1", start + 60s), Verdict::welcome) << "the first is a minute old";
    door.failed("192.0.2.1", start + 60s);
    EXPECT_EQ(door.enter("192.0.2.1", start + 61s), Verdict::held_off);
}

TEST(Admission, V37_what_is_remembered_of_failures_is_bounded) {
    Admission door({.remembered = 10});
    for (int i = 0; i < 4; ++i) door.failed("192.0.2.1", start);
    for (int i = 0; i < 10; ++i) door.failed(fmt::format("198.51.100.{}", i), start);
    door.failed("192.0.2.1", start);
    EXPECT_EQ(door.enter("192.0.2.1", start), Verdict::welcome) << "the four are forgotten";
}

TEST(Admission, an_address_is_what_one_party_has) {
    const Admission strict({.spare_loopback = false});
    EXPECT_EQ(strict.group("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(strict.group("127.0.0.1"), "127.0.0.1");
    EXPECT_EQ(strict.group("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    EXPECT_EQ(strict.group("2001:db8:1:2:ffff::1"), "2001:db8:1:2::");
    EXPECT_EQ(strict.group("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(strict.group(""), "");
    const Admission mild({});
    EXPECT_EQ(mild.group("127.0.0.1"), "");
    EXPECT_EQ(mild.group("::1"), "");
    EXPECT_EQ(mild.group("::ffff:127.0.0.1"), "");
    EXPECT_EQ(mild.group("192.0.2.1"), "192.0.2.1");
}

}  // namespace
}  // namespace rondel::net
