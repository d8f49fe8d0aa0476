#include "rondel/base/utf8.hpp"

#include <random>
#include <string>

#include "tests/support/sparse.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace std::string_literals;

// Unicode 15, table 3-7: the well-formed sequences, written once more as a rule on bytes.
bool is_utf8_by_the_table(std::string_view text) {
    const auto in = [&](std::size_t i, int least, int most) {
        return i < text.size() && static_cast<unsigned char>(text[i]) >= least &&
               static_cast<unsigned char>(text[i]) <= most;
    };
    for (std::size_t i = 0; i < text.size();) {
        if (in(i, 0x00, 0x7F))
            i += 1;
        else if (in(i, 0xC2, 0xDF) && in(i + 1, 0x80, 0xBF))
            i += 2;
        else if (((in(i, 0xE0, 0xE0) && in(i + 1, 0xA0, 0xBF)) || (in(i, 0xE1, 0xEC) && in(i + 1, 0x80, 0xBF)) ||
                  (in(i, 0xED, 0xED) && in(i + 1, 0x80, 0x9F)) || (in(i, 0xEE, 0xEF) && in(i + 1, 0x80, 0xBF))) &&
                 in(i + 2, 0x80, 0xBF))
            i += 3;
        else if (((in(i, 0xF0, 0xF0) && in(i + 1, 0x90, 0xBF)) || (in(i, 0xF1, 0xF3) && in(i + 1, 0x80, 0xBF)) ||
                  (in(i, 0xF4, 0xF4) && in(i + 1, 0x80, 0x8F))) &&
                 in(i + 2, 0x80, 0xBF) && in(i + 3, 0x80, 0xBF))
            i += 4;
        else
            return false;
    }
    return true;
}

TEST(Utf8, every_sequence_of_up_to_three_bytes_is_judged_by_the_table) {
    std::string text(3, '\0');
    test::Sparse sparse;
    for (unsigned bytes = 0; bytes < 1u << 24; bytes += bytes < 0xC00000 ? 37 : 1) {  // below C0 the first byte decides
        if (sparse.leaves_out()) continue;
        text = {static_cast<char>(bytes >> 16), static_cast<char>(bytes >> 8), static_cast<char>(bytes)};
        if (is_utf8(text) != is_utf8_by_the_table(text)) FAIL() << testing::PrintToString(text);
    }
}

TEST(Utf8, random_sequences_are_judged_by_the_table) {
    std::mt19937 random(3);
    const std::string_view bytes(
        "\x00\x41\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5\xff", 25);
    for (int i = 0; i < test::drawn(500'000); ++i) {
        std::string text(random() % 3 * 8, 'a');  // ASCII in front, in words of eight
        for (unsigned long n = random() % 10; n > 0; --n) text += bytes[random() % bytes.size()];
        ASSERT_EQ(is_utf8(text), is_utf8_by_the_table(text)) << testing::PrintToString(text);
    }
}

TEST(Utf8, overlong_forms_surrogates_and_what_is_beyond_unicode_are_refused) {
    for (const char* text : {"\xC0\xAF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xC1\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
                             "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\x80", "\xC3", "\xE2\x82", "\xF0\x9F\x98",
                             "abcdefgh\xFF", "abcdefghi\xC3"}) {
        EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
        EXPECT_FALSE(is_xml_text(text));
    }
    for (const char* text : {"", "a", "\u00E4", "\u20AC", "\U0001F600", "\U0010FFFF", "\uD7FF", "\uE000"})
        EXPECT_TRUE(is_utf8(text));
    EXPECT_TRUE(is_utf8("\0"s));
    EXPECT_TRUE(is_utf8("\uFFFE"));
}

TEST(Utf8, xml_text_has_no_controls_and_no_noncharacters_of_the_first_plane) {
    for (const auto& text :
         {""s, "plain"s, "\t\n\r"s, "\x7F"s, "\u0080"s, "\u00E4\u20AC\U0001F600"s, "\uFFFD"s, "\U0001FFFE"s})
        EXPECT_TRUE(is_xml_text(text)) << testing::PrintToString(text);
    for (const auto& text :
         {"\0"s, "a\x01"s, "\x08"s, "\x0B"s, "\x0C"s, "\x1B"s, "\x1F"s, "\uFFFE"s, "a\uFFFF"s, "\xFF"s, "\xC0\x80"s})
        EXPECT_FALSE(is_xml_text(text)) << testing::PrintToString(text);
}

TEST(Utf8, V47_T_LOG_text_of_a_peer_cannot_act_on_a_terminal_or_a_log) {
    const std::pair<std::string, std::string> rows[] = {
        {"", ""},
        {"hello \u00E4 \u20AC \U0001F600", "hello \u00E4 \u20AC \U0001F600"},
        {"a\nERROR forged line", "a\\nERROR forged line"},
        {"\r\t", "\\r\\t"},
        {"\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07"},
        {"\x7f\0"s, "\\x7f\\x00"},
        {"\u009b31m\u0085", "\\u{9b}31m\\u{85}"},
        {"\u202Eevil\u2066\u200F", "\\u{202e}evil\\u{2066}\\u{200f}"},
        {"a\u2028b", "a\\u{2028}b"},
        {"\uFEFF\u200B\U000E0041", "\\u{feff}\\u{200b}\\u{e0041}"},
        {"\xff\xfe", "\\xff\\xfe"},
        {"\xc3", "\\xc3"},
        {"\xe2\x82x", "\\xe2\\x82x"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"C:\\n", "C:\\\\n"},  // not to be taken for a line break
    };
    for (const auto& [raw, safe] : rows) EXPECT_EQ(sanitize_for_log(raw), safe);
}

TEST(Utf8, V47_T_LOG_any_bytes_become_one_line_of_well_formed_text) {
    std::mt19937 random(5);
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (unsigned long n = random() % 20; n > 0; --n) text += static_cast<char>(random());
        const std::string safe = sanitize_for_log(text);
        ASSERT_TRUE(is_xml_text(safe));
        for (const char c : safe) ASSERT_FALSE(static_cast<unsigned char>(c) < 0x20 || c == 0x7F);
    }
}

TEST(Utf8, next_code_point_reads_forward_and_passes_one_bad_byte_at_a_time) {
    const std::string text = "a\u00E4\xff\U0001F600\xe2\x82";
    std::size_t position = 0;
    for (const char32_t expected :
         {char32_t{'a'}, char32_t{0xE4}, utf8_error, char32_t{0x1F600}, utf8_error, utf8_error})
        EXPECT_EQ(next_code_point(text, position), expected);
    EXPECT_EQ(position, text.size());
}

}  // namespace
}  // namespace rondel
