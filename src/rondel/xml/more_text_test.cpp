// Texts in small pieces: what is read, and when it is told, is what it is in one.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/kernels.hpp"
#include "tests/support/sparse.hpp"
#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

using Step = Reader::Step;

constexpr std::string_view header = "<s:s xmlns='jabber:client' xmlns:s='urn:s'>";
constexpr Limits large{.stanza_bytes = 1 << 20};

// What a stream came to, and how many of its bytes were read when that was known.
struct Read {
    std::string elements;
    std::error_code error;
    std::size_t bytes = 0;

    friend bool operator==(const Read&, const Read&) = default;
};

// Quotes may be written in two ways: as they came in a text that was read at once, and else as themselves.
std::string with_plain_quotes(std::string written) {
    for (const auto& [reference, quote] : {std::pair{"&quot;", "\""}, {"&apos;", "'"}})
        for (std::size_t at = 0; (at = written.find(reference, at)) != std::string::npos;)
            written.replace(at, std::string_view(reference).size(), quote);
    return written;
}

// Read in pieces that end at `ends`, which grow, and then at the end of `text`.
Read read(std::string_view text, const std::vector<std::size_t>& ends, const Kernels& kernels, Limits limits = large) {
    Reader reader(limits, {}, kernels);
    std::string_view bytes = header;
    reader.next(bytes);
    Read read;
    for (std::size_t i = 0; i <= ends.size(); ++i) {
        const std::size_t end = i == ends.size() ? text.size() : std::min(ends[i], text.size());
        // In memory of its own size, so that a look outside is an error.
        const std::vector<char> piece(text.begin() + static_cast<std::ptrdiff_t>(read.bytes),
                                      text.begin() + static_cast<std::ptrdiff_t>(end));
        bytes = {piece.data(), piece.size()};
        read.bytes = end;
        for (Step step = reader.next(bytes); step != Step::more; step = reader.next(bytes)) {
            if (step == Step::failed) {
                read.error = reader.error();
                return read;
            }
            if (step == Step::element) read.elements += with_plain_quotes(to_string(reader.element())) + '\n';
        }
        EXPECT_TRUE(bytes.empty());
        EXPECT_EQ(reader.pending_bytes(), read.elements.empty() ? read.bytes : 0U) << text;
    }
    return read;
}

std::vector<std::size_t> every(std::size_t size, std::size_t from, std::size_t to) {
    std::vector<std::size_t> ends;
    for (std::size_t at = from; at < to; at += size) ends.push_back(at);
    return ends;
}

struct Place {
    const char* before;
    const char* after;
};
constexpr Place text{"<message><body>", "</body></message>"};
constexpr Place cdata{"<message><body><![CDATA[", "]]></body></message>"};
constexpr Place short_one{"<a>", "</a>"};
constexpr Place behind_child{"<message><body><i/>", "</body></message>"};

// So much of a text comes first that what follows goes on with it.
constexpr std::size_t lead = 128;

std::string stanza(Place place, std::size_t plain, std::string_view odd, std::size_t behind) {
    return place.before + std::string(plain, 'a') + std::string(odd) + std::string(behind, 'b') + place.after;
}

const std::vector<std::string_view> odd_pieces = {"",
                                                  "x",
                                                  "]",
                                                  "]]",
                                                  "]]]",
                                                  "]]&gt;",
                                                  "]&#93;>",
                                                  "&#93;]>",
                                                  "]]\xC3\xA4>",
                                                  "]]>",
                                                  ">",
                                                  "&amp;",
                                                  "&lt;&gt;&quot;&apos;",
                                                  "&#13;",
                                                  "&#x1F600;",
                                                  "&#0000000000065;",
                                                  "&amp;\xC3\xA4&amp;",
                                                  "\xC3&amp;\xA4",
                                                  "&amp\xC3\xA4",
                                                  "&am p;",
                                                  "&#0;",
                                                  "&#xD800;",
                                                  "&ouml;",
                                                  "&nothing-of-this-name;",
                                                  "&",
                                                  "\r",
                                                  "\r\n",
                                                  "\r\r\n\n",
                                                  "\n\t",
                                                  "\xC3\xA4",
                                                  "\xE2\x82\xAC",
                                                  "\xF0\x9F\x98\x80",
                                                  "\xEF\xBF\xBD",
                                                  "\xC3",
                                                  "\xE2\x82",
                                                  "\xE2\x82\xE2\x82\xAC",
                                                  "\xF0\x9F\x98",
                                                  "\xA4",
                                                  "\xC0\x80",
                                                  "\xE0\x80\x80",
                                                  "\xED\xA0\x80",
                                                  "\xF4\x90\x80\x80",
                                                  "\xF0\x80\x80\x80",
                                                  "\xEF\xBF\xBE",
                                                  "\xEF\xBF\xBF",
                                                  "\xFF",
                                                  "\x01",
                                                  "<x/>",
                                                  "<![CDATA[]]>",
                                                  "<!-- -->",
                                                  "<"};

