#include "rondel/base/jid.hpp"

#include "rondel/base/jid_parts.hpp"

#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <unordered_set>
#include <vector>

#include "tests/support/sparse.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

// A name of short labels.
std::string long_domain(std::size_t size) {
    std::string out;
    while (out.size() + 2 < size) out += "a.";
    return out.append(size - out.size(), 'b');
}

TEST(JidError, has_a_sentence_for_each_and_for_a_number_that_is_none) {
    std::set<std::string> sentences;
    for (int i = 0; i <= static_cast<int>(JidError::bad_resource) + 1; ++i) {
        const std::error_code error = make_error_code(static_cast<JidError>(i));
        EXPECT_EQ(error.category().name(), std::string("rondel.jid"));
        EXPECT_TRUE(error.message().ends_with('.')) << error.message();
        sentences.insert(error.message());
    }
    EXPECT_EQ(sentences.size(), 7u);
}

TEST(Jid, V43_R118_T_JID_limit_of_1023_octets_for_each_part) {
    const std::string fits(1023, 'a');
    const std::string exceeds(1024, 'a');
    EXPECT_TRUE(Jid::parse(fits + "@example.com"));
    EXPECT_EQ(Jid::parse(exceeds + "@example.com").error(), JidError::too_long);
    EXPECT_TRUE(Jid::parse("a@example.com/" + fits));
    EXPECT_EQ(Jid::parse("a@example.com/" + exceeds).error(), JidError::too_long);
    ASSERT_EQ(long_domain(1023).size(), 1023u);
    ASSERT_EQ(long_domain(1024).size(), 1024u);
    EXPECT_TRUE(Jid::parse(long_domain(1023)));
    EXPECT_EQ(Jid::parse(long_domain(1023) + '.').value().str(), long_domain(1023));
    EXPECT_EQ(Jid::parse(long_domain(1024)).error(), JidError::too_long);
    EXPECT_EQ(Jid::parse(long_domain(1024) + "/r").error(), JidError::too_long);

    const auto longest = Jid::parse(fits + '@' + long_domain(1023) + '/' + fits);
    ASSERT_TRUE(longest);
    EXPECT_EQ(longest->str().size(), 3071u);
    EXPECT_EQ(longest->local(), fits);
    EXPECT_EQ(longest->domain(), long_domain(1023));
    EXPECT_EQ(longest->resource(), fits);
}

TEST(Jid, V43_R118_T_JID_limit_counts_octets_after_preparation) {
    std::string wide, narrow, umlauts, decomposed;
    for (int i = 0; i < 1023; ++i) wide += "\uFF21", narrow += 'a';
    for (int i = 0; i < 511; ++i) umlauts += "\u00FC", decomposed += "u\u0308";
    EXPECT_EQ(Jid::parse(wide + "@a").value().local(), narrow);
    EXPECT_EQ(Jid::parse(wide + "\uFF21@a").error(), JidError::too_long);
    EXPECT_EQ(Jid::parse("a/" + decomposed + "x").value().resource(), umlauts + "x");  // 1023
    EXPECT_EQ(Jid::parse("a/" + decomposed + "xx").error(), JidError::too_long);
    EXPECT_EQ(Jid::parse(std::string(1'000'000, 'A') + "@a").error(), JidError::too_long);
}

TEST(Jid, R120_RFC8265_table_1_and_2_usernames_as_localparts) {
    for (const char* text : {"fussball", "fu\u00DFball", "\u03C0", "\u03C3", "\u03C2"})
        EXPECT_EQ(Jid::from_parts(text, "a", "").value().local(), text);
    EXPECT_EQ(Jid::from_parts("\u03A3", "a", "").value().local(), "\u03C3");
    for (const char* text : {"foo bar", "henry\u2163", "\u221E", "juliet@example.com"})
        EXPECT_EQ(Jid::from_parts(text, "a", "").error(), JidError::bad_local) << text;
}

TEST(Jid, R120_RFC8265_table_3_and_4_passwords_as_resourceparts) {
    for (const char* text :
         {"correct horse battery staple", "Correct Horse Battery Staple", "\u03C0\u00DF\u00E5", "Jack of \u2666s"})
        EXPECT_EQ(Jid::from_parts("", "a", text).value().resource(), text);
    EXPECT_EQ(Jid::from_parts("", "a", "foo\u1680bar").value().resource(), "foo bar");
    EXPECT_EQ(Jid::from_parts("", "a", "my cat is a \tby").error(), JidError::bad_resource);
}

