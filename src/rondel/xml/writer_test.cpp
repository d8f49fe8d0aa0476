#include "rondel/xml/writer.hpp"

#include "rondel/xml/reader.hpp"

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

constexpr std::string_view accept_ns = "jabber:component:accept";

Element parsed(std::string_view text) { return parse_document(text).value(); }

std::string written(ElementView element, std::string_view content_ns = accept_ns) {
    std::string out;
    EXPECT_FALSE(write(element, out, content_ns));
    return out;
}

TEST(Writer, stanzas_take_the_namespace_of_the_stream) {
    Element message("message", stanza_ns);
    message.set("to", "a@b");
    message.append("body").text("Hi");
    EXPECT_EQ(written(message), "<message to='a@b'><body>Hi</body></message>");
    EXPECT_EQ(written(message, ""), "<message xmlns='jabber:client' to='a@b'><body>Hi</body></message>");
    EXPECT_EQ(to_string(message, "jabber:client"), "<message to='a@b'><body>Hi</body></message>");
}

TEST(Writer, a_stanza_inside_something_foreign_says_what_it_is) {
    Element message("message", stanza_ns);
    ElementRef inner = message.append("forwarded", "urn:xmpp:forward:0").append("message", stanza_ns);
    inner.append("body").text("x");
    inner.append("result", "urn:y").append("iq", stanza_ns);
    EXPECT_EQ(written(message),
              "<message><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>x</body>"
              "<result xmlns='urn:y'><iq xmlns='jabber:client'/></result></message></forwarded></message>");
}

TEST(Writer, what_is_not_a_stanza_declares_its_namespace) {
    Element a("a", "urn:a");
    a.append("b").append("c", "").append("d");
    a.append("e", accept_ns);
    a.append("f", "'<&>\"\n");
    EXPECT_EQ(written(a),
              "<a xmlns='urn:a'><b><c xmlns=''><d/></c></b><e xmlns='jabber:component:accept'/><f "
              "xmlns='&apos;&lt;&amp;>&quot;&#10;'/></a>");
    EXPECT_EQ(written(Element("a", "")), "<a xmlns=''/>");
    EXPECT_EQ(written(Element("a", ""), ""), "<a/>");
    EXPECT_EQ(written(Element("a", accept_ns)), "<a/>");  // which comes back as a stanza: streams know no difference
}

TEST(Writer, attributes_in_a_namespace_get_a_prefix) {
    Element a("a", "urn:a");
    a.ref().set_ns("x", "urn:b", "1").set_ns("x", "urn:c", "2").set("x", "3").set_lang("de");
    EXPECT_EQ(written(a),
              "<a xmlns='urn:a' xmlns:ns1='urn:b' ns1:x='1' xmlns:ns2='urn:c' ns2:x='2' x='3' xml:lang='de'/>");
    EXPECT_TRUE(same(parsed(written(a)), a));
}

TEST(Writer, the_namespace_of_xml_has_its_prefix) {
    Element a("a", "http://www.w3.org/XML/1998/namespace");
    a.append("b", "urn:b").append("c", "http://www.w3.org/XML/1998/namespace").append("d", "urn:b");
    EXPECT_EQ(written(a), "<xml:a><b xmlns='urn:b'><xml:c><d/></xml:c></b></xml:a>");
    EXPECT_TRUE(same(parsed(written(a)), a));
}

TEST(Writer, mixed_content_keeps_its_order) {
    for (const char* text : {"<a>x<b/>y<c>z</c>!</a>", "<a><b/>x</a>", "<a> <b/> </a>", "<a>x</a>", "<a/>"})
        EXPECT_EQ(written(parsed(text), ""), text);
}

TEST(Writer, V44_T_ESC_escapes_what_a_reader_would_take_for_something_else) {
    std::string out;
    append_escaped_text("a<b>c&d'e\"f]]>g\th\ni\rj", out);
    EXPECT_EQ(out, "a&lt;b&gt;c&amp;d'e\"f]]&gt;g\th\ni&#13;j");
    out.clear();
    append_escaped_attribute("a<b>c&d'e\"f\tg\nh\ri", out);
    EXPECT_EQ(out, "a&lt;b>c&amp;d&apos;e&quot;f&#9;g&#10;h&#13;i");
}

TEST(Writer, V44_T_ESC_what_cannot_be_refused_is_replaced) {
    std::string out;
    append_escaped_text(
        "a\x01"
        "b\xFF\xEF\xBF\xBF<c",
        out);
    EXPECT_EQ(out,
              "a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD&lt;c");
    EXPECT_TRUE(can_carry(out));
    out.clear();
    append_escaped_attribute(std::string_view("\0", 1), out);
    EXPECT_EQ(out, "\xEF\xBF\xBD");
}

