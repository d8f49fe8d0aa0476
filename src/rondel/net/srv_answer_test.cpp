// What is taken from a DNS answer: what was asked for, and no more. (RFC 1035 §4.1, RFC 2782)
#include "rondel/net/srv_answer.hpp"

#include <gmock/gmock.h>

namespace rondel::net {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view asked = "_xmpp-client._tcp.example.com";

std::string labels(const std::string& name) {
    std::string made;
    for (std::size_t at = 0; at < name.size();) {
        const std::size_t dot = std::min(name.find('.', at), name.size());
        made += static_cast<char>(dot - at) + name.substr(at, dot - at);
        at = dot + 1;
    }
    return made + '\0';
}
std::string sixteen(std::size_t number) { return {static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)}; }
std::string record(const std::string& owner, std::size_t type, const std::string& data) {
    return labels(owner) + sixteen(type) + sixteen(1) + "\0\0\0\x3C"s + sixteen(data.size()) + data;
}
std::string srv(const std::string& owner, std::size_t port, const std::string& target) {
    return record(owner, 33, sixteen(10) + sixteen(20) + sixteen(port) + labels(target));
}
std::string answer(const std::vector<std::string>& records) {
    std::string all = "\x12\x34\x81\x80"s + sixteen(1) + sixteen(records.size()) + "\0\0\0\0"s;
    all += labels(std::string(asked)) + sixteen(33) + sixteen(1);
    for (const std::string& each : records) all += each;
    return all;
}
SrvRecord at(std::uint16_t port, const std::string& target) {
    return {.priority = 10, .weight = 20, .port = port, .target = target};
}

TEST(SrvAnswer, R001_the_records_of_the_name) {
    const SrvAnswer found = parse_srv_answer(answer({srv("_xmpp-client._tcp.example.com", 5222, "a.example"),
                                                     srv("_XMPP-client._tcp.Example.COM", 5223, "b.example")}),
                                             asked);
    EXPECT_EQ(found.failure, "");
    EXPECT_THAT(found.records, ElementsAre(at(5222, "a.example"), at(5223, "b.example")));
}

// A server of names that is asked about one domain slipped in where to find another one's clients.
TEST(SrvAnswer, V34_records_of_another_name_are_not_taken) {
    const SrvAnswer found = parse_srv_answer(
        answer({srv("_xmpp-client._tcp.evil.example", 5222, "evil.example"), srv("example.com", 5222, "evil.example"),
                srv("x._xmpp-client._tcp.example.com", 1, "evil.example")}),
        asked);
    EXPECT_EQ(found.failure, "");
    EXPECT_THAT(found.records, IsEmpty());
}

TEST(SrvAnswer, R001_an_alias_is_followed_and_a_ring_of_them_ends) {
    const auto alias = [](const std::string& name, const std::string& to) { return record(name, 5, labels(to)); };
    const SrvAnswer found = parse_srv_answer(
        answer({srv("_c._tcp.host.example", 5222, "a.example"), alias("_b._tcp.host.example", "_c._tcp.host.example"),
                alias("_xmpp-client._tcp.example.com", "_b._tcp.host.example")}),
        asked);
    EXPECT_THAT(found.records, ElementsAre(at(5222, "a.example")));
    const SrvAnswer ring = parse_srv_answer(
        answer({alias(std::string(asked), "b.example"), alias("b.example", std::string(asked))}), asked);
    EXPECT_THAT(ring.records, IsEmpty());
}

TEST(SrvAnswer, what_breaks_off_is_no_answer) {
    const std::string whole = answer({srv(std::string(asked), 5222, "a.example")});
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_NE(parse_srv_answer(std::string_view(whole).substr(0, size), asked).failure, "") << size;
    EXPECT_EQ(parse_srv_answer(whole, asked).failure, "");
    std::string longer = srv(std::string(asked), 5222, "a.example");
    longer[labels(std::string(asked)).size() + 9] = 8;  // the size that it says
    EXPECT_NE(parse_srv_answer(answer({longer}), asked).failure, "");
}

TEST(SrvAnswer, other_records_are_passed_over) {
    const SrvAnswer found =
        parse_srv_answer(answer({record(std::string(asked), 16, "\5hello"), srv(std::string(asked), 1, "a.b")}), asked);
    EXPECT_THAT(found.records, ElementsAre(at(1, "a.b")));
}

}  // namespace
}  // namespace rondel::net