TEST(Jid, from_parts_refuses_separators_and_a_missing_domain) {
    EXPECT_EQ(Jid::from_parts("a/b", "c", "").error(), JidError::bad_local);
    EXPECT_EQ(Jid::from_parts("a", "b/c", "").error(), JidError::bad_domain);
    EXPECT_EQ(Jid::from_parts("a", "b@c", "").error(), JidError::bad_domain);
    EXPECT_EQ(Jid::from_parts("a", "", "c").error(), JidError::empty);
    EXPECT_EQ(Jid::from_parts("a", "b", "c/d@e").value().str(), "a@b/c/d@e");
}

TEST(Jid, with_resource_replaces_it_and_bare_drops_it) {
    const Jid jid = "alice@example.com/phone"_jid;
    EXPECT_EQ(jid.with_resource("tablet").value(), "alice@example.com/tablet"_jid);
    EXPECT_EQ(jid.with_resource("").error(), JidError::empty);
    EXPECT_EQ(jid.with_resource("\n").error(), JidError::bad_resource);
    EXPECT_EQ(jid.with_resource(std::string(1024, 'a')).error(), JidError::too_long);
    EXPECT_EQ(Jid().with_resource("a").error(), JidError::empty);
    EXPECT_EQ(jid.bare(), "alice@example.com"_jid);
    EXPECT_TRUE(jid.bare().is_bare());
    EXPECT_FALSE(jid.is_bare());
    EXPECT_EQ(JidView(jid).bare().str(), "alice@example.com");
    EXPECT_EQ("example.com/x"_jid.bare().str(), "example.com");
}

TEST(Jid, no_address_is_empty_and_equal_to_itself) {
    EXPECT_TRUE(Jid().empty());
    EXPECT_TRUE(Jid().is_bare());
    EXPECT_EQ(Jid().domain(), "");
    EXPECT_EQ(Jid().resource(), "");
    EXPECT_EQ(JidView(), JidView(Jid()));
    EXPECT_EQ(JidView::of_prepared("").domain(), "");
    EXPECT_FALSE(JidView::is_prepared(""));
}

TEST(Jid, keys_ordered_and_hashed_containers_and_prints) {
    std::map<Jid, int> ordered{{"b@x"_jid, 2}, {"a@x"_jid, 1}};
    EXPECT_EQ(ordered.begin()->first, "a@x"_jid);
    std::unordered_set<Jid, std::hash<Jid>, std::equal_to<>> hashed{"a@x"_jid};
    EXPECT_TRUE(hashed.contains(JidView::of_prepared("a@x")));
    EXPECT_FALSE(hashed.contains("A@y"_jid));
    std::ostringstream out;
    out << "a@x/r"_jid;
    EXPECT_EQ(out.str(), "a@x/r");
}

TEST(Jid, trusted_text_that_is_no_address_throws_a_sentence) {
    try {
        (void)"a b@c"_jid;
        FAIL() << "no exception";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), JidError::bad_local);
        EXPECT_NE(std::string(error.what()).find("a b@c"), std::string::npos) << error.what();
    }
    for (int code = 1; code <= 6; ++code) {
        const std::string sentence = make_error_code(static_cast<JidError>(code)).message();
        EXPECT_TRUE(sentence.ends_with('.') && sentence.size() > 20) << sentence;
    }
}

// As Jid::parse, without its glance at the whole.
Result<Jid> parse_by_parts(std::string_view text) {
    const jid_parts::Parts parts = jid_parts::split(text);
    if ((parts.has_local && parts.local.empty()) || (parts.has_resource && parts.resource.empty()))
        return make_error_code(JidError::empty);
    return Jid::from_parts(parts.local, parts.domain, parts.resource);
}

