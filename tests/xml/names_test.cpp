// V01, T-DIFF: expat and rondel take the same characters in names and in text, each of the Basic Multilingual Plane and
// some beyond.
#include "rondel/xml/characters.hpp"

#include "tests/support/expat_events.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

std::string utf8(char32_t c) {
    char bytes[4];
    return {bytes, xml::encode(c, bytes)};
}

TEST(Names, V01_T_DIFF_every_character_as_expat_has_it) {
    std::vector<char32_t> all{0x10000, 0x1F600, 0xEFFFF, 0xF0000,
                              0x10FFFF};  // beyond the plane: none may stand in a name
    for (char32_t c = 1; c < 0x10000; ++c) all.push_back(c);
    for (const char32_t c : all) {
        const std::string character = utf8(c);
        const bool starts = !expat_events("<" + character + "/>", ExpatMode::document).failed;
        const bool goes_on = !expat_events("<a" + character + "b/>", ExpatMode::document).failed;
        ASSERT_EQ(xml::is_name_start(c), starts) << std::hex << static_cast<unsigned>(c);
        ASSERT_EQ(xml::is_name(c), goes_on) << std::hex << static_cast<unsigned>(c);
        ASSERT_EQ(xml::is_ncname("a" + character), goes_on) << std::hex << static_cast<unsigned>(c);
        ASSERT_EQ(document_difference("<" + character + ":a xmlns:" + character + "='n'/>"), "");
    }
}

TEST(Names, V01_T_DIFF_every_character_of_text_as_expat_has_it) {
    for (char32_t c = 0; c < 0x10100; ++c) {
        const std::string character = utf8(c);
        const bool special = c < 0x100 || c % 0x100 == 0 || (c >= 0xD7F0 && c < 0xE010) || c >= 0xFFF0;
        ASSERT_EQ(document_difference("<a b='" + character + "'>" + character + "</a>"), "")
            << std::hex << static_cast<unsigned>(c);
        if (!special) continue;
        ASSERT_EQ(document_difference("<a>" + character + "</a>"), "");
        ASSERT_EQ(document_difference("<a b='" + character + "'/>"), "");
        const std::string number = std::to_string(static_cast<unsigned>(c));
        ASSERT_EQ(document_difference("<a>&#" + number + ";</a>"), "") << number;
    }
}

}  // namespace
}  // namespace rondel::test