TEST(MoreText, is_what_it_is_in_one_piece) {
    test::Sparse sparse;
    for (const Kernels* kernels : all_kernels())
        for (const std::string_view odd : odd_pieces)
            for (const Place place : {text, cdata, short_one, behind_child})
                for (const std::size_t begin : {std::size_t{0}, lead})
                    for (const std::size_t at : {0, 1, 3, 17, 29, 30, 31, 32, 33, 60, 61, 62, 63, 64, 65}) {
                        if (sparse.leaves_out()) continue;
                        const std::string all = stanza(place, begin + at, odd, 70);
                        const Read whole = read(all, {}, *kernels);
                        const std::size_t from = std::string_view(place.before).size() + begin;
                        for (const std::size_t size : {1, 2, 7, 31, 32, 33, 64, 65}) {
                            const Read pieces = read(all, every(size, from, all.size()), *kernels);
                            ASSERT_EQ(pieces.elements, whole.elements) << all << " by " << size;
                            ASSERT_EQ(pieces.error, whole.error) << all << " by " << size;
                        }
                    }
}

// Cut at each place and at every two: what the first cut leaves over, the second may cut again.
TEST(MoreText, may_be_cut_twice) {
    test::Sparse sparse;
    for (const Kernels* kernels : all_kernels())
        for (const std::string_view odd : odd_pieces)
            for (const Place place : {text, cdata}) {
                const std::string all = stanza(place, lead, odd, 40);
                const Read whole = read(all, {}, *kernels);
                const std::size_t from = std::string_view(place.before).size() + lead - 2;
                for (std::size_t first = from; first <= from + odd.size() + 4; ++first)
                    for (std::size_t second = first; second <= from + odd.size() + 4; ++second) {
                        if (sparse.leaves_out()) continue;
                        const Read pieces = read(all, {from, first, second}, *kernels);
                        ASSERT_EQ(pieces.elements, whole.elements) << all << " " << first << " " << second;
                        ASSERT_EQ(pieces.error, whole.error) << all << " " << first << " " << second;
                    }
            }
}

// Who sends it waits for an answer, and may send nothing more.
TEST(MoreText, is_refused_with_the_piece_that_holds_the_error) {
    for (const Kernels* kernels : all_kernels())
        for (const auto& [bad, at] : {std::pair{"\xFF", 0},
                                      {"\x01", 0},
                                      {"\xA4", 0},
                                      {"\xC3.", 1},
                                      {"\xC3\xC3", 1},
                                      {"\xE2\x82.", 2},
                                      {"\xE2\x28", 1},
                                      {"\xE0\x80", 1},
                                      {"\xED\xA0", 1},
                                      {"\xF4\x90", 1},
                                      {"\xF0\x9F\x98.", 3},
                                      {"\xC3\xA4\xA4", 2},
                                      {"\xEF\xBF\xBE", 2},
                                      {"]]>", 2},
                                      {"&amp;\xFF", 5},
                                      {"\xC3&amp;", 1},
                                      {"&amp;]]>", 7},
                                      {"&amp;&#0;", 8},
                                      {"&bad;", 4}})
            for (std::size_t plain = lead; plain < lead + 70; ++plain)
                for (const std::size_t size : {1, 5, 32, 64, 100}) {
                    const std::string all = stanza(text, plain, bad, 200);
                    const std::size_t from = std::string_view(text.before).size() + lead;
                    const std::size_t error_at = std::string_view(text.before).size() + plain + std::size_t(at) + 1;
                    const Read read_in_pieces = read(all, every(size, from, all.size()), *kernels);
                    ASSERT_TRUE(read_in_pieces.error) << all;
                    const std::size_t piece_end =
                        error_at <= from ? from : from + (error_at - from + size - 1) / size * size;
                    ASSERT_EQ(read_in_pieces.bytes, std::min(piece_end, all.size())) << all << " by " << size;
                }
}

// The memory of a text ends somewhere, and what was cut may be longer than the piece that ends it. Each is read by a
// thread of its own: what a thread keeps of one stanza is large enough for the next.
TEST(MoreText, is_read_wherever_its_memory_ends) {
    test::Sparse sparse;
    for (const Kernels* kernels : all_kernels())
        for (const Place place : {text, cdata})
            for (const std::string_view cut : {"&#x20AC;", "\xF0\x9F\x98\x80"})
                for (std::size_t plain = 850; plain < 1000; ++plain) {  // a block begins with 1024 bytes
                    if (sparse.leaves_out()) continue;
                    const std::string all = stanza(place, plain, cut, 300);
                    const std::size_t first = std::string_view(place.before).size() + plain + cut.size() - 1;
                    const std::vector<std::size_t> ends = every(9, first, all.size());
                    Read pieces;
                    std::thread([&] { pieces = read(all, ends, *kernels); }).join();
                    ASSERT_EQ(pieces.elements, read(all, {}, *kernels).elements) << plain;
                }
}

