#include "rondel/xml/pending.hpp"

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

// Feeds `rest` in pieces; how much of it belongs to the token that began with `start`.
std::size_t taken(std::string_view start, std::string_view rest, std::size_t piece) {
    Pending pending;
    pending.start(start);
    for (std::size_t at = 0; at < rest.size(); at += piece) {
        const std::string_view bytes = rest.substr(at, piece);
        const char* p = bytes.data();
        if (pending.take(p, bytes.data() + bytes.size())) {
            EXPECT_EQ(pending.bytes(), std::string(start) + std::string(rest.substr(
                                                                0, at + static_cast<std::size_t>(p - bytes.data()))));
            return at + static_cast<std::size_t>(p - bytes.data());
        }
        EXPECT_EQ(p, bytes.data() + bytes.size());
    }
    return std::string_view::npos;
}

TEST(Pending, a_tag_ends_at_a_bracket_outside_quotes) {
    for (const std::size_t piece : {1U, 2U, 5U, 100U}) {
        EXPECT_EQ(taken("<a", " b='>' c=\"'>\">x", piece), 14U);
        EXPECT_EQ(taken("<a b='", ">'>x", piece), 3U);
        EXPECT_EQ(taken("</a", " \n >x", piece), 4U);
        EXPECT_EQ(taken("<a b='x' c=\"'", "'\"/>", piece), 4U);
        EXPECT_EQ(taken("<a b='", "x<", piece), 2U);  // an error, which the parser will tell
        EXPECT_EQ(taken("<a b='", "x>", piece), std::string_view::npos);
    }
}

TEST(Pending, a_reference_ends_where_no_name_goes_on) {
    for (const std::size_t piece : {1U, 2U, 100U}) {
        EXPECT_EQ(taken("&", "amp;x", piece), 4U);
        EXPECT_EQ(taken("&#x1", "F600;", piece), 5U);
        EXPECT_EQ(taken("&am", "p x", piece), 2U);
        EXPECT_EQ(taken("&", "#12<", piece), 4U);
    }
}

TEST(Pending, small_tokens_may_end_at_every_byte) {
    EXPECT_EQ(taken("\xE2", "\x82\xAC", 2), 1U);
    EXPECT_EQ(taken("<", "a>", 2), 1U);
    EXPECT_EQ(taken("<!", "[CDATA[x", 8), 1U);
    EXPECT_EQ(taken("<?xml ", "version='1.0'?><a>", 30), 15U);
}

TEST(Pending, every_byte_is_looked_at_once_V06_T_BIGTOK) {
    for (const std::size_t piece : {1U, 64U, 1024U}) {
        Pending pending;
        pending.start("<a b='");
        const std::string bytes(piece, '>');
        for (std::size_t fed = 0; fed < 200000; fed += piece) {
            const char* p = bytes.data();
            ASSERT_FALSE(pending.take(p, p + piece));
        }
        const char end[] = "'>";
        const char* p = end;
        EXPECT_TRUE(pending.take(p, end + 2));
        EXPECT_EQ(pending.looked_at(), pending.bytes().size());
    }
}

TEST(Pending, a_large_buffer_is_given_back) {
    Pending pending;
    pending.start("<a b='" + std::string(100000, 'x'));
    pending.clear();
    EXPECT_TRUE(pending.empty());
    pending.start("<");
    EXPECT_EQ(pending.looked_at(), 1U);
}

}  // namespace
}  // namespace rondel::xml
