#include "rondel/xml/glance.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

// The two versions, on every byte at every one of the sixteen places.
TEST(Glance, the_versions_agree) {
    for (int place = 0; place < glance; ++place)
        for (int byte = 0; byte < 256; ++byte) {
            std::string text(glance, 'x');
            text[place] = static_cast<char>(byte);
            EXPECT_EQ(plain_name(text.data()), portable::plain_name(text.data())) << byte << " at " << place;
            EXPECT_EQ(plain_text(text.data()), portable::plain_text(text.data())) << byte << " at " << place;
            EXPECT_EQ(text_stops(text.data()), portable::text_stops(text.data())) << byte << " at " << place;
            EXPECT_EQ(longer_bytes(text.data()), portable::longer_bytes(text.data())) << byte << " at " << place;
            for (const auto& [a, b] : {std::pair('\'', '\''), std::pair('"', '"'), std::pair('\'', '"')}) {
                EXPECT_EQ(value_stops(text.data(), a, b), portable::value_stops(text.data(), a, b))
                    << byte << " at " << place;
            }
        }
}

TEST(Glance, the_versions_mark_the_same) {
    for (int place = 0; place < wide_glance; ++place)
        for (int byte = 0; byte < 256; ++byte) {
            std::string text(wide_glance, 'x');
            text[place] = static_cast<char>(byte);
            EXPECT_EQ(marks(text.data()).not_name, portable::marks(text.data()).not_name) << byte << " at " << place;
            EXPECT_EQ(marks(text.data()).not_value, portable::marks(text.data()).not_value) << byte << " at " << place;
        }
}

TEST(Glance, twice_stops_at_the_same_but_for_longer_characters) {
    for (int place = 0; place < wide_glance; ++place)
        for (int byte = 0; byte < 256; ++byte) {
            std::string text(wide_glance, 'x');
            text[place] = static_cast<char>(byte);
            bool high = false;
            const bool stops = byte < 0x80 && (portable::text_stops(text.data() + place / glance * glance) != 0);
            EXPECT_EQ(text_stops_twice(text.data(), high), static_cast<std::uint32_t>(stops) << place) << byte;
            EXPECT_EQ(high, byte >= 0x80);
        }
}

const char* end_of(const std::string& text) { return text.data() + text.size(); }

TEST(Glance, takes_a_name_that_ends_in_sight) {
    const std::string text = "stanza-id='x'          ";
    EXPECT_EQ(glance_name(text.data(), end_of(text)), text.data() + 9);
    for (const std::string slow :
         {"1abc=            ", "=                ", "abc", "a234567890123456=     ", "ab\xC3\xA9               "})
        EXPECT_EQ(glance_name(slow.data(), end_of(slow)), nullptr) << slow;
}

TEST(Glance, takes_a_value_or_text_that_ends_in_sight) {
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 40U, 63U}) {
        const std::string value = std::string(size, 'x') + "'" + std::string(20, ' ');
        EXPECT_EQ(glance_value(value.data(), end_of(value)), value.data() + size);
        const std::string text = std::string(size, 'x') + "<" + std::string(20, ' ');
        EXPECT_EQ(glance_text(text.data(), end_of(text)), text.data() + size);
    }
    for (const std::string slow :
         {"ab&amp;'             ", "ab<'              ", "ab\t'              ", "ab", "ab\xC3\xA9'            "})
        EXPECT_EQ(glance_value(slow.data(), end_of(slow)), nullptr) << slow;
    for (const std::string slow :
         {"ab&amp;<             ", "ab><              ", "ab\r<              ", "ab", "ab\xC3\xA9<            "})
        EXPECT_EQ(glance_text(slow.data(), end_of(slow)), nullptr) << slow;
    const std::string lines = "a\tb\nc<           ";
    EXPECT_EQ(glance_text(lines.data(), end_of(lines)), lines.data() + 5);
}

}  // namespace
}  // namespace rondel::xml
