// R097 to R101 of docs/requirements.md: the XML of RFC 6120 §11.
#include "tests/support/expat_events.hpp"
#include "tests/xml/examples.hpp"
#include "tests/xml/streams.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using xml::ReadError;

TEST(Restricted, R097_comment_instruction_dtd_and_entity_are_refused) {
    for (const char* text : {"<!--x-->", "<?x?>", "<!DOCTYPE x>", "<a><!--x--></a>", "<a><?x?></a>", "<a>&copy;</a>",
                             "<a b='&nbsp;'/>", "<a>x<!-- -->y</a>", "<?xml version='1.0'?>"})
        EXPECT_EQ(found_in(text).error, ReadError::restricted_xml) << text;
    for (const char* text : {"<!--x--><a>", "<?x?><a>", "<!DOCTYPE a><a>", "<?xml version='1.0'?><!--x--><a>",
                             "<?xml version='1.0'?><?xml version='1.0'?><a>", " <?xml version='1.0'?><a>",
                             "<?xmlx version='1.0'?><a>", "<?XML version='1.0'?><a>"}) {
        xml::Reader reader({});
        EXPECT_EQ(feed(reader, text).error, ReadError::restricted_xml) << text;
    }
    EXPECT_EQ(found_in("<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x42;</a>").elements,
              std::vector<std::string>{"<a xmlns='jabber:client'>&lt;&gt;&amp;'\"AB</a>"});
}

TEST(Restricted, R098_what_is_not_well_formed_is_refused) {
    for (const char* text : {"<a></b>",
                             "<a b=c/>",
                             "<a b/>",
                             "<a b='c'd='e'/>",
                             "<a b='1' b='2'/>",
                             "<a xmlns:x='u' xmlns:y='u' x:b='' y:b=''/>",
                             "<a xmlns='u' xmlns='v'/>",
                             "<a xmlns:x='u' xmlns:x='u'/>",
                             "<x:a/>",
                             "<a x:b=''/>",
                             "<a:b:c xmlns:a='u'/>",
                             "<:a/>",
                             "<a:/>",
                             "<a :b=''/>",
                             "<1a/>",
                             "<-a/>",
                             "<a b='<'/>",
                             "<a>]]></a>",
                             "<a>&</a>",
                             "<a>&;</a>",
                             "<a>&#;</a>",
                             "<a>&#x;</a>",
                             "<a>&#X41;</a>",
                             "<a>&#0;</a>",
                             "<a>&#x1F;</a>",
                             "<a>&#xD800;</a>",
                             "<a>&#xFFFE;</a>",
                             "<a>&#x110000;</a>",
                             "<a>&#99999999999999999999;</a>",
                             "<a>&#-1;</a>",
                             "<a>&lt</a>",
                             "<a b='&#x1;'/>",
                             "< a/>",
                             "<a/ >",
                             "</a>",
                             "<a xmlns:b=''/>",
                             "<a xmlns:xml='u'/>",
                             "<a xmlns:xmlns='u'/>",
                             "<a xmlns:b='http://www.w3.org/XML/1998/namespace'/>",
                             "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
                             "<a xmlns:b='http://www.w3.org/2000/xmlns/'/>",
                             "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
                             "<xmlns:a/>",
                             "<a><![CDATA]]></a>",
                             "<a><![cdata[]]></a>",
                             "<a></a b='c'>",
                             "<![CDATA[x]]>",
                             "<a b='c\">",
                             "<a\x01/>",
                             "<a b='\x01'/>",
                             "<a>\x01</a>"}) {
        const std::string document = std::string(stream_header) + text + "<x/></stream:stream>";
        const XmlEvents ours = rondel_events(document);
        const bool between = std::string_view(text) == "<![CDATA[x]]>";
        EXPECT_TRUE(ours.failed) << text;
        EXPECT_EQ(ours.error, between ? ReadError::text_between_stanzas : ReadError::not_well_formed) << text;
        EXPECT_EQ(difference(document, ours, expat_events(document)), "") << text;
        EXPECT_EQ(difference_of_cuts(ours, rondel_events(document, every(1))), "") << text;
    }
}

TEST(Restricted, R098_text_between_stanzas_is_refused) {
    for (const char* text : {"x", "&#32;", "&amp;", "<m/>x", "\xC3\xA9", "]]>"})
        EXPECT_EQ(found_in(text).error, ReadError::text_between_stanzas) << text;
    EXPECT_EQ(found_in("\x01").error, ReadError::not_well_formed);
    EXPECT_EQ(found_in("\xFF").error, ReadError::bad_utf8);
    EXPECT_EQ(found_in(" \t\r\n<m/>\n\n<m/>\n").elements.size(), 2U);
    for (const char* text : {"x<a>", "&#32;<a>", "\x01", "</a>", "<![CDATA[]]>"}) {
        xml::Reader reader({});
        EXPECT_EQ(feed(reader, text).error, ReadError::not_well_formed) << text;
    }
}

std::error_code opened_with(std::string_view declaration) {
    xml::Reader reader({});
    const std::error_code whole_error = feed(reader, std::string(declaration) + "<a>").error;
    const XmlEvents cut = rondel_events(std::string(declaration) + "<a>", every(1));
    EXPECT_EQ(cut.failed, static_cast<bool>(whole_error)) << declaration;
    if (cut.failed) {
        EXPECT_EQ(std::error_code(cut.error), whole_error) << declaration;
    }
    return whole_error;
}

