#include "rondel/base/precis.hpp"

#include <string>

#include <gtest/gtest.h>

namespace rondel {
namespace {

TEST(Precis, R120_RFC8265_table_1_and_2_usernames) {
    for (const char* text : {"juliet@example.com", "fussball", "fu\u00DFball", "\u03C0", "\u03C3", "\u03C2"})
        EXPECT_EQ(username_case_mapped(text), text);
    EXPECT_EQ(username_case_mapped("\u03A3"), "\u03C3");
    for (const char* text : {"foo bar", "", "henry\u2163", "\u221E"})
        EXPECT_EQ(username_case_mapped(text), std::nullopt) << text;
}

TEST(Precis, R120_RFC8265_table_3_and_4_passwords) {
    for (const char* text :
         {"correct horse battery staple", "Correct Horse Battery Staple", "\u03C0\u00DF\u00E5", "Jack of \u2666s"})
        EXPECT_EQ(opaque_string(text), text);
    EXPECT_EQ(opaque_string("foo\u1680bar"), "foo bar");
    for (const char* text : {"", "my cat is a \tby"}) EXPECT_EQ(opaque_string(text), std::nullopt) << text;
}

TEST(Precis, usernames_are_mapped_by_width_then_case_then_composed) {
    EXPECT_EQ(username_case_mapped("\uFF21\uFF22\uFF10"), "ab0");     // fullwidth
    EXPECT_EQ(username_case_mapped("\uFF76\uFF9E"), "\u30AC");        // halfwidth ka with voicing mark
    EXPECT_EQ(username_case_mapped("A\u030A"), "\u00E5");             // case before composition
    EXPECT_EQ(username_case_mapped("\u0130"), "i\u0307");             // the one that becomes two
    EXPECT_EQ(username_case_mapped("\u0391\u03A3"), "\u03B1\u03C3");  // sigma at the end of a word
    EXPECT_EQ(username_case_mapped("\u01C5"), std::nullopt);          // becomes U+01C6, which has a compatibility form
    EXPECT_EQ(username_case_mapped("\u1F88"), "\u1F80");              // titlecase
    EXPECT_EQ(username_case_mapped("\U00010400"), "\U00010428");      // outside of the first plane
    EXPECT_EQ(username_case_mapped("\u1100\u1161"), "\uAC00");        // jamo that compose are no jamo any more
    EXPECT_EQ(username_case_mapped("\u1100"), std::nullopt);
    EXPECT_EQ(username_case_mapped("\u3000"), std::nullopt);  // a wide space becomes a space
    EXPECT_EQ(username_case_mapped("\uFF20"), "@");           // and a wide @ an @; RFC 7622 has to refuse it
}

TEST(Precis, usernames_keep_the_bidi_rule_and_opaque_strings_need_not) {
    EXPECT_EQ(username_case_mapped("\u05D0\u05D1"), "\u05D0\u05D1");
    EXPECT_EQ(username_case_mapped("\u05D0a"), std::nullopt);
    EXPECT_EQ(opaque_string("\u05D0a"), "\u05D0a");
}

TEST(Precis, contextual_characters_need_their_context_in_both_classes) {
    EXPECT_EQ(username_case_mapped("col\u00B7la"), "col\u00B7la");
    EXPECT_EQ(username_case_mapped("COL\u00B7LA"), "col\u00B7la") << "the context is looked at after mapping";
    EXPECT_EQ(username_case_mapped("a\u00B7b"), std::nullopt);
    EXPECT_EQ(opaque_string("a\u00B7b"), std::nullopt);
    EXPECT_EQ(opaque_string("\u0915\u094D\u200D\u0937"), "\u0915\u094D\u200D\u0937");
    EXPECT_EQ(opaque_string("\U0001F468\u200D\U0001F469"), std::nullopt) << "the joiner of emoji has no rule";
}

TEST(Precis, opaque_strings_keep_case_width_and_compatibility) {
    for (const char* text : {"A", "\uFF21", "\u2163", "\uFB01", " ", " a ", "a  b", "\U0001F600"})
        EXPECT_EQ(opaque_string(text), text);
    for (const char* space : {"\u00A0", "\u1680", "\u2000", "\u200A", "\u202F", "\u205F", "\u3000"})
        EXPECT_EQ(opaque_string(space), " ");
    EXPECT_EQ(opaque_string("\u212B"), "\u00C5");
    EXPECT_EQ(opaque_string("\u180E"), std::nullopt) << "no space since Unicode 6.3";
}

TEST(Precis, what_is_not_utf8_is_refused) {
    for (const char* text : {"\xff", "a\xC0\x80", "\xED\xA0\x80"}) {
        EXPECT_EQ(username_case_mapped(text), std::nullopt);
        EXPECT_EQ(opaque_string(text), std::nullopt);
    }
    EXPECT_EQ(opaque_string(std::string_view("a\0b", 3)), std::nullopt);
}

}  // namespace
}  // namespace rondel
