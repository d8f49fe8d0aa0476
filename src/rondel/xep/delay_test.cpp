#include "rondel/xep/delay.hpp"

#include "tests/support/hand_driven.hpp"
#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel::delay {
namespace {

using test::is_read;
using test::round_trip;
using testing::stanza;

TEST(Delay, is_written_as_the_specification_does) {  // XEP-0203 §4
    const Delay delay = round_trip<Delay>(
        "<delay xmlns='urn:xmpp:delay' from='capulet.com' stamp='2002-09-10T23:08:25Z'>Offline Storage</delay>");
    EXPECT_EQ(delay.from, "capulet.com"_jid);
    EXPECT_EQ(to_string(delay.stamp), "2002-09-10T23:08:25Z");
    EXPECT_EQ(delay.reason, "Offline Storage");
    EXPECT_EQ(round_trip<Delay>("<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25.100Z'/>").from, std::nullopt);
}

TEST(Delay, without_a_stamp_is_none) {
    EXPECT_FALSE(is_read<Delay>("<delay xmlns='urn:xmpp:delay' from='capulet.com'/>"));
    EXPECT_FALSE(is_read<Delay>("<delay xmlns='urn:xmpp:delay' stamp='20020910T23:08:25'/>"));
}

TEST(Delay, of_several_the_earliest_tells_when_it_was_sent) {
    EXPECT_EQ(sent_at(stanza("<message><body>Now</body></message>")), std::nullopt);
    EXPECT_EQ(sent_at(stanza("<message><delay xmlns='urn:xmpp:delay' stamp='yesterday'/></message>")), std::nullopt);
    const auto when =
        sent_at(stanza("<message>"
                       "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/>"
                       "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:05:00Z'/>"
                       "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:41:07Z'/></message>"));
    ASSERT_TRUE(when);
    EXPECT_EQ(to_string(*when), "2002-09-10T23:05:00Z");
}

TEST(Delay, of_what_is_quoted_inside_says_nothing_about_the_stanza) {
    EXPECT_EQ(sent_at(stanza("<message><forwarded xmlns='urn:xmpp:forward:0'>"
                             "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/></forwarded></message>")),
              std::nullopt);
}

}  // namespace
}  // namespace rondel::delay
