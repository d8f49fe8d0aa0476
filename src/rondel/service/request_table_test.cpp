#include "rondel/service/request_table.hpp"

#include <cstring>
#include <set>

#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;

TEST(RequestTable, finds_a_request_by_its_id_and_number) {
    RequestTable table;
    const auto number = table.add();
    table.find(number)->peer = PackedText("capulet.lit");
    const std::string id = table.id_of(number);
    EXPECT_EQ(table.find_id(id), number);
    EXPECT_EQ(table.find(number)->peer.view(), "capulet.lit");
    EXPECT_EQ(table.size(), 1u);
    const OpenRequest taken = table.take(number);
    EXPECT_EQ(taken.peer.view(), "capulet.lit");
    EXPECT_EQ(table.find(number), nullptr);
    EXPECT_EQ(table.find_id(id), 0u);
    EXPECT_EQ(table.size(), 0u);
}

TEST(RequestTable, V17_finds_nothing_by_an_id_that_is_close) {
    RequestTable table;
    const std::string id = table.id_of(table.add());
    table.add();
    for (std::size_t i = 0; i < id.size(); ++i) {
        std::string other = id;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(table.find_id(other), 0u) << other;
        EXPECT_EQ(table.find_id(id.substr(0, i)), 0u);
    }
    for (const char* more : {"0", " ", "g", "-", "x1", "ffffffff", "fffffffffffff"})
        EXPECT_EQ(table.find_id(id + more), 0u) << more;
    EXPECT_EQ(table.find_id(""), 0u);
}

TEST(RequestTable, a_number_does_not_name_the_next_one_in_its_place) {
    RequestTable table;
    const auto first = table.add();
    const std::string id = table.id_of(first);
    table.take(first);
    const auto second = table.add();
    EXPECT_NE(first, second);
    EXPECT_EQ(table.find(first), nullptr);
    EXPECT_EQ(table.find_id(id), 0u);
    EXPECT_EQ(table.find(0), nullptr);
    EXPECT_EQ(table.find(~std::uint64_t{0}), nullptr);
}

TEST(RequestTable, V49_T_RNG_ids_do_not_repeat_and_carry_96_random_bits) {
    RequestTable table;
    std::set<std::string> random_parts;
    for (int i = 0; i < 20'000; ++i) {
        const auto number = table.add();
        const std::string id = table.id_of(number);
        EXPECT_GE(id.size(), 17u);
        random_parts.insert(id.substr(0, 16));
        if (i % 3 == 0) table.take(number);
    }
    EXPECT_EQ(random_parts.size(), 20'000u);
}

TEST(RequestTable, goes_over_all_that_are_open) {
    RequestTable table;
    std::set<RequestTable::Number> open;
    for (int i = 0; i < 3000; ++i) open.insert(table.add());
    for (int i = 0; i < 1000; ++i) {
        table.take(*open.begin());
        open.erase(open.begin());
    }
    std::set<RequestTable::Number> seen;
    for (std::uint32_t place = 0; place < table.end(); ++place)
        if (const auto number = table.at(place)) seen.insert(number);
    EXPECT_EQ(seen, open);
}

TEST(MayAnswer, V17_only_the_one_who_was_asked) {
    const Jid own = "echo.example.com"_jid;
    EXPECT_TRUE(may_answer("juliet@capulet.lit/balcony", "juliet@capulet.lit/balcony"_jid, own));
    EXPECT_FALSE(may_answer("juliet@capulet.lit/balcony", "juliet@capulet.lit"_jid, own));
    EXPECT_FALSE(may_answer("juliet@capulet.lit/balcony", "juliet@capulet.lit/chamber"_jid, own));
    EXPECT_FALSE(may_answer("juliet@capulet.lit", "juliet@capulet.lit/balcony"_jid, own));
    EXPECT_FALSE(may_answer("juliet@capulet.lit", "capulet.lit"_jid, own));
    EXPECT_FALSE(may_answer("capulet.lit", JidView(), own));
    EXPECT_FALSE(may_answer("echo.example.com", JidView(), own)) << "A component has no account.";
    EXPECT_FALSE(may_answer("", JidView(), JidView())) << "Nor has nobody.";
}

TEST(MayAnswer, ones_own_account_answers_with_or_without_a_from) {
    const Jid own = "romeo@example.net/orchard"_jid;  // RFC 6120 §8.1.2.1: no `from` is the account itself
    for (const char* asked : {"", "romeo@example.net"}) {
        EXPECT_TRUE(may_answer(asked, JidView(), own)) << asked;
        EXPECT_TRUE(may_answer(asked, "romeo@example.net"_jid, own)) << asked;
        EXPECT_FALSE(may_answer(asked, "juliet@capulet.lit"_jid, own)) << asked;
        EXPECT_FALSE(may_answer(asked, "romeo@example.net/other"_jid, own)) << asked;
    }
    EXPECT_FALSE(may_answer("romeo@example.net/other", JidView(), own));
}

}  // namespace
}  // namespace rondel
