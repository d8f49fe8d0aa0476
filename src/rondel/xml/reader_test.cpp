#include "rondel/xml/reader.hpp"

#include "rondel/xml/writer.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

using Step = Reader::Step;

constexpr std::string_view header =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
    "xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32'>";

// A reader that has read a header, and what it then finds in `text`.
struct Read {
    std::vector<std::string> elements;
    bool closed = false;
    std::error_code error;
};

Read read_on(Reader& reader, std::string_view text) {
    Read read;
    for (;;) switch (reader.next(text)) {
            case Step::more:
                return read;
            case Step::opened:
                break;
            case Step::element:
                read.elements.push_back(to_string(reader.element()));
                break;
            case Step::closed:
                read.closed = true;
                return read;
            case Step::failed:
                read.error = reader.error();
                return read;
        }
}

Read read(std::string_view text, Limits limits = {}) {
    Reader reader(limits);
    read_on(reader, header);
    return read_on(reader, text);
}

TEST(Reader, reads_attributes_of_any_length) {
    for (std::size_t size = 0; size < 300; ++size) {
        const std::string value(size, 'v');
        const std::string stanza = "<iq xmlns='jabber:component:accept' id='" + value + "'><x xmlns='urn:x' id='" +
                                   value + "' name='" + value + "'/></iq>";
        EXPECT_EQ(read(stanza).elements,
                  std::vector<std::string>{"<iq xmlns='jabber:client' id='" + value + "'><x xmlns='urn:x' id='" +
                                           value + "' name='" + value + "'/></iq>"})
            << size;
    }
}

TEST(Reader, opens_with_the_header) {
    Reader reader({});
    std::string_view bytes = header;
    ASSERT_EQ(reader.next(bytes), Step::opened);
    EXPECT_TRUE(bytes.empty());
    EXPECT_TRUE(reader.header().is("stream", "http://etherx.jabber.org/streams"));
    EXPECT_EQ(reader.header_prefix(), "stream");
    EXPECT_EQ(reader.content_ns(), "jabber:component:accept");
    EXPECT_EQ(reader.header().attribute("id"), "3BF96D32");
    EXPECT_EQ(reader.next(bytes), Step::more);
}

TEST(Reader, hands_out_stanzas_in_the_librarys_namespace) {
    const Read found =
        read("<message><body>Hi</body><x xmlns='u'><message xmlns='jabber:component:accept'/></x></message>");
    EXPECT_THAT(found.elements, testing::ElementsAre("<message xmlns='jabber:client'><body>Hi</body><x xmlns='u'>"
                                                     "<message xmlns='jabber:component:accept'/></x></message>"));
}

TEST(Reader, joins_the_text_of_an_element) {
    for (const auto& [text, joined] : {std::pair{"<a>x<b/>y</a>", "xy"},
                                       {"<a><b/>y</a>", "y"},
                                       {"<a>x<b/></a>", "x"},
                                       {"<a><b/>x&amp;y<c/></a>", "x&y"},
                                       {"<a><b/> x <![CDATA[y]]><c/>z</a>", " x yz"},
                                       {"<a>x</a>", "x"},
                                       {"<a><b>x</b></a>", ""}})
        EXPECT_EQ(parse_document(text)->text(), joined) << text;
}

TEST(Reader, reports_a_stanza_at_its_last_byte) {
    Reader reader({});
    read_on(reader, header);
    EXPECT_TRUE(read_on(reader, "<iq><ping xmlns='urn:xmpp:ping'/></iq").elements.empty());
    EXPECT_GT(reader.pending_bytes(), 0U);
    EXPECT_EQ(read_on(reader, ">").elements.size(), 1U);
    EXPECT_EQ(reader.pending_bytes(), 0U);
}

TEST(Reader, closes_at_the_end_tag) {
    Reader reader({});
    read_on(reader, header);
    std::string_view bytes = " \n</stream:stream>rest";
    EXPECT_EQ(reader.next(bytes), Step::closed);
    EXPECT_EQ(bytes, "rest");
    EXPECT_EQ(reader.next(bytes), Step::closed);
    EXPECT_EQ(bytes, "rest");
}

TEST(Reader, restarts) {
    Reader reader({});
    read_on(reader, header);
    read_on(reader, "<half");
    reader.restart();
    EXPECT_EQ(reader.pending_bytes(), 0U);
    EXPECT_FALSE(reader.header());
    std::string_view bytes = "<stream xmlns='jabber:client'>";
    EXPECT_EQ(reader.next(bytes), Step::opened);
    EXPECT_EQ(reader.content_ns(), "jabber:client");
    EXPECT_EQ(reader.header_prefix(), "");
}

TEST(ParseDocument, takes_one_whole_document) {
    const auto document = parse_document("<?xml version='1.0'?>\n<a xmlns='n'><b>x &lt; y</b></a>\n");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->view().child("b", "n").text(), "x < y");
    EXPECT_EQ(parse_document("<a><b/>").error(), ReadError::ends_early);
    EXPECT_EQ(parse_document("").error(), ReadError::ends_early);
    EXPECT_EQ(parse_document("<a/><b/>").error(), ReadError::not_well_formed);
    EXPECT_EQ(parse_document("<a></b>").error(), ReadError::not_well_formed);
}

}  // namespace
}  // namespace rondel::xml
