#include "rondel/xml/namespaces.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

TEST(BoundNs, is_the_same_in_all_or_another) {
    const BoundNs one{1, 0, 0};
    for (const BoundNs& other : {BoundNs{2, 0, 0}, BoundNs{1, 1, 0}, BoundNs{1, 0, 1}}) EXPECT_NE(one, other);
}

TEST(Namespaces, finds_the_newest) {
    Namespaces names;
    EXPECT_EQ(names.find("a"), Namespaces::none);
    names.bind("a", {1, 1, 0});
    names.bind("b", {2, 0, 1});
    names.bind("a", {3});
    EXPECT_EQ(names.ns(names.find("a")), BoundNs{3});
    EXPECT_EQ(names.prefix(names.find("b")), "b");
    EXPECT_EQ(names.ns(names.find("b")), (BoundNs{2, 0, 1}));
    names.cut(2);
    EXPECT_EQ(names.ns(names.find("a")), (BoundNs{1, 1, 0}));
    names.cut(0);
    EXPECT_EQ(names.find("a"), Namespaces::none);
}

// Few bindings are searched and many are mapped; both must give the same, also while their number goes up and down.
TEST(Namespaces, many_are_found_like_few) {
    std::mt19937 random(3);
    Namespaces names;
    std::vector<std::pair<std::string, std::uint32_t>> plain;
    for (std::uint32_t i = 0; i < 20000; ++i) {
        if (random() % 3 != 0) {
            const std::string prefix = "p" + std::to_string(random() % 20);
            names.bind(prefix, {i});
            plain.emplace_back(prefix, i);
        } else if (!plain.empty()) {
            const std::size_t left =
                plain.size() - std::min<std::size_t>(plain.size(), random() % 40 == 0 ? plain.size() : random() % 5);
            names.cut(static_cast<std::uint32_t>(left));
            plain.resize(left);
        }
        ASSERT_EQ(names.size(), plain.size());
        const std::string wanted = "p" + std::to_string(random() % 21);
        std::uint32_t expected = Namespaces::none;
        for (std::uint32_t j = 0; j < plain.size(); ++j)
            if (plain[j].first == wanted) expected = j;
        ASSERT_EQ(names.find(wanted), expected) << wanted;
    }
}

}  // namespace
}  // namespace rondel::xml
