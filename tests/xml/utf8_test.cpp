// V02, T-UTF8: malformed UTF-8 is refused wherever it stands, and never reaches a handler. Among the vectors are those
// of Markus Kuhn's decoder stress test, and the sequence of CVE-2022-25235.
#include "tests/support/expat_events.hpp"
#include "tests/xml/streams.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using namespace std::string_literals;

const std::string malformed[] = {
    // continuation bytes without a beginning
    "\x80",
    "\xBF",
    "\x80\xBF",
    "\x80\xBF\x80\xBF\x80\xBF\x80",
    // beginnings that do not go on
    "\xC2",
    "\xDF",
    "\xE0\xA0",
    "\xE1",
    "\xEF\xBF",
    "\xF0\x90\x80",
    "\xF1\x80",
    "\xF4",
    "\xC3 ",
    "\xE2\x82 ",
    "\xF0\x9F\x98 ",
    "\xC3\xC3\xA9",
    "\xE2\x28\xA1",
    "\xE2\x82\x28",
    "\xF0\x28\x8C\xBC",
    "\xF0\x90\x28\xBC",
    "\xF0\x28\x8C\x28",
    // bytes that are in no character
    "\xFE",
    "\xFF",
    "\xFE\xFE\xFF\xFF",
    "\xC0",
    "\xC1",
    "\xF5\x80\x80\x80",
    "\xF8\x88\x80\x80\x80",
    "\xFC\x84\x80\x80\x80\x80",
    // longer than need be: '/', '<', U+007F, U+07FF, U+FFFF, NUL
    "\xC0\xAF",
    "\xE0\x80\xAF",
    "\xF0\x80\x80\xAF",
    "\xF8\x80\x80\x80\xAF",
    "\xFC\x80\x80\x80\x80\xAF",
    "\xC0\xBC",
    "\xE0\x80\xBC",
    "\xF0\x80\x80\xBC",
    "\xC1\xBF",
    "\xE0\x9F\xBF",
    "\xF0\x8F\xBF\xBF",
    "\xC0\x80",
    "\xE0\x80\x80",
    "\xF0\x80\x80\x80",
    // surrogates, alone and in pairs
    "\xED\xA0\x80",
    "\xED\xAD\xBF",
    "\xED\xAE\x80",
    "\xED\xAF\xBF",
    "\xED\xB0\x80",
    "\xED\xBE\x80",
    "\xED\xBF\xBF",
    "\xED\xA0\x80\xED\xB0\x80",
    "\xED\xAF\xBF\xED\xBF\xBF",
    // beyond U+10FFFF
    "\xF4\x90\x80\x80",
    "\xF4\xBF\xBF\xBF",
    "\xF7\xBF\xBF\xBF",
    // a character that swallows what follows (CVE-2022-25235)
    "\xEB",
    "\xEB<>",
};
const std::string never_allowed[] = {"\xEF\xBF\xBE", "\xEF\xBF\xBF", "\x01", "\x1F", "\x00"s, "\x0B", "\x1B[31m"};
const std::string fine[] = {
    "\xC2\x80",         "\xDF\xBF",         "\xE0\xA0\x80",     "\xED\x9F\xBF",     "\xEE\x80\x80", "\xEF\xBF\xBD",
    "\xF0\x90\x80\x80", "\xF0\x9F\x98\x80", "\xF0\x9F\xBF\xBE", "\xF4\x8F\xBF\xBF", "\x7F",         "\xC2\x85"};

// Where a bad sequence may stand; @ is replaced by it.
const std::string places[] = {"<a>@</a>",
                              "<a>before@after</a>",
                              "<a><![CDATA[@]]></a>",
                              "<a b='@'/>",
                              "<a b=\"cd@ef\"/>",
                              "<a@/>",
                              "<@/>",
                              "<a @='b'/>",
                              "<a b@='c'/>",
                              "<a></a@>",
                              "<a>&@;</a>",
                              "@",
                              "<a xmlns:b@='c'/>"};

std::string put(const std::string& place, const std::string& bytes) {
    const std::size_t at = place.find('@');
    return place.substr(0, at) + bytes + place.substr(at + 1);
}

void refuses(const std::string& text) {
    const std::string document = std::string(stream_header) + text + "<b/></stream:stream>";
    const XmlEvents ours = rondel_events(document);
    EXPECT_TRUE(ours.failed) << text;
    EXPECT_TRUE(ours.elements.empty()) << text;
    EXPECT_EQ(difference(document, ours, expat_events(document)), "") << text;
    for (std::size_t cut = 1; cut < document.size(); ++cut) {
        const XmlEvents cut_events =
            rondel_events(document, [cut, first = true]() mutable { return std::exchange(first, false) ? cut : 0; });
        EXPECT_EQ(difference_of_cuts(ours, cut_events), "") << text << " at " << cut;
        EXPECT_TRUE(cut_events.failed);
    }
}

TEST(Utf8, V02_T_UTF8_malformed_sequences_are_refused_everywhere) {
    for (const std::string& place : places)
        for (const std::string& bytes : malformed) refuses(put(place, bytes));
}

TEST(Utf8, V02_T_UTF8_characters_that_xml_has_not_are_refused_everywhere) {
    for (const std::string& place : places)
        for (const std::string& bytes : never_allowed) refuses(put(place, bytes));
}

TEST(Utf8, V02_T_UTF8_also_behind_and_within_long_text) {
    const std::string ascii(200, 'x');
    const std::string greek = repeated("\xCE\xB1", 100);
    for (const std::string& before : {ascii, greek, ascii + greek})
        for (const std::string& bytes : malformed)
            for (const std::size_t shift : {0U, 1U, 15U, 16U, 29U, 30U, 31U}) {
                const std::string text = "<a>" + ascii.substr(0, shift) + before + bytes + before + "</a>";
                const Found found = found_in(text);
                EXPECT_TRUE(found.elements.empty() && found.error) << shift;
            }
}

TEST(Utf8, V02_T_UTF8_what_is_allowed_is_read) {
    for (const std::string& bytes : fine)
        for (const char* place : {"<a>@</a>", "<a>xyz@xyz</a>", "<a><![CDATA[@]]></a>", "<a b='@'/>"}) {
            const std::string document = std::string(stream_header) + put(place, bytes) + "</stream:stream>";
            const XmlEvents ours = rondel_events(document);
            EXPECT_TRUE(ours.closed) << ours.why;
            EXPECT_EQ(difference(document, ours, expat_events(document)), "");
            EXPECT_EQ(difference_of_cuts(ours, rondel_events(document, every(1))), "");
        }
}

}  // namespace
}  // namespace rondel::test