// The fast answers must be the true ones: is_prepared(text) == (parse(text) && parse(text)->str() == text).
void expect_consistent(const std::string& text) {
    const auto jid = Jid::parse(text);
    const auto by_parts = parse_by_parts(text);
    ASSERT_EQ(jid ? jid->str() : "none", by_parts ? by_parts->str() : "none") << testing::PrintToString(text);
    ASSERT_EQ(JidView::is_prepared(text), jid && jid->str() == text) << testing::PrintToString(text);
    if (!jid) return;
    ASSERT_TRUE(JidView::is_prepared(jid->str())) << testing::PrintToString(text);
    ASSERT_EQ(Jid::parse(jid->str()).value(), *jid);
    const JidView view = JidView::of_prepared(jid->str());
    ASSERT_EQ(view.local(), jid->local());
    ASSERT_EQ(view.domain(), jid->domain());
    ASSERT_EQ(view.resource(), jid->resource());
}

TEST(Jid, V43_T_JID_is_prepared_agrees_with_parse_on_random_text) {
    const std::vector<std::string> pieces{"a",
                                          "B",
                                          "z",
                                          "0",
                                          "9",
                                          "-",
                                          "--",
                                          ".",
                                          "@",
                                          "/",
                                          "xn--",
                                          "[",
                                          "]",
                                          ":",
                                          "::1",
                                          "%25",
                                          " ",
                                          "\"",
                                          "&",
                                          "_",
                                          "\\",
                                          "~",
                                          "\x7f",
                                          "\n",
                                          "\u00DF",
                                          "\u00C4",
                                          "a\u0308",
                                          "\u03A3",
                                          "\u3002",
                                          "\uFF21",
                                          "\uFF0E",
                                          "\u05D0",
                                          "\u0661",
                                          "\u06F1",
                                          "\u200C",
                                          "\u200D",
                                          "\u094D",
                                          "\u0915",
                                          "\u00AD",
                                          "\u265A",
                                          "\u2163",
                                          "\u3000",
                                          "\u1100\u1161",
                                          "\uAC00",
                                          "\U0001D400",
                                          "\U0001F600",
                                          "\xff",
                                          "\u0130",
                                          "l\u00B7l",
                                          "\u30FB",
                                          "\u0958",
                                          "\u0344",
                                          "bcher-kva",
                                          "example",
                                          std::string(60, 'a'),
                                          std::string(1, '\0')};
    std::mt19937 random(20250101);
    for (int i = 0; i < test::drawn(200'000); ++i) {
        std::string text;
        const auto count = random() % 12 + 1;
        for (unsigned long k = 0; k < count; ++k) text += pieces[random() % pieces.size()];
        ASSERT_NO_FATAL_FAILURE(expect_consistent(text));
    }
}

// Less than what one look takes in, and a little more: all texts of four such characters, behind others.
TEST(Jid, V43_T_JID_short_addresses) {
    constexpr std::string_view characters = "aA0-.@/_ ";
    constexpr std::size_t all = 9 * 9 * 9 * 9;
    test::Sparse sparse;
    for (const std::string_view before : {"", "b", "bb", "bbb", "b@bb", "bbbbb", "b@bbbb", "bbbbbbb", "bbb@bbbb",
                                          "bbbbbbb@b", "b.bbbbbbbb", "bbbb@bbbbb/", "b@bbbbbbbbbb", "bbbbbbbbbbbbb"})
        for (std::size_t i = 0; i < all; ++i) {
            if (sparse.leaves_out()) continue;
            std::string text(before);
            for (std::size_t k = 0, rest = i; k < 4; ++k, rest /= characters.size())
                text += characters[rest % characters.size()];
            ASSERT_NO_FATAL_FAILURE(expect_consistent(text));
        }
}

TEST(Jid, V43_T_JID_every_code_point_in_every_part) {
    test::Sparse sparse;
    for (char32_t c = 1; c <= 0x10FFFF; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        if (c >= 0x20000 && c % 64 != 0) continue;  // planes of CJK, of private use and of nothing
        if (sparse.leaves_out()) continue;
        std::string utf8;
        if (c < 0x80)
            utf8 = {static_cast<char>(c)};
        else if (c < 0x800)
            utf8 = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
        else if (c < 0x10000)
            utf8 = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
                    static_cast<char>(0x80 | (c & 63))};
        else
            utf8 = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)),
                    static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
        ASSERT_NO_FATAL_FAILURE(expect_consistent("a" + utf8 + "@b"));
        ASSERT_NO_FATAL_FAILURE(expect_consistent("a@b" + utf8 + "c"));
        ASSERT_NO_FATAL_FAILURE(expect_consistent("a@b/" + utf8));
    }
}

}  // namespace
}  // namespace rondel
