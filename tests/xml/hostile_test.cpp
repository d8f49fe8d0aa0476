// V01 to V05 of docs/requirements.md: XML that means one thing to one parser and another to the next, and entities.
#include "tests/support/expat_events.hpp"
#include "tests/xml/streams.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using xml::ReadError;

// V01: Zoom's smuggling (CVE-2022-22784), and what gloox took for a second stanza.
TEST(Hostile, V01_T_DIFF_nothing_nested_becomes_a_stanza) {
    for (const char* text :
         {"<message><body><iq type='get' id='1'/></body></message>",
          "<message><x><?xml version='1.0'?><iq/></x></message>",
          "<message><body><![CDATA[</body></message><iq/>]]></body></message>", "<message a='</message><iq/>'/>",
          "<message a='x' a='</message><iq/>'/>", "<message><body>&lt;/body></message><iq id='&#x3c;'/>",
          "<message>\xEB</message><iq/>", "<message></message ><iq></iq\n>", "<message/><iq / >",
          "<message><iq></message></iq>", "<x:message><iq/></x:message>",
          "<message><a:iq xmlns:a='b'><iq/></a:iq></message>", "<message <iq/></message>"}) {
        const std::string document = std::string(stream_header) + text + "</stream:stream>";
        const XmlEvents ours = rondel_events(document);
        EXPECT_EQ(difference(document, ours, expat_events(document)), "") << text;
        EXPECT_EQ(difference_of_cuts(ours, rondel_events(document, every(1))), "") << text;
    }
}

// V01: what is written never holds more stanzas than what was read.
TEST(Hostile, V01_T_RESER_one_stanza_stays_one) {
    for (const char* text :
         {"<message><body>&lt;/body>&lt;/message>&lt;iq/></body></message>", "<message to='&apos;/>&lt;iq/>'/>",
          "<message><body><![CDATA[]]]]><![CDATA[><iq/>]]></body></message>",
          "<message><a xmlns='&apos;/>&lt;iq x=&apos;'/></message>"}) {
        const Found once = found_in(text);
        ASSERT_EQ(once.elements.size(), 1U) << text;
        const Found twice = found_in(once.elements[0]);
        EXPECT_EQ(once.elements, twice.elements);
    }
}

// V03: CVE-2022-25236. A namespace is compared as such, never as part of a longer text.
TEST(Hostile, V03_T_NSSEP_a_name_is_a_pair) {
    for (const char* separator :
         {"\n", "&#10;", "&#9;", " ", ":", "#", "|", "^", "!", "}", "\xC2\x85", "/", "&#xA0;", "&#x7F;", "&#xD;", ""}) {
        const std::string ns = "jabber:client" + std::string(separator) + "message";
        const std::string document =
            "<s xmlns='a'><d xmlns='" + ns + "'><message/></d><x xmlns='jabber:client" + separator + "'/></s>";
        const XmlEvents ours = rondel_events(document);
        EXPECT_EQ(ours.elements.size(), 2U);
        EXPECT_EQ(difference(document, ours, expat_events(document)), "") << separator;
        const auto element = xml::parse_document("<d xmlns='" + ns + "'/>");
        ASSERT_TRUE(element);
        EXPECT_FALSE(element->is("message", xml::stanza_ns));
        EXPECT_FALSE(element->is("d", xml::stanza_ns));
    }
    for (const char* separator : {"&#x1F;", "&#1;", "&#x1E;", "\x1F", "\x01", "\x0C"}) {
        const Found found = found_in("<d xmlns='b" + std::string(separator) + "c'/>");
        EXPECT_EQ(found.error, ReadError::not_well_formed);
    }
    EXPECT_EQ(found_in("<d xmlns='b&#10;c'/>").elements, std::vector<std::string>{"<d xmlns='b&#10;c'/>"});
}

// V04: whatever looks like a new stream in the middle of one ends it.
TEST(Hostile, V04_T_RESET_nothing_resets_a_stream) {
    for (std::size_t depth = 0; depth <= 5; ++depth)
        for (const std::string& intruder :
             {std::string("<?xml version='1.0'?>"), "<?xml version='1.0'?>" + std::string(stream_header),
              std::string("<?pi x?>"), std::string("<?xml-stylesheet href='x'?>"), std::string("<!-- x -->"),
              std::string("<!DOCTYPE s>"), std::string("<!ENTITY e 'x'>")}) {
            xml::Reader reader({});
            feed(reader, stream_header);
            EXPECT_FALSE(feed(reader, repeated("<a>", depth)).error);
            const Found found = feed(reader, intruder + "<message/>" + repeated("</a>", depth) + "<message/>");
            EXPECT_TRUE(found.error == ReadError::restricted_xml ||
                        (intruder.starts_with("<!E") && found.error == ReadError::not_well_formed))
                << intruder;
            EXPECT_TRUE(found.elements.empty());
            EXPECT_EQ(feed(reader, "<message/>").error, found.error);
        }
}

TEST(Hostile, V04_T_RESET_a_second_header_is_an_element) {
    xml::Reader reader({});
    feed(reader, stream_header);
    EXPECT_TRUE(feed(reader, std::string(stream_header) + "<message/><iq/>").elements.empty());
    EXPECT_EQ(feed(reader, "</stream:stream>").elements.size(), 1U);
    EXPECT_TRUE(feed(reader, "</stream:stream>").closed);
}

TEST(Hostile, V04_T_RESET_the_end_tag_ends_only_at_its_level) {
    EXPECT_TRUE(found_in("</stream:stream><message/>").closed);
    EXPECT_TRUE(found_in("</stream:stream><message/>").elements.empty());
    for (std::size_t depth = 1; depth <= 5; ++depth) {
        const Found found = found_in(repeated("<a>", depth) + "</stream:stream><message/>");
        EXPECT_EQ(found.error, ReadError::not_well_formed);
        EXPECT_TRUE(found.elements.empty());
    }
    EXPECT_TRUE(found_in("<a><![CDATA[</stream:stream><?xml?>]]></a></stream:stream>").closed);
}

// V05: billion laughs, in content and in an attribute, before the header and after it. The answer comes at `<!D`.
TEST(Hostile, V05_T_DTD_is_refused_at_its_first_letter) {
    const std::string dtd =
        "<!DOCTYPE s [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]>";
    for (const std::string& before : {std::string(), std::string("<?xml version='1.0'?>"), std::string(stream_header),
                                      std::string(stream_header) + "<a>"}) {
        xml::Reader reader({});
        feed(reader, before);
        EXPECT_FALSE(feed(reader, "<!").error);
        EXPECT_EQ(feed(reader, "D").error, ReadError::restricted_xml);
        xml::Reader whole_reader({});
        EXPECT_EQ(feed(whole_reader, before + dtd + "<s to='&b;'>&b;").error, ReadError::restricted_xml);
    }
    EXPECT_EQ(xml::parse_document(dtd + "<s/>").error(), ReadError::restricted_xml);
    EXPECT_EQ(found_in("<a>&lol9;</a>").error, ReadError::restricted_xml);
    EXPECT_EQ(found_in("<a b='&lol9;'/>").error, ReadError::restricted_xml);
    xml::Reader reader({});
    EXPECT_EQ(feed(reader, "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' to='&lol9;'>").error,
              ReadError::restricted_xml);
}

}  // namespace
}  // namespace rondel::test
