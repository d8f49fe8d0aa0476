#include "rondel/stream/management.hpp"

#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{std::chrono::hours(1)};

TEST(Management, keeps_what_was_sent_until_it_is_acknowledged) {
    Management management({}, Framing::tcp);
    management.start();
    management.sent("<message id='1'/>", true);
    management.sent("<iq id='own'/>", false);
    management.sent("<message id='2'/>", true);
    EXPECT_EQ(management.sent_count(), 3u);
    EXPECT_TRUE(management.acknowledge(2));
    EXPECT_EQ(management.acknowledged(), 1u);
    Resumption left;
    management.leave(left);
    EXPECT_EQ(left.acknowledged, 2u);
    EXPECT_EQ(left.unacknowledged.bytes, "<message id='2'/>");
    EXPECT_EQ(left.own, std::vector<bool>{false});
    EXPECT_FALSE(management.is_on());
}

TEST(Management, R127_nothing_is_acknowledged_that_was_not_sent) {
    Management management({}, Framing::tcp);
    management.start();
    EXPECT_TRUE(management.acknowledge(0));
    EXPECT_FALSE(management.acknowledge(1));
    management.sent("<message/>", true);
    EXPECT_FALSE(management.acknowledge(2));
    EXPECT_TRUE(management.acknowledge(1));
    EXPECT_FALSE(management.acknowledge(0)) << "Nor is anything taken back.";
    EXPECT_EQ(management.acknowledged(), 1u);
}

TEST(Management, R126_V10_T_INT_counters_go_round_at_two_to_the_32) {
    constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
    Resumption earlier;
    earlier.handled = last;
    earlier.acknowledged = last - 1;
    for (const char* text : {"<a/>", "<b/>", "<c/>"}) {
        earlier.unacknowledged.bytes += text;
        earlier.unacknowledged.sizes.push_back(4);
    }
    Management management({}, Framing::tcp);
    Output output;
    ASSERT_TRUE(management.resume(earlier, last, output));
    EXPECT_EQ(output.bytes(), "<b/><c/>");
    EXPECT_EQ(management.sent_count(), 1u);
    EXPECT_TRUE(management.acknowledge(0));
    EXPECT_TRUE(management.acknowledge(1));
    EXPECT_EQ(management.acknowledged(), 3u);
    management.took();
    EXPECT_EQ(management.acknowledgement(), "<a xmlns='urn:xmpp:sm:3' h='0'/>");
}

TEST(Management, R128_resumes_with_what_the_peer_did_not_take_once_and_in_order) {
    Resumption earlier;
    earlier.acknowledged = 7;
    for (const char* text : {"<a/>", "<b/>", "<c/>"}) {
        earlier.unacknowledged.bytes += text;
        earlier.unacknowledged.sizes.push_back(4);
    }
    earlier.own = {false, true, false};
    for (std::uint32_t h = 0; h < 20; ++h) {
        Management management({}, Framing::tcp);
        Output output;
        const bool possible = h >= 7 && h <= 10;
        ASSERT_EQ(management.resume(earlier, h, output), possible);
        EXPECT_EQ(output.bytes(), possible ? std::string_view("<a/><b/><c/>").substr((h - 7) * 4) : "");
        if (!possible) continue;
        EXPECT_EQ(management.carried() + output.stanzas_added(), 2u);
        EXPECT_EQ(management.acknowledged(), management.carried());
    }
}

TEST(Management, has_one_request_on_its_way) {
    Management management({.ack_after = 30s}, Framing::tcp);
    management.start();
    EXPECT_FALSE(management.wants_to_ask());
    management.sent("<a/>", true);
    EXPECT_TRUE(management.wants_to_ask());
    management.asked();
    EXPECT_EQ(management.deadline(), never) << "Sending knows no time.";
    management.look(start);
    management.look(start + 5s);
    EXPECT_EQ(management.deadline(), start + 30s);
    management.sent("<a/>", true);
    EXPECT_FALSE(management.wants_to_ask());
    EXPECT_TRUE(management.acknowledge(1));
    EXPECT_TRUE(management.wants_to_ask());
    management.asked();
    management.look(start + 10s);
    EXPECT_TRUE(management.acknowledge(2));
    EXPECT_FALSE(management.wants_to_ask());
    management.look(start + 20s);
    management.look_anew(start + 20s);
    EXPECT_EQ(management.deadline(), never);
}

// Every session that fell silent after an acknowledgement was given up when the time for that one had passed. The
// simulator found it: clients lost their server every ninety seconds, in the calmest weather.
TEST(Management, F20_an_answer_that_has_come_is_not_waited_for) {
    Management management({.ack_after = 30s}, Framing::tcp);
    management.start();
    management.sent("<a/>", true);
    management.asked();
    management.look(start);
    EXPECT_TRUE(management.acknowledge(1));
    EXPECT_EQ(management.deadline(), never);
    management.look(start + 20s);
    EXPECT_EQ(management.deadline(), never);
    management.asked();  // as a ping
    management.look(start + 60s);
    EXPECT_EQ(management.deadline(), start + 90s);
    EXPECT_TRUE(management.acknowledge(1));
    EXPECT_EQ(management.deadline(), never);
}

TEST(Management, knows_when_too_much_waits) {
    Management management({.most_bytes = 10}, Framing::tcp);
    management.start();
    management.sent("0123456789", true);
    EXPECT_FALSE(management.is_over_limit());
    management.sent("a", true);
    EXPECT_TRUE(management.is_over_limit());
    EXPECT_TRUE(management.acknowledge(1));
    EXPECT_FALSE(management.is_over_limit());
}

TEST(Management, keeps_the_right_bytes_however_much_passes) {
    std::mt19937 random(7);
    Management management({}, Framing::tcp);
    management.start();
    std::vector<std::string> sent;
    std::uint32_t acknowledged = 0;
    for (int i = 0; i < 20'000; ++i) {
        if (random() % 3 > 0) {
            sent.push_back(std::to_string(i) + std::string(random() % 200, 'x'));
            management.sent(sent.back(), random() % 5 > 0);
        } else if (acknowledged < sent.size()) {
            acknowledged += 1 + static_cast<std::uint32_t>(random() % (sent.size() - acknowledged));
            ASSERT_TRUE(management.acknowledge(acknowledged));
        }
    }
    Resumption left;
    management.leave(left);
    std::string expected;
    for (std::size_t i = acknowledged; i < sent.size(); ++i) expected += sent[i];
    EXPECT_EQ(left.unacknowledged.bytes, expected);
    EXPECT_EQ(left.unacknowledged.sizes.size(), sent.size() - acknowledged);
}

TEST(Management, reads_counts_as_the_wire_has_them) {
    EXPECT_EQ(parse_count("0"), 0u);
    EXPECT_EQ(parse_count("4294967295"), 4294967295u);
    for (const char* bad : {"", "-1", "4294967296", "1 ", " 1", "0x1", "1e3", "+1"})
        EXPECT_FALSE(parse_count(bad)) << bad;
    EXPECT_FALSE(parse_count(std::nullopt));
}

}  // namespace
}  // namespace rondel::stream