TEST(MoreText, is_limited_as_in_one_piece) {
    for (const Kernels* kernels : all_kernels())
        for (const std::string_view unit : {"x", "\xC3\xA4", "\xE2\x82\xAC", "&amp;", "&#x20AC;", "]"})
            for (const Place place : {text, cdata}) {
                std::string all = stanza(place, lead, "", 0);
                const std::size_t end = all.size() - std::string_view(place.after).size();
                std::string more;
                while (more.size() < 300) more += unit;
                all.insert(end, more);
                for (std::size_t limit = end + 250; limit <= all.size(); ++limit) {
                    const Limits limits{.stanza_bytes = static_cast<std::uint32_t>(limit)};
                    const Read whole = read(all, {}, *kernels, limits);
                    ASSERT_EQ(!whole.error, limit == all.size());
                    for (const std::size_t size : {1, 33, 64, 70}) {
                        const Read pieces = read(all, every(size, end, all.size()), *kernels, limits);
                        ASSERT_EQ(pieces.elements, whole.elements) << limit << " by " << size;
                        ASSERT_EQ(pieces.error, whole.error) << limit << " by " << size;
                    }
                }
            }
}

// Texts of many kinds of pieces, cut anywhere: of long runs of each, so that what was tried without success for long is
// tried again.
TEST(MoreText, of_any_kind_in_any_pieces) {
    std::mt19937 random(11);
    const auto below = [&random](std::size_t end) { return random() % end; };
    const std::string_view plain[] = {"some words ", "\xD0\x96", "&amp;", "a line\r\n",      "\n",
                                      "x > y",       "&#8364;",  "]",     "\xF0\x9F\x98\x80"};
    for (int round = 0; round < test::drawn(3000); ++round) {
        const Place place = round % 3 == 0 ? cdata : text;
        std::string all = place.before;
        for (std::size_t run = 1 + below(8); run > 0; --run) {
            const std::size_t kind = below(std::size(plain));
            for (std::size_t times = below(200); times > 0; --times) all += plain[kind];
            if (below(40) == 0) all += odd_pieces[below(odd_pieces.size())];
        }
        all += place.after;
        std::vector<std::size_t> ends;
        const std::size_t most = 1 + below(round % 2 == 0 ? 80 : 2000);
        for (std::size_t at = below(200); at < all.size(); at += 1 + below(most)) ends.push_back(at);
        for (const Kernels* kernels : all_kernels()) {
            const Read whole = read(all, {}, *kernels);
            const Read pieces = read(all, ends, *kernels);
            ASSERT_EQ(pieces.elements, whole.elements) << all;
            ASSERT_EQ(pieces.error, whole.error) << all;
        }
    }
}

// In the middle of a text.
struct Begun {
    Reader reader{large};

    Begun() {
        next(header);
        next("<a><b>" + std::string(lead, 'x'));
        next(std::string(64, 'y'));
    }
    Step next(std::string_view bytes) { return reader.next(bytes); }
};

TEST(MoreText, may_be_followed_by_nothing) {
    Begun begun;
    EXPECT_EQ(begun.reader.pending_bytes(), 6 + lead + 64);
    EXPECT_EQ(begun.next(""), Step::more);
    EXPECT_EQ(begun.next(std::string(40, 'z') + "\xC3"), Step::more);
    EXPECT_EQ(begun.next(""), Step::more);
    EXPECT_EQ(begun.next("\xA4</b></a>"), Step::element);
    const Element element = begun.reader.element();
    EXPECT_EQ(element.view().child("b", stanza_ns).text(),
              std::string(lead, 'x') + std::string(64, 'y') + std::string(40, 'z') + "\xC3\xA4");
    EXPECT_EQ(begun.reader.pending_bytes(), 0U);
}

TEST(MoreText, is_forgotten_with_the_stream) {
    Begun begun;
    begun.reader.restart();
    EXPECT_EQ(begun.reader.pending_bytes(), 0U);
    EXPECT_EQ(begun.next(std::string(64, 'z')), Step::failed);
    EXPECT_EQ(begun.reader.error(), ReadError::not_well_formed);
}

TEST(MoreText, is_under_the_limits_that_were_there_when_it_began) {
    Begun begun;
    begun.reader.limits({.stanza_bytes = 10});
    EXPECT_EQ(begun.next(std::string(64, 'z')), Step::more);
    EXPECT_EQ(begun.next("</b></a>"), Step::element);
    EXPECT_EQ(begun.next("<a><b></b></a>"), Step::failed);
    EXPECT_EQ(begun.reader.error(), ReadError::stanza_too_large);
}

TEST(MoreText, is_written_as_it_was_read) {
    Reader reader(large);
    std::string_view bytes = header;
    reader.next(bytes);
    const std::string piece = std::string(40, 'z') + "&amp; &lt;";
    std::string all = "<a xmlns='jabber:client'><b>";
    for (int i = 0; i < 20; ++i) all += piece;
    all += "</b></a>";
    for (std::size_t at = 0; at < all.size(); at += 64) {
        bytes = std::string_view(all).substr(at, 64);
        if (reader.next(bytes) == Step::element) {
            EXPECT_EQ(to_string(reader.element()), all);
        }
    }
    EXPECT_EQ(reader.pending_bytes(), 0U);
}

}  // namespace
}  // namespace rondel::xml
