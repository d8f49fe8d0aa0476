// V11 and V12 of docs/requirements.md: a reader that goes at any time, and limits to the byte.
#include <algorithm>
#include <memory>

#include "tests/support/expat_events.hpp"
#include "tests/xml/heap.hpp"
#include "tests/xml/streams.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using xml::ReadError;

// V11: between any two calls the reader may be asked for anything, restarted, or be gone; what it handed out stays.
TEST(Limits, V11_T_REENT_the_reader_may_go_at_any_time) {
    const std::string document = std::string(stream_header) + "<a b='c'>d<e/></a><f><![CDATA[g]]></f></stream:stream>";
    for (std::size_t stop = 0; stop <= document.size(); ++stop)
        for (const bool restart : {false, true}) {
            auto reader = std::make_unique<xml::Reader>(xml::Limits{});
            std::vector<xml::Element> kept;
            std::string_view bytes = std::string_view(document).substr(0, stop);
            for (auto step = reader->next(bytes); step != xml::Reader::Step::more; step = reader->next(bytes)) {
                if (step == xml::Reader::Step::closed) break;
                if (step == xml::Reader::Step::element) kept.push_back(reader->element());
            }
            if (restart) {
                reader->restart();
                EXPECT_FALSE(reader->header());
                EXPECT_FALSE(reader->element());
                EXPECT_TRUE(feed(*reader, document).closed);
            }
            reader.reset();
            if (!kept.empty()) {
                EXPECT_EQ(xml::to_string(kept[0], "jabber:client"), "<a b='c'>d<e/></a>");
            }
            if (kept.size() > 1) {
                EXPECT_EQ(kept[1].text(), "g");
            }
        }
}

TEST(Limits, V11_T_REENT_limits_and_answers_after_the_end) {
    xml::Reader reader({});
    feed(reader, stream_header);
    feed(reader, "<m><a>");
    reader.limits({.stanza_bytes = 20, .depth = 1});
    EXPECT_EQ(feed(reader, "<b>longer than before</b></a></m>").elements.size(), 1U);  // from the next stanza on
    EXPECT_EQ(feed(reader, "<m><a/></m>").error, ReadError::too_deep);
    EXPECT_EQ(feed(reader, "<m/>").error, ReadError::too_deep);
    EXPECT_FALSE(reader.element());
}

// V12: what never ends is refused at the limit; never is more kept than the limit.
TEST(Limits, V12_T_SIZE_what_never_ends_is_refused_at_the_limit) {
    constexpr std::size_t limit = 32 * 1024;
    const struct {
        const char* before;
        const char* unit;
    } cases[] = {{"<a>", "x"},      {"<a b='", "x"},       {"<", "a"},       {"<a ", "b"},
                 {"<a>", "<b/>"},   {"<a><![CDATA[", "x"}, {"<a>", "&amp;"}, {"<a>&#", "1"},
                 {"<a", " "},       {"<a></a", " "},       {"<a>", " "},     {"<a>&", "a"},
                 {"<a ", "b='' c"}, {"<a>", "\xC3\xA9"},   {"<a>", "\r\n"},  {"<a>", "x<b>y</b>"}};
    for (const auto& one : cases)
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, limit * 3}) {
            const std::string text = one.before + repeated(one.unit, limit * 3 / std::string_view(one.unit).size());
            xml::Limits limits = no_limits();
            limits.stanza_bytes = limit;
            xml::Reader reader(limits);
            feed(reader, stream_header);
            const std::size_t heap_before = Heap::now().bytes;
            Heap::forget_most();
            std::size_t read = 0;
            Found found;
            while (!found.error && read < text.size()) {
                found = feed(reader, std::string_view(text).substr(read, piece));
                read += std::min(piece, text.size() - read);
                ASSERT_LE(reader.pending_bytes(), limit);
            }
            const bool not_xml = std::string_view(one.unit) == "b='' c" || std::string_view(one.unit) == "1";
            if (!not_xml) {
                EXPECT_EQ(found.error, ReadError::stanza_too_large)
                    << one.before << one.unit << " in pieces of " << piece;
            }
            EXPECT_TRUE(found.error);
            EXPECT_LE(read, limit + piece) << one.before << one.unit;
            EXPECT_LE(Heap::now().most - heap_before, 50 * limit);
        }
}

TEST(Limits, V12_T_SIZE_counts_to_the_byte) {
    const std::string stanza = "<m a='b'>text<c/></m>";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, stanza.size() + 10})
        for (const bool enough : {true, false}) {
            xml::Reader reader({.stanza_bytes = static_cast<std::uint32_t>(
                                    std::max(stanza.size() - (enough ? 0 : 1), stream_header.size()))});
            feed(reader, stream_header);
            reader.limits({.stanza_bytes = static_cast<std::uint32_t>(stanza.size() - (enough ? 0 : 1))});
            Found all;
            const std::string text = "  \n" + stanza + " " + stanza + " ";
            for (std::size_t at = 0; at < text.size() && !all.error; at += piece) {
                Found found = feed(reader, std::string_view(text).substr(at, piece));
                all.elements.insert(all.elements.end(), found.elements.begin(), found.elements.end());
                all.error = found.error;
            }
            EXPECT_EQ(all.elements.size(), enough ? 2U : 0U);
            EXPECT_EQ(all.error, enough ? std::error_code() : ReadError::stanza_too_large);
        }
    xml::Reader reader({.stanza_bytes = static_cast<std::uint32_t>(stream_header.size() - 1)});
    EXPECT_EQ(feed(reader, stream_header).error, ReadError::stanza_too_large);  // the header counts too
}

}  // namespace
}  // namespace rondel::test
