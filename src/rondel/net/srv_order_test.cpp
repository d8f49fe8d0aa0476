// The order in which the servers of a domain are tried. (RFC 6120 §3.2, RFC 2782, XEP-0368)
#include "rondel/net/srv_order.hpp"

#include <map>

#include <gmock/gmock.h>

namespace rondel::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> targets(const std::vector<SrvRecord>& records) {
    std::vector<std::string> names;
    for (const SrvRecord& record : records) names.push_back(record.target);
    return names;
}
SrvRecord record(std::uint16_t priority, std::uint16_t weight, std::string target) {
    return {priority, weight, 5222, std::move(target)};
}

TEST(SrvOrder, lower_priorities_come_first) {
    EXPECT_THAT(targets(in_order({record(20, 1, "c"), record(0, 1, "a"), record(65535, 1, "d"), record(10, 1, "b")})),
                ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(in_order({}), IsEmpty());
}

TEST(SrvOrder, the_weight_says_how_likely_one_is_to_be_next) {
    const std::vector<SrvRecord> three{record(0, 10, "a"), record(0, 20, "b"), record(0, 70, "c")};
    std::map<std::string, int> first;
    for (int i = 0; i < 101; ++i) {
        // The dice show each number of 0 to 100 once for the first place.
        bool thrown = false;
        const auto dice = [&] { return std::exchange(thrown, true) ? 0.0 : (i + 0.5) / 101; };
        ++first[in_order(three, dice).front().target];
    }
    EXPECT_EQ(first["a"], 11);  // 0 to 10, as RFC 2782 has it
    EXPECT_EQ(first["b"], 20);
    EXPECT_EQ(first["c"], 70);
}

TEST(SrvOrder, F16_a_weight_of_zero_has_a_small_chance_and_alone_is_no_trouble) {
    const std::vector<SrvRecord> two{record(0, 100, "heavy"), record(0, 0, "light")};
    EXPECT_THAT(targets(in_order(two, [] { return 0.0; })), ElementsAre("light", "heavy"));
    EXPECT_THAT(targets(in_order(two, [] { return 0.02; })), ElementsAre("heavy", "light"));
    EXPECT_THAT(targets(in_order({record(0, 0, "a"), record(0, 0, "b")}, [] { return 0.99; })), ElementsAre("a", "b"));
}

TEST(SrvOrder, F16_R002_a_hundred_records_are_all_tried_once) {
    std::vector<SrvRecord> many;
    for (std::uint16_t i = 0; i < 100; ++i)
        many.push_back(record(i % 3, static_cast<std::uint16_t>(i * 600), "t" + std::to_string(i)));
    const std::vector<SrvRecord> ordered = in_order(many);
    std::vector<std::string> names = targets(ordered), all = targets(many);
    for (std::size_t i = 1; i < ordered.size(); ++i) EXPECT_LE(ordered[i - 1].priority, ordered[i].priority);
    std::sort(names.begin(), names.end());
    std::sort(all.begin(), all.end());
    EXPECT_EQ(names, all);
}

TEST(SrvPlan, both_services_are_mixed_by_priority) {
    const SrvPlan both =
        plan("example.com", {{record(10, 0, "t1"), record(30, 0, "t3")}}, {{record(20, 0, "s2"), record(0, 0, "s0")}});
    EXPECT_THAT(targets(both.targets), ElementsAre("s0", "t1", "s2", "t3"));
    EXPECT_FALSE(both.targets[0].direct_tls);
    EXPECT_TRUE(both.targets[1].direct_tls);
}

TEST(SrvPlan, R002_without_records_the_domain_itself) {
    for (const char* failure : {"", "the server failed"}) {
        const SrvPlan itself = plan("example.com", {}, {{}, failure});
        ASSERT_EQ(itself.targets.size(), 1U);
        EXPECT_EQ(itself.targets.front(), (SrvRecord{.port = 5222, .target = "example.com"}));
        EXPECT_FALSE(itself.unavailable);
    }
}

TEST(SrvPlan, R001_a_dot_means_that_there_is_no_such_service) {
    const SrvAnswer dot{{record(0, 0, ".")}};
    for (const auto& [direct_tls, starttls] : {std::pair{dot, dot}, {dot, {}}, {{}, dot}, {{}, {{record(0, 0, "")}}}}) {
        const SrvPlan none = plan("example.com", direct_tls, starttls);
        EXPECT_THAT(none.targets, IsEmpty()) << "nor the domain itself (XEP-0368 §5)";
        EXPECT_TRUE(none.unavailable);
    }
    // Of one of the services only: then the other.
    EXPECT_THAT(targets(plan("example.com", dot, {{record(0, 0, "s")}}).targets), ElementsAre("s"));
    EXPECT_THAT(targets(plan("example.com", {{record(0, 0, "t")}}, dot).targets), ElementsAre("t"));
}

}  // namespace
}  // namespace rondel::net
