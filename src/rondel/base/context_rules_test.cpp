#include "rondel/base/context_rules.hpp"

#include <gtest/gtest.h>

namespace rondel {
namespace {

using icu::UnicodeString;

// Whether all occurrences of `c` in the text may stand where they do.
bool allowed(const char16_t* text, char16_t c) {
    const UnicodeString label(text);
    ContextRules rules(label);
    for (int i = label.indexOf(c); i >= 0; i = label.indexOf(c, i + 1))
        if (!rules.allow(i)) return false;
    return true;
}

TEST(ContextRules, A1_zero_width_non_joiner_follows_a_virama_or_breaks_a_cursive_connection) {
    EXPECT_TRUE(allowed(u"\u0915\u094D\u200C", u'\u200C'));
    EXPECT_TRUE(allowed(u"\u0628\u200C\u0628", u'\u200C'));
    EXPECT_TRUE(allowed(u"\u0628\u064E\u200C\u064E\u0628", u'\u200C')) << "marks are transparent";
    EXPECT_TRUE(allowed(u"\u0628\u200C\u0627", u'\u200C')) << "alef joins to the right only";
    EXPECT_FALSE(allowed(u"\u0627\u200C\u0628", u'\u200C')) << "and not to the left";
    EXPECT_FALSE(allowed(u"a\u200Cb", u'\u200C'));
    EXPECT_FALSE(allowed(u"\u200C", u'\u200C'));
    EXPECT_FALSE(allowed(u"\u0628\u200C", u'\u200C'));
    EXPECT_FALSE(allowed(u"\u200C\u0628", u'\u200C'));
    EXPECT_FALSE(allowed(u"\u064E\u200C\u064E", u'\u200C'));
}

TEST(ContextRules, A2_zero_width_joiner_follows_a_virama) {
    EXPECT_TRUE(allowed(u"\u0915\u094D\u200D\u0937", u'\u200D'));
    EXPECT_FALSE(allowed(u"\u0628\u200D\u0628", u'\u200D'));
    EXPECT_FALSE(allowed(u"\u200D", u'\u200D'));
}

TEST(ContextRules, A3_middle_dot_stands_between_two_l) {
    EXPECT_TRUE(allowed(u"col\u00B7la", u'\u00B7'));
    EXPECT_FALSE(allowed(u"co\u00B7lla", u'\u00B7'));
    EXPECT_FALSE(allowed(u"l\u00B7", u'\u00B7'));
    EXPECT_FALSE(allowed(u"\u00B7l", u'\u00B7'));
    EXPECT_FALSE(allowed(u"l\u00B7\u00B7l", u'\u00B7'));
}

TEST(ContextRules, A4_greek_numeral_sign_stands_before_greek) {
    EXPECT_TRUE(allowed(u"\u0375\u03B1", u'\u0375'));
    EXPECT_FALSE(allowed(u"\u0375a", u'\u0375'));
    EXPECT_FALSE(allowed(u"\u03B1\u0375", u'\u0375'));
}

TEST(ContextRules, A5_and_A6_geresh_and_gershayim_stand_after_hebrew) {
    for (const char16_t c : {u'\u05F3', u'\u05F4'}) {
        EXPECT_TRUE(allowed((std::u16string(u"\u05D0") + c).c_str(), c));
        EXPECT_FALSE(allowed((std::u16string(u"a") + c).c_str(), c));
        EXPECT_FALSE(allowed((std::u16string(1, c) + u"\u05D0").c_str(), c));
    }
}

TEST(ContextRules, A7_katakana_middle_dot_wants_japanese_somewhere) {
    EXPECT_TRUE(allowed(u"a\u30FB\u30A2", u'\u30FB'));
    EXPECT_TRUE(allowed(u"\u3042\u30FBa", u'\u30FB'));
    EXPECT_TRUE(allowed(u"\u30FB\u30FB\u4E00", u'\u30FB'));
    EXPECT_FALSE(allowed(u"a\u30FBb", u'\u30FB'));
    EXPECT_FALSE(allowed(u"\u30FB", u'\u30FB'));
}

TEST(ContextRules, A8_and_A9_the_two_kinds_of_arabic_digits_do_not_mix) {
    EXPECT_TRUE(allowed(u"\u0661\u0669", u'\u0661'));
    EXPECT_TRUE(allowed(u"\u06F1\u06F9", u'\u06F1'));
    EXPECT_TRUE(allowed(u"1\u0661", u'\u0661'));
    EXPECT_FALSE(allowed(u"\u0661\u06F1", u'\u0661'));
    EXPECT_FALSE(allowed(u"\u0661\u06F1", u'\u06F1'));
}

TEST(ContextRules, a_character_without_a_rule_is_refused) { EXPECT_FALSE(allowed(u"a", u'a')); }

TEST(BidiRule, RFC5893_section_2) {
    for (const char16_t* text : {u"", u"abc", u"a1-.\u00E4", u"1", u"\u0301", u"\u05D0\u05D1", u"\u05D01",
                                 u"\u05D0\u05B0", u"\u0628\u0661", u"\u05D0-1\u05B0", u"\u05D0!\u05D1"})
        EXPECT_TRUE(satisfies_bidi_rule(text)) << testing::PrintToString(std::u16string(text));
    for (const char16_t* text : {
             u"1\u05D0", u"-\u05D0", u"\u0661\u0628", u"\u05B0\u05D0",  // 1: starts with none of L, R, AL
             u"\u05D0a", u"\u05D0a\u05D1",                              // 2: L after R
             u"\u05D0-", u"\u05D0-\u05B0",                              // 3: ends with a neutral
             u"\u05D01\u0661",                                          // 4: both kinds of numbers
             u"a\u05D0", u"a\u0661", u"a\u05D0b",                       // 5: R or AN after L
         })
        EXPECT_FALSE(satisfies_bidi_rule(text)) << testing::PrintToString(std::u16string(text));
}

}  // namespace
}  // namespace rondel
