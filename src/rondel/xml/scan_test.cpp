#include "rondel/xml/scan.hpp"

#include "rondel/xml/escape.hpp"

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/support/kernels.hpp"
#include "tests/support/sparse.hpp"
#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

// The plainest way to say what the kernels do.
std::size_t plain_text(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size() && std::string_view("<>&\r").find(text[i]) == std::string_view::npos &&
           (static_cast<unsigned char>(text[i]) >= ' ' || text[i] == '\t' || text[i] == '\n'))
        ++i;
    return i;
}

std::size_t plain_value(std::string_view text, char a, char b) {
    std::size_t i = 0;
    while (i < text.size() && text[i] != '<' && text[i] != '&' && text[i] != a && text[i] != b &&
           static_cast<unsigned char>(text[i]) >= ' ')
        ++i;
    return i;
}

bool holds_high(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x80) return true;
    return false;
}

std::size_t plain_utf8(std::string_view text) {
    const char* p = text.data();
    const char* const end = p + text.size();
    while (p != end) {
        if (static_cast<unsigned char>(*p) < 0x80) {
            ++p;
            continue;
        }
        char32_t c = 0;
        if (read_character(p, end, c) != Verdict::good) break;
    }
    return static_cast<std::size_t>(p - text.data());
}

// In memory of its own size, so that a look outside is an error.
void check(std::string_view text) {
    const std::unique_ptr<char[]> copy(new char[text.size()]);
    std::memcpy(copy.get(), text.data(), text.size());
    const char* const begin = copy.get();
    const char* const end = begin + text.size();
    for (const Kernels* kernels : all_kernels()) {
        bool high = false;
        const auto stop = static_cast<std::size_t>(kernels->text(begin, end, high) - begin);
        ASSERT_EQ(stop, plain_text(text)) << kernels->name << " " << text.size();
        ASSERT_EQ(high, holds_high(text.substr(0, stop))) << kernels->name << " " << text.size();
        for (const auto& [a, b] : {std::pair('\'', '\''), std::pair('"', '"'), std::pair('\'', '"')}) {
            high = false;
            const auto value_stop = static_cast<std::size_t>(kernels->value(begin, end, a, b, high) - begin);
            ASSERT_EQ(value_stop, plain_value(text, a, b)) << kernels->name << " " << text.size();
            ASSERT_EQ(high, holds_high(text.substr(0, value_stop))) << kernels->name << " " << text.size();
        }
        ASSERT_EQ(static_cast<std::size_t>(kernels->utf8(begin, end) - begin), plain_utf8(text))
            << kernels->name << " " << text.size();
    }
}

// The versions that copy: with nothing to be seen behind the end, and with something that must not be taken for it.
void check_copy(std::string_view text) {
    for (const std::size_t behind : {0U, 7U, 32U}) {
        const std::unique_ptr<char[]> from(new char[text.size() + behind]);
        std::memset(from.get(), '<', text.size() + behind);
        std::memcpy(from.get(), text.data(), text.size());
        const char* const begin = from.get();
        const char* const end = begin + text.size();
        const std::unique_ptr<char[]> to(new char[text.size() + copy_slack]);
        for (const Kernels* kernels : all_kernels())
            for (const bool is_text : {true, false}) {
                const std::size_t expected = is_text ? plain_text(text) : plain_value(text, '\'', '"');
                bool high = false;
                const char* const stop = is_text ? kernels->copy_text(begin, end, end + behind, to.get(), high)
                                                 : kernels->copy_value(begin, end, end + behind, to.get(), high);
                ASSERT_EQ(static_cast<std::size_t>(stop - begin), expected) << kernels->name << " " << text.size();
                ASSERT_EQ(high, holds_high(text.substr(0, expected))) << kernels->name << " " << text.size();
                ASSERT_EQ(std::string_view(to.get(), expected), text.substr(0, expected)) << kernels->name;
            }
    }
}

TEST(Scan, every_byte_at_every_place) {
    test::Sparse sparse;
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 31U, 32U, 33U, 63U, 64U, 65U, 100U})
        for (std::size_t place = 0; place < size; ++place)
            for (int byte = 0; byte < 256; ++byte) {
                if (sparse.leaves_out()) continue;
                std::string text(size, 'x');
                text[place] = static_cast<char>(byte);
                check(text);
                if (place % 3 == 0) check_copy(text);
            }
    check("");
    check_copy("");
}

