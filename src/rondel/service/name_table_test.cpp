#include "rondel/service/name_table.hpp"

#include <map>
#include <random>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace rondel {
namespace {

TEST(NameTable, an_empty_one_has_nothing) {
    const NameTable<int> table;
    EXPECT_TRUE(table.empty());
    EXPECT_EQ(table.find({"query", "urn:x"}), nullptr);
}

TEST(NameTable, finds_what_was_put_and_nothing_else) {
    NameTable<int> table;
    table[{"query", "urn:x"}] = 1;
    table[{"query", "urn:y"}] = 2;
    table[{"query", "urn:x"}] += 10;
    ASSERT_NE(table.find({"query", "urn:x"}), nullptr);
    EXPECT_EQ(*table.find({"query", "urn:x"}), 11);
    EXPECT_EQ(*table.find({"query", "urn:y"}), 2);
    EXPECT_EQ(table.find({"query", ""}), nullptr);
    EXPECT_EQ(table.find({"", "urn:x"}), nullptr);
    EXPECT_FALSE(table.empty());
}

// CVE-2022-25236: a name and a namespace are two, however they are put side by side.
TEST(NameTable, a_name_is_a_pair) {
    NameTable<int> table;
    table[{"ab", "c"}] = 1;
    table[{"a", "bc"}] = 2;
    table[{"", "abc"}] = 3;
    EXPECT_EQ(*table.find({"ab", "c"}), 1);
    EXPECT_EQ(*table.find({"a", "bc"}), 2);
    EXPECT_EQ(*table.find({"", "abc"}), 3);
    EXPECT_EQ(table.find({"abc", ""}), nullptr);
}

TEST(NameTable, does_as_a_map_does) {
    std::mt19937 random(7);
    NameTable<int> table;
    std::map<std::pair<std::string, std::string>, int> expected;
    for (int i = 0; i < 20'000; ++i) {
        const std::string name = "n" + std::to_string(random() % 5000);
        const std::string ns = "urn:" + std::to_string(random() % 3);
        if (random() % 2 == 0) {
            table[{name, ns}] += i;
            expected[{name, ns}] += i;
        }
        const int* found = table.find({name, ns});
        const auto there = expected.find({name, ns});
        ASSERT_EQ(found != nullptr, there != expected.end()) << name << ' ' << ns;
        if (found != nullptr) {
            ASSERT_EQ(*found, there->second);
        }
    }
}

}  // namespace
}  // namespace rondel