TEST(Restricted, R099_standalone_says_nothing) {
    EXPECT_FALSE(opened_with("<?xml version='1.0' standalone='no'?>"));
    EXPECT_FALSE(opened_with("<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\" ?>"));
    EXPECT_EQ(opened_with("<?xml version='1.0' standalone='maybe'?>"), ReadError::not_well_formed);
    EXPECT_EQ(opened_with("<?xml version='1.0' standalone='yes' encoding='UTF-8'?>"), ReadError::not_well_formed);
}

TEST(Restricted, R100_only_utf_8) {
    for (const char* fine : {"<?xml version='1.0'?>", "<?xml version='1.0' encoding='UTF-8'?>",
                             "<?xml\tversion = \"1.0\"\nencoding = 'Utf-8' ?>\r\n", "<?xml version='1.1'?>", ""})
        EXPECT_FALSE(opened_with(fine)) << fine;
    for (const char* other : {"ISO-8859-1", "US-ASCII", "UTF-16", "utf8", "UTF-7"})
        EXPECT_EQ(opened_with("<?xml version='1.0' encoding='" + std::string(other) + "'?>"),
                  ReadError::unsupported_encoding)
            << other;
    for (const char* version : {"2.0", "1", "1.", "", "0.9"})
        EXPECT_EQ(opened_with("<?xml version='" + std::string(version) + "'?>"), ReadError::unsupported_version)
            << version;
    for (const char* bad :
         {"<?xml?>", "<?xml ?>", "<?xml encoding='UTF-8'?>", "<?xml version=1.0?>", "<?xml version='1.0>",
          "<?xml version='1.0'encoding='UTF-8'?>", "<?xml version='1.0' x='y'?>", "<?xml version='1.0' encoding=''?>",
          "<?xml version='1.0' encoding='1'?>", "<?xml version='1.0'>", "<?xml version='1.0' version='1.0'?>",
          "<?xml version='1.0\"?>", "<?xml version='1&0'?>"})
        EXPECT_EQ(opened_with(bad), ReadError::not_well_formed) << bad;
    // U+FEFF is a character like others in XMPP, so it is no white space before a header; in text it is kept.
    EXPECT_EQ(opened_with("\xEF\xBB\xBF"), ReadError::not_well_formed);
    EXPECT_EQ(opened_with("\xEF\xBB\xBF<?xml version='1.0'?>"), ReadError::not_well_formed);
    EXPECT_EQ(opened_with(std::string_view("\xFF\xFE<\0a\0>\0", 8)), ReadError::not_well_formed);
    EXPECT_EQ(found_in("<a>\xEF\xBB\xBF</a>").elements,
              std::vector<std::string>{"<a xmlns='jabber:client'>\xEF\xBB\xBF</a>"});
}

// The same element with a prefix for every name, none twice.
void write_with_prefixes(xml::ElementView element, std::string& out, int& count) {
    const std::string name =
        (element.ns().empty() ? "" : "p" + std::to_string(++count) + ":") + std::string(element.name());
    const bool in_xml = element.ns() == "http://www.w3.org/XML/1998/namespace";
    ASSERT_FALSE(in_xml);
    out += "<" + name;
    if (!element.ns().empty()) {
        out += " xmlns:p" + std::to_string(count) + "=\"";
        xml::append_escaped_attribute(element.ns(), out);
        out += "\"";
    }
    for (const xml::AttributeView a : element.attributes()) {
        std::string prefix;
        if (a.ns == "http://www.w3.org/XML/1998/namespace") {
            prefix = "xml:";
        } else if (!a.ns.empty()) {
            prefix = "p" + std::to_string(++count) + ":";
            out += " xmlns:p" + std::to_string(count) + "=\"";
            xml::append_escaped_attribute(a.ns, out);
            out += "\"";
        }
        out += "\n" + prefix + std::string(a.name) + "=\"";
        xml::append_escaped_attribute(a.value, out);
        out += "\"";
    }
    out += ">";
    if (element.nodes().empty()) xml::append_escaped_text(element.text(), out);
    for (const xml::ElementView child : element.nodes()) {
        if (child.is_text())
            xml::append_escaped_text(child.text(), out);
        else
            write_with_prefixes(child, out, count);
    }
    out += "</" + name + " >";
}

TEST(Restricted, R101_prefixes_mean_nothing) {
    std::size_t compared = 0;
    for (const Example& example : examples()) {
        const std::string document = documents_of(example)[1];
        xml::Reader reader(no_limits());
        std::string_view bytes = document;
        for (auto step = reader.next(bytes); step == xml::Reader::Step::opened || step == xml::Reader::Step::element;
             step = reader.next(bytes)) {
            if (step == xml::Reader::Step::opened) continue;
            const xml::Element element = reader.element();
            std::string out;
            int count = 0;
            write_with_prefixes(element, out, count);
            const XmlEvents renamed =
                rondel_events("<x:stream xmlns='jabber:client' xmlns:x='http://etherx.jabber.org/streams'>" + out);
            ASSERT_EQ(renamed.elements.size(), 1U) << out;
            ASSERT_EQ(renamed.elements[0], told(element)) << out;
            ++compared;
        }
    }
    EXPECT_GT(compared, 1000U);
}

}  // namespace
}  // namespace rondel::test