// How many bytes at the end of [half of a character] + `piece` are a character that is cut; not_plain if there is
// anything else.
std::ptrdiff_t plain_piece(std::string_view half, std::string_view piece) {
    if (piece.size() > static_cast<std::size_t>(most_piece) || plain_text(piece) != piece.size()) return not_plain;
    const std::string all = std::string(half) + std::string(piece);
    const std::string_view rest = std::string_view(all).substr(plain_utf8(all));
    const char* p = rest.data();
    char32_t c = 0;
    if (!rest.empty() && read_character(p, p + rest.size(), c) != Verdict::cut) return not_plain;
    return static_cast<std::ptrdiff_t>(rest.size());
}

// The whole of `text`, of which the first bytes stand there already.
void check_pieces(std::string_view text, std::size_t first) {
    const std::string before = std::string(least_text, 'x') + std::string(text.substr(0, first));
    const std::string_view piece = text.substr(first);
    const std::string_view half =
        text.substr(plain_utf8(text.substr(0, first)), first - plain_utf8(text.substr(0, first)));
    const std::unique_ptr<char[]> from(new char[piece.size()]);
    const std::unique_ptr<char[]> to(new char[before.size() + piece.size() + copy_slack]);
    piece.copy(from.get(), piece.size());
    for (const Kernels* kernels : all_kernels()) {
        before.copy(to.get(), before.size());
        const std::ptrdiff_t cut =
            kernels->copy_piece(from.get(), from.get() + piece.size(), to.get() + before.size(), half.size());
        ASSERT_EQ(cut, plain_piece(half, piece)) << kernels->name << " " << text << " from " << first;
        if (cut == not_plain) continue;
        ASSERT_EQ(std::string_view(to.get(), before.size() + piece.size()), before + std::string(piece));
    }
}

TEST(Scan, every_byte_at_every_place_of_a_piece) {
    test::Sparse sparse;
    for (const std::size_t size : {1U, 2U, 15U, 31U, 32U, 33U, 63U, 64U, 65U, 100U})
        for (std::size_t place = 0; place < size; ++place)
            for (int byte = 0; byte < 256; ++byte) {
                if (sparse.leaves_out()) continue;
                std::string text(size, 'x');
                text[place] = static_cast<char>(byte);
                check_pieces(text, 0);
            }
    for (const std::size_t size : {1023U, 1024U, 1025U}) check_pieces(std::string(size, 'x'), 0);
}

TEST(Scan, characters_between_pieces) {
    for (const std::string_view character :
         {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xBF\xBD", "\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xC3.",
          "\xE2\x82.", "\xE2.", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF0\x9F\x98.", "\xC3\xA9\xA9",
          "\xF5\x80", "\xC1\x80"})
        for (std::size_t place = 0; place < 140; ++place)
            for (const std::size_t rest : {0U, 1U, 3U, 31U, 32U, 33U, 64U, 90U}) {
                const std::string text = std::string(place, 'x') + std::string(character) + std::string(rest, 'x');
                check_pieces(text, 0);
                for (std::size_t first = place; first < std::min(place + character.size() + 1, text.size()); ++first)
                    if (plain_piece({}, text.substr(0, first)) != not_plain) check_pieces(text, first);
            }
}

TEST(Scan, pieces_of_random_text) {
    std::mt19937 random(9);
    const std::string_view parts[] = {"x",    "hello ", "\xC3\xA9",     "\xE4\xB8\xAD", "\xF0\x9F\x98\x80",
                                      "\n\t", "]",      "\xEF\xBF\xBD", "\xC0",         "<"};
    for (int i = 0; i < test::drawn(30000); ++i) {
        std::string text;
        const std::size_t kinds = i % 4 == 0 ? std::size(parts) : 8;  // mostly sound ones
        const std::size_t size = 1 + random() % 300;
        while (text.size() < size) text += parts[random() % kinds];
        const std::size_t first = random() % std::min<std::size_t>(text.size(), 140);
        if (plain_piece({}, text.substr(0, first)) != not_plain)
            check_pieces(text.substr(0, size), std::min(first, size - 1));
    }
}

// What text is made of where something is replaced every few bytes; and what is left as it stands.
const std::vector<std::string> dense_pieces = {
    "&lt;", "&gt;", "&amp;", "&apos;", "&quot;", "x",      "some words", "\xC3\xBC", "\n", "&#10;", "&lit;",
    "&",    "<",    "&lt",   ">",      "\r",     "&amp;;", "]]&gt;",     "'",        "\"", "&quot", "&qmot;"};

std::string soup(std::mt19937& random, std::size_t least, bool replaceable_only) {
    std::string text;
    while (text.size() < least) {
        const std::size_t piece = random() % (replaceable_only || random() % 8 != 0 ? 9 : dense_pieces.size());
        text += dense_pieces[piece];
    }
    return text;
}

