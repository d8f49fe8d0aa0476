// F03, T-SPLIT, V01: what the reader keeps between two pieces of input (brackets, a CR, half a character), and what it
// reads a piece at a time, cut at every place and at every two places. expat is asked too.
#include "rondel/xml/scan.hpp"

#include "tests/support/expat_events.hpp"
#include "tests/xml/streams.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

std::string in_stream(std::string_view stanza) {
    return "<s:s xmlns='c' xmlns:s='u'>" + std::string(stanza) + "</s:s>";
}

Cutter at(std::size_t first, std::size_t second) {
    return [first, second, asked = 0]() mutable {
        return asked < 2 ? (asked++ == 0 ? first : second - first) : std::size_t{0};
    };
}

// `cut` is the place in `stanza` from where on it is cut.
void expect_the_same_however_cut(const std::string& stanza, std::size_t cut = 0) {
    const std::string document = in_stream(stanza);
    const XmlEvents uncut = rondel_events(document);
    EXPECT_EQ(difference(document, uncut, expat_events(document)), "") << stanza;
    const std::size_t begin = in_stream("").find("</") + cut;
    const std::size_t end = document.size() - in_stream("").size() + in_stream("").find("</");
    for (std::size_t first = begin; first < end; ++first)
        for (std::size_t second = first + 1; second <= end; ++second) {
            ASSERT_EQ(difference_of_cuts(uncut, rondel_events(document, at(first, second))), "")
                << stanza << " at " << first << " and " << second;
            ASSERT_EQ(difference_of_cuts(
                          uncut, rondel_events(document, at(first, second), no_limits(), xml::portable_kernels)),
                      "")
                << stanza << " at " << first << " and " << second;
        }
}

