#include "rondel/sasl/prepared_password.hpp"

#include "rondel/base/precis.hpp"

#include <gtest/gtest.h>

namespace rondel::sasl {
namespace {

TEST(SaslPrep, has_the_examples_of_RFC_4013) {
    EXPECT_EQ(saslprep("I\u00ADX"), "IX") << "soft hyphen goes";
    EXPECT_EQ(saslprep("user"), "user");
    EXPECT_EQ(saslprep("USER"), "USER") << "case stays";
    EXPECT_EQ(saslprep("\u00AA"), "a") << "NFKC";
    EXPECT_EQ(saslprep("\u2168"), "IX") << "NFKC";
    EXPECT_EQ(saslprep("\u0007"), std::nullopt) << "prohibited";
    EXPECT_EQ(saslprep("\u0627\u0031"), std::nullopt) << "both directions";
}

TEST(SaslPrep, refuses_what_is_no_text) {
    EXPECT_EQ(saslprep(""), std::nullopt);
    EXPECT_EQ(saslprep("\u00AD"), std::nullopt) << "nothing is left";
    EXPECT_EQ(saslprep("\xC0\x80"), std::nullopt);
    EXPECT_EQ(saslprep("\x7F"), std::nullopt);
    EXPECT_EQ(saslprep("\U0001F600"), std::nullopt) << "Unicode 3.2 had no such thing";
    EXPECT_EQ(saslprep("a\u00A0b"), "a b");
}

TEST(SaslPrep, has_room_for_what_grows) {
    std::string much, more;  // U+FDFA becomes eighteen characters
    for (int i = 0; i < 100; ++i) much += "\uFDFA";
    const auto prepared = saslprep(much);
    ASSERT_TRUE(prepared.has_value());
    EXPECT_GT(prepared->size(), 100u * 18);
}

TEST(Passwords, mean_one_thing_where_both_profiles_agree) {
    const auto both = prepared_passwords("Rosenkrantz, Åbo");
    ASSERT_EQ(both.size(), 1u);
    EXPECT_EQ(both[0].reveal(), "Rosenkrantz, Åbo");
}

TEST(Passwords, are_prepared_by_SASLprep_first) {
    const auto both = prepared_passwords("\u2168");
    ASSERT_EQ(both.size(), 2u);
    EXPECT_EQ(both[0].reveal(), "IX");
    EXPECT_EQ(both[1].reveal(), "\u2168") << "OpaqueString knows no compatibility mapping";
}

TEST(Passwords, may_be_taken_by_one_profile_only) {
    const auto emoji = prepared_passwords("correct \U0001F40E battery");
    ASSERT_EQ(emoji.size(), 1u);
    EXPECT_EQ(emoji[0].reveal(), "correct \U0001F40E battery");
    const auto soft_hyphen = prepared_passwords("I\u00ADX");
    ASSERT_EQ(soft_hyphen.size(), 1u);
    EXPECT_EQ(soft_hyphen[0].reveal(), "IX");
}

TEST(Passwords, that_are_none_have_no_meaning) {
    for (const char* bad : {"", "a\tb", "\x01", "\xFF", "\u200F\u0000"}) EXPECT_TRUE(prepared_passwords(bad).empty());
}

}  // namespace
}  // namespace rondel::sasl