// How many bytes at the front of `text` are a reference of the five, and what it stands for.
std::size_t plain_reference(std::string_view text, char& character) {
    constexpr std::pair<std::string_view, char> five[] = {
        {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&apos;", '\''}, {"&quot;", '"'}};
    for (const auto& [written, stands_for] : five)
        if (text.starts_with(written)) return character = stands_for, written.size();
    return 0;
}

TEST(Scan, references_that_stand_close_together_are_decoded) {
    std::mt19937 random(7);
    for (int round = 0; round < 4000; ++round) {
        const std::string text = soup(random, random() % 400, round % 2 == 0);
        const std::unique_ptr<char[]> from(new char[text.size()]), to(new char[text.size() + copy_slack]);
        std::memcpy(from.get(), text.data(), text.size());
        for (const Kernels* kernels : all_kernels()) {
            bool high = false;
            const char* run = from.get();
            const Moved moved = kernels->decode_text(from.get(), from.get() + text.size(), to.get(), run, high);
            std::string expected;
            std::size_t p = 0, expected_run = 0;
            const auto stop = static_cast<std::size_t>(moved.p - from.get());
            while (p < stop) {
                char character = 0;
                if (const std::size_t size = plain_reference(std::string_view(text).substr(p), character); size != 0) {
                    expected += character;
                    expected_run = p += size;
                } else {
                    ASSERT_NE(plain_text(std::string_view(text).substr(p, 1)), 0U) << kernels->name << " " << text;
                    expected += text[p++];
                }
            }
            ASSERT_EQ(p, stop) << kernels->name << " " << text;
            ASSERT_EQ(std::string_view(to.get(), static_cast<std::size_t>(moved.to - to.get())), expected) << text;
            ASSERT_EQ(static_cast<std::size_t>(run - from.get()), expected_run) << kernels->name << " " << text;
            ASSERT_TRUE(high || !holds_high(text.substr(0, stop))) << kernels->name << " " << text;
            char character = 0;
            const std::string_view rest = std::string_view(text).substr(stop);
            ASSERT_TRUE(rest.size() < 64 || (plain_text(rest) == 0 && plain_reference(rest, character) == 0)) << text;
        }
    }
}

TEST(Scan, what_is_to_be_escaped_and_stands_close_together_is_escaped) {
    std::mt19937 random(8);
    for (int round = 0; round < 4000; ++round) {
        std::string text = soup(random, random() % 400, round % 2 == 0);
        if (round % 3 == 0 && !text.empty()) text[random() % text.size()] = static_cast<char>(random() % 0x20);
        const std::size_t room = round % 5 == 0 ? random() % 1000 : 8 * text.size() + escape_room;
        const std::unique_ptr<char[]> from(new char[text.size()]), to(new char[room]);
        std::memcpy(from.get(), text.data(), text.size());
        for (const Kernels* kernels : all_kernels()) {
            bool high = false;
            const Moved moved =
                kernels->escape_text(from.get(), from.get() + text.size(), to.get(), to.get() + room, high);
            const auto stop = static_cast<std::size_t>(moved.p - from.get());
            std::string expected;
            for (const char c : text.substr(0, stop)) {
                const std::string_view instead = escaped<Escape::text>(c);
                ASSERT_TRUE(!instead.empty() || plain_text({&c, 1}) == 1) << kernels->name << " " << text;
                expected += instead.empty() ? std::string_view(&c, 1) : instead;
            }
            ASSERT_EQ(std::string_view(to.get(), static_cast<std::size_t>(moved.to - to.get())), expected) << text;
            ASSERT_TRUE(high || !holds_high(text.substr(0, stop))) << kernels->name << " " << text;
            const std::string_view rest = std::string_view(text).substr(stop);
            ASSERT_TRUE(rest.size() < 64 || to.get() + room - moved.to < escape_room ||
                        (plain_text(rest) == 0 && escaped<Escape::text>(rest[0]).empty()))
                << kernels->name << " " << text;
        }
    }
}

TEST(Scan, high_is_never_cleared) {
    for (const Kernels* kernels : all_kernels()) {
        bool high = true;
        const std::string text(100, 'x');
        kernels->text(text.data(), text.data() + text.size(), high);
        EXPECT_TRUE(high);
        char to[100 + copy_slack];
        kernels->copy_text(text.data(), text.data() + text.size(), text.data() + text.size(), to, high);
        EXPECT_TRUE(high);
    }
}

TEST(Scan, sequences_of_two_and_three_bytes_across_blocks) {
    const std::string around(70, 'x');
    test::Sparse sparse;
    for (const std::size_t place : {0U, 30U, 31U, 62U})
        for (int first = 0x80; first < 0x100; ++first)
            for (int second = 0x70; second < 0xD0; ++second)
                for (const int third : {0x00, 0x7F, 0x80, 0xBD, 0xBE, 0xBF, 0xC3}) {
                    if (sparse.leaves_out()) continue;
                    std::string text = around;
                    text[place] = static_cast<char>(first);
                    text[place + 1] = static_cast<char>(second);
                    text[place + 2] = static_cast<char>(third);
                    for (const Kernels* kernels : all_kernels())
                        ASSERT_EQ(static_cast<std::size_t>(kernels->utf8(text.data(), text.data() + text.size()) -
                                                           text.data()),
                                  plain_utf8(text))
                            << kernels->name << " " << std::hex << first << " " << second << " " << third << " at "
                            << place;
                }
}

TEST(Scan, sequences_of_four_bytes_across_blocks) {
    const std::string around(70, 'x');
    test::Sparse sparse;
    for (const std::size_t place : {0U, 29U, 31U, 61U})
        for (int first = 0xED; first < 0x100; ++first)
            for (int second = 0x78; second < 0xC8; ++second)
                for (const int third : {0x7F, 0x80, 0xBF, 0xC0})
                    for (const int fourth : {0x7F, 0x80, 0xBE, 0xBF, 0xC2}) {
                        if (sparse.leaves_out()) continue;
                        std::string text = around;
                        const char sequence[] = {static_cast<char>(first), static_cast<char>(second),
                                                 static_cast<char>(third), static_cast<char>(fourth)};
                        text.replace(place, 4, sequence, 4);
                        for (const Kernels* kernels : all_kernels())
                            ASSERT_EQ(static_cast<std::size_t>(kernels->utf8(text.data(), text.data() + text.size()) -
                                                               text.data()),
                                      plain_utf8(text))
                                << kernels->name << " " << std::hex << first << " " << second << " " << third << " "
                                << fourth << " at " << place;
                    }
}

TEST(Scan, every_character_that_xml_has_passes) {
    std::string all;
    for (char32_t c = 0x80; c <= 0x10FFFF; ++c) {
        if (!is_xml_character(c)) continue;
        char bytes[4];
        all.append(bytes, encode(c, bytes));
    }
    for (const Kernels* kernels : all_kernels()) {
        EXPECT_EQ(kernels->utf8(all.data(), all.data() + all.size()), all.data() + all.size()) << kernels->name;
        // Cut anywhere, what is left over is less than a character. (The last ones have four bytes each.)
        const char* const tail = all.data() + all.size() - 400;
        for (std::size_t size = 0; size <= 400; ++size) {
            EXPECT_EQ(kernels->utf8(tail, tail + size), tail + size / 4 * 4) << kernels->name;
            for (const char wrong : {'\xFF', '\x80'}) {
                const std::string broken = std::string(tail, size / 4 * 4) + wrong;
                const char* const end = broken.data() + broken.size();
                EXPECT_EQ(kernels->utf8(broken.data(), end), end - 1) << kernels->name << " " << size;
            }
        }
    }
}

TEST(Scan, random_text_with_faults) {
    std::mt19937 random(7);
    const auto below = [&](std::size_t end) { return random() % end; };
    const std::string_view pieces[] = {"x",
                                       "hello ",
                                       "\xC3\xA9",
                                       "\xE4\xB8\xAD",
                                       "\xF0\x9F\x98\x80",
                                       "\xEF\xBF\xBD",
                                       "\xEF\xBF\xBE",
                                       "\xED\xA0\x80",
                                       "\xC0\xAF",
                                       "\xF4\x90\x80\x80",
                                       "\xE2\x82",
                                       "\x80",
                                       "\xFF",
                                       "<",
                                       "&",
                                       "'",
                                       "\r",
                                       "\n"};
    for (int i = 0; i < test::drawn(30000); ++i) {
        std::string text;
        const std::size_t kinds = 3 + below(std::size(pieces) - 2);  // often only sound ones
        while (text.size() < 20 + below(120)) text += pieces[below(kinds) % std::size(pieces)];
        check(text);
        check_copy(text);
    }
}

TEST(Scan, the_fastest_is_one_of_them) {
    EXPECT_TRUE(&fastest_kernels() == &portable_kernels || &fastest_kernels() == avx2_kernels());
}

TEST(Scan, high_is_not_cleared_where_a_stop_is_found) {
    const std::string text = std::string(40, 'x') + "<" + std::string(40, 'x');
    for (const Kernels* kernels : all_kernels()) {
        bool high = true;
        EXPECT_EQ(kernels->text(text.data(), text.data() + text.size(), high), text.data() + 40) << kernels->name;
        EXPECT_TRUE(high) << kernels->name;
        EXPECT_EQ(kernels->value(text.data(), text.data() + text.size(), '\'', '"', high), text.data() + 40);
        EXPECT_TRUE(high) << kernels->name;
    }
}

}  // namespace
}  // namespace rondel::xml