TEST(Writer, V44_T_ESC_refuses_what_xml_cannot_carry_and_leaves_no_byte) {
    for (const std::string_view bad :
         {std::string_view("\0", 1), std::string_view("\x01"), std::string_view("\x0B"), std::string_view("\x1B[0m"),
          std::string_view("\xEF\xBF\xBE"), std::string_view("\xEF\xBF\xBF"), std::string_view("\x80"),
          std::string_view("\xC3"), std::string_view("\xED\xA0\x80"), std::string_view("\xC0\xBC"),
          std::string_view("\xF4\x90\x80\x80")}) {
        for (const std::string& around : {std::string(), std::string(100, 'x'), std::string("\xC3\xA9")}) {
            const std::string text = around + std::string(bad) + around;
            EXPECT_FALSE(can_carry(text));
            Element in_text("a", "n");
            in_text.append("b").text(text);
            Element in_value("a", "n");
            in_value.set("b", text);
            Element in_ns("a", text);
            Element in_attribute_ns("a", "n");
            in_attribute_ns.ref().set_ns("b", text, "c");
            for (const Element* element : {&in_text, &in_value, &in_ns, &in_attribute_ns}) {
                std::string out = "before";
                EXPECT_EQ(write(*element, out, accept_ns), WriteError::bad_character);
                EXPECT_EQ(out, "before");
            }
        }
    }
    EXPECT_TRUE(can_carry("\t\n\r x\x7F\xC2\x85\xC3\xA9\xF0\x9F\x98\x80"));
    EXPECT_TRUE(can_carry(""));
}

TEST(Writer, refuses_names_that_are_none) {
    for (const char* bad :
         {"", "a b", "a:b", "1a", "-a", "a>", "a/", "a=", "a'", "a\n", "\xC3", "\xC3\x97", "\xF0\x9F\x98\x80"}) {
        Element element("a", "n");
        if (*bad != 0) element.append(bad);
        Element attribute("a", "n");
        attribute.set(bad, "x");
        std::string out;
        if (*bad != 0) {
            EXPECT_EQ(write(element, out), WriteError::bad_name) << bad;
        }
        EXPECT_EQ(write(attribute, out), WriteError::bad_name) << bad;
        EXPECT_EQ(out, "");
    }
    std::string out;
    EXPECT_FALSE(write(Element("\xC3\xA9t\xC3\xA9_-.1", "n"), out));
    for (const char* bad : {"xmlns"}) {
        Element element("a", "n");
        element.set(bad, "x");
        EXPECT_EQ(write(element, out), WriteError::bad_name);
    }
    EXPECT_EQ(write(Element("a", "http://www.w3.org/2000/xmlns/"), out), WriteError::bad_name);
    Element attribute("a", "n");
    attribute.ref().set_ns("b", "http://www.w3.org/2000/xmlns/", "c");
    EXPECT_EQ(write(attribute, out), WriteError::bad_name);
    EXPECT_EQ(write(ElementView(), out), WriteError::bad_name);
}

TEST(Writer, keeps_the_limits) {
    Element a("a", "");
    a.append("b").append("c").text("0123456789");
    const std::string all = "<a><b><c>0123456789</c></b></a>";
    std::string out = "before";
    EXPECT_FALSE(write(a, out, {}, {all.size(), 3}));
    EXPECT_EQ(out, "before" + all);
    out = "before";
    EXPECT_EQ(write(a, out, {}, {all.size() - 1, 3}), WriteError::too_large);
    EXPECT_EQ(write(a, out, {}, {all.size(), 2}), WriteError::too_deep);
    EXPECT_EQ(write(a, out, {}, {5, 3}), WriteError::too_large);
    EXPECT_EQ(out, "before");
    Element deep("a", "");
    ElementRef at = deep.ref();
    for (int i = 1; i < 64; ++i) at = at.append("a");
    EXPECT_FALSE(write(deep, out));
    at.append("a");
    EXPECT_EQ(write(deep, out), WriteError::too_deep);
}

TEST(Writer, says_why_it_could_not_write) {
    Element a("a", "n");
    a.text("\x01");
    EXPECT_EQ(to_string(a),
              "<!-- The text holds what XML cannot carry: a control character, U+FFFE, U+FFFF, or bytes that are not "
              "UTF-8. -->");
}

}  // namespace
}  // namespace rondel::xml