TEST(Pieces, F03_T_SPLIT_of_a_cdata_section) {
    for (const char* text : {"x]]y]z]]]]", "]]", "]", "]]]", "]>", "]x]]", "]]\xC3\xA9", "\r\n\r \r\n", "a\r",
                             "]\r\n]\r", "<&>]]&gt;", ">", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"})
        expect_the_same_however_cut("<a><![CDATA[" + std::string(text) + "]]></a>", 8);
}

TEST(Pieces, F03_T_SPLIT_of_a_cdata_section_that_is_none) {
    for (const char* text : {"<a><![CDATA[]]\x01]]></a>", "<a><![CDATA[\xC3]]></a>", "<a><![CDATA[\xEF\xBF\xBF]]></a>",
                             "<a>]]></a>", "<a>]]&gt;]]></a>", "<a><![CDATX[", "<a><![CDATA]", "<![CDATA[x]]>"})
        expect_the_same_however_cut(text);
}

TEST(Pieces, F03_T_SPLIT_of_text_with_references_and_line_ends) {
    for (const char* text :
         {"\xC3\xA9&amp;\xC3\xA9\r\n&lt;\r", "&#xE9;\r\n]]&gt;]", "&amp;\xC3&amp;", "&amp;\xC3\xA9\xC3", "&lx;",
          "&amq;", "&quox;", "&gx;", "&apox;", "&amp;\x01", "&amp;\xEF\xBF\xBF"})
        expect_the_same_however_cut("<a>" + std::string(text) + "</a>");
}

// Where references are many, several are looked for at once, 32 bytes at a time.
TEST(Pieces, F03_T_SPLIT_of_text_of_many_references) {
    const std::string long_rest(70, 'x');
    for (const char* text :
         {"&lt;&gt;&bogus;", "&lt;\r\n", "&lt;\r", "&lt;&amp;]]>", "&lt;x&amp;\xC3\xA9&#0;", "&lt;&lt;\x01"}) {
        const std::string stanza = "<a>" + std::string(text) + long_rest + "</a>";
        const std::string document = in_stream(stanza);
        const XmlEvents uncut = rondel_events(document);
        EXPECT_EQ(difference(document, uncut, expat_events(document)), "") << stanza;
        for (std::size_t place = 1; place < document.size(); ++place) {
            ASSERT_EQ(difference_of_cuts(uncut, rondel_events(document, at(place, document.size()))), "")
                << stanza << " at " << place;
        }
    }
    for (std::size_t many = 1; many < 24; ++many) {  // a reference across the end of what is looked at
        const std::string document = in_stream("<a>" + repeated("&amp;", many) + "&#x1F600;" + long_rest + "</a>");
        const std::string cut = in_stream("<a>" + repeated("&amp;", many) + "x" + repeated("&quot;", 20) + "&am");
        EXPECT_EQ(difference(document, rondel_events(document), expat_events(document)), "");
        EXPECT_EQ(difference(cut, rondel_events(cut), expat_events(cut)), "");
    }
}

TEST(Pieces, F03_T_SPLIT_of_attributes) {
    expect_the_same_however_cut("<a b='x\r\ny\r' c=\"&#xE9;\t\xC3\xA9\"/>");
    expect_the_same_however_cut("<xml:a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:b='c'/>");
    for (std::size_t size = 28; size < 36; ++size)  // names as long as what is looked at at once
        for (const char* rest : {"='v'", "=\"v\" b='c'", " = 'v'", "='v", "=v", ""}) {
            const std::string document = in_stream("<a " + std::string(size, 'n') + rest +
                                                   "/><b c='0123456789012345678901234567890123456789'/>");
            EXPECT_EQ(difference(document, rondel_events(document), expat_events(document)), "") << document;
        }
}

// The end of a tag is looked for first, and only then whether it is sound: at the limit both are said.
TEST(Pieces, R103_a_tag_over_the_limit_that_is_none_is_called_so) {
    const auto cut_tag = [](std::string_view rest) {
        xml::Limits limits;
        limits.stanza_bytes = 200;
        xml::Reader reader(limits);
        feed(reader, stream_header);
        feed(reader, "<a b='");
        return feed(reader, std::string(rest) + std::string(300, 'x')).error;
    };
    EXPECT_EQ(cut_tag(""), xml::ReadError::stanza_too_large);
    EXPECT_EQ(cut_tag("\x01"), xml::ReadError::not_well_formed);
    EXPECT_EQ(cut_tag("\xFF"), xml::ReadError::bad_utf8);
}

TEST(Pieces, R103_a_declaration_over_the_limit) {
    xml::Limits limits;
    limits.stanza_bytes = 30;
    for (const bool at_once : {true, false}) {
        const std::string text = "<?xml version='1.0' " + std::string(40, ' ') + "?>";
        xml::Reader reader(limits);
        if (!at_once) feed(reader, text.substr(0, 9));
        EXPECT_EQ(feed(reader, at_once ? text : text.substr(9)).error, xml::ReadError::stanza_too_large);
    }
}

TEST(Declaration, R098_is_one_or_it_is_not_well_formed) {
    const auto events = [](std::string_view declaration) {
        const std::string document = std::string(declaration) + in_stream("<a/>");
        const XmlEvents ours = rondel_events(document);
        EXPECT_EQ(difference(document, ours, expat_events(document)), "") << declaration;
        return ours.failed;
    };
    EXPECT_FALSE(events("<?xml version='1.0'?>"));
    EXPECT_FALSE(events("<?xml\tversion = \"1.0\"\r\nencoding='Utf-8' standalone=\"yes\" ?>"));
    for (const char* bad : {"<?xml ?>",
                            "<?xml version?>",
                            "<?xml version ?>",
                            "<?xml version'1.0'?>",
                            "<?xml version=?>",
                            "<?xml version= ?>",
                            "<?xml version=1.0?>",
                            "<?xml version='1.0?>",
                            "<?xml ='1.0'?>",
                            "<?xml version='1.0'encoding='utf-8'?>",
                            "<?xml version='1.0' encoding=''?>",
                            "<?xml version='1.0' encoding='_utf-8'?>",
                            "<?xml version='1.0' encoding='8'?>",
                            "<?xml version='1.0' encoding='utf-8'x?>",
                            "<?xml version='1.0' encoding='utf-8' x?>",
                            "<?xml version='1.0' standalone='maybe'?>",
                            "<?xml version='1.0' standalone='no' x?>",
                            "<?xml version='1.0' standalone='no'encoding='utf-8'?>",
                            "<?xml version='1.0' encoding='ut{'?>",
                            "<?xml version='1.0' encoding='u[8'?>",
                            "<?xml Version='1.0'?>",
                            "<?xml version='1.0' a='b'?>"})
        EXPECT_TRUE(events(bad)) << bad;
}

}  // namespace
}  // namespace rondel::test
