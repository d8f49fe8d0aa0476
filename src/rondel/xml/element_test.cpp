#include "rondel/xml/element.hpp"

#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

Element parsed(std::string_view text) { return parse_document(text).value(); }

TEST(ElementView, tells_what_is_there) {
    const Element element =
        parsed("<a xmlns='n' b='c' xml:lang='de' xmlns:p='q' p:b='d'>x<e>in</e>y<f xmlns='m'/><e/></a>");
    const ElementView view = element;
    EXPECT_TRUE(view.is("a", "n"));
    EXPECT_FALSE(view.is("a", "m"));
    EXPECT_EQ(view.attribute("b"), "c");
    EXPECT_EQ(view.attribute("b", "q"), "d");
    EXPECT_EQ(view.attribute("lang"), std::nullopt);
    EXPECT_EQ(view.lang(), "de");
    EXPECT_EQ(view.attribute_or("z", "otherwise"), "otherwise");
    EXPECT_EQ(view.text(), "xy");
    EXPECT_EQ(view.child("e").text(), "in");
    EXPECT_TRUE(view.child("f", "m"));
    EXPECT_FALSE(view.child("f"));
    EXPECT_EQ(view.first_child().name(), "e");
    std::string children;
    for (const ElementView child : view.children()) children += child.name();
    EXPECT_EQ(children, "efe");
    std::string nodes;
    for (const ElementView node : view.nodes())
        nodes += node.is_text() ? std::string(node.text()) : "<" + std::string(node.name()) + ">";
    EXPECT_EQ(nodes, "x<e>y<f><e>");
    std::string attributes;
    for (const AttributeView a : view.attributes())
        attributes += std::string(a.name) + "=" + std::string(a.value) + ";";
    EXPECT_EQ(attributes, "b=c;lang=de;b=d;");
}

TEST(ElementView, what_is_not_there_may_be_asked_everything) {
    for (const ElementView none : {ElementView(), parsed("<a/>").view().child("b"), Element().view()}) {
        EXPECT_FALSE(none);
        EXPECT_EQ(none.name(), "");
        EXPECT_EQ(none.ns(), "");
        EXPECT_EQ(none.text(), "");
        EXPECT_FALSE(none.is("", ""));
        EXPECT_FALSE(none.is_text());
        EXPECT_FALSE(none.attribute("a"));
        EXPECT_FALSE(none.lang());
        EXPECT_TRUE(none.children().empty());
        EXPECT_TRUE(none.nodes().empty());
        EXPECT_FALSE(none.child("a", "b"));
        EXPECT_FALSE(none.first_child());
        EXPECT_FALSE(none.copy());
        for ([[maybe_unused]] const AttributeView a : none.attributes()) ADD_FAILURE();
    }
}

TEST(Element, is_built) {
    Element query("query", "jabber:iq:version");
    query.set("node", "x").set("node", "y");
    query.append("name").text("rondel & ").text("friends");
    query.append("os", "urn:other").set_lang("en").set_ns("a", "urn:attribute", "b");
    EXPECT_EQ(to_string(query),
              "<query xmlns='jabber:iq:version' node='y'><name>rondel &amp; friends</name>"
              "<os xmlns='urn:other' xml:lang='en' xmlns:ns1='urn:attribute' ns1:a='b'/></query>");
}

// Replacing an attribute looks at its namespace by name: a block may hold one namespace twice.
TEST(Element, an_attribute_is_replaced_in_its_namespace) {
    Element element = parsed("<a xmlns:p='u' xmlns:q='v' p:b='1' q:b='2' b='3'/>");
    element.ref().set_ns("b", "u", "4").set_ns("b", "v", "5").set("b", "6");
    EXPECT_EQ(element.attribute("b", "u"), "4");
    EXPECT_EQ(element.attribute("b", "v"), "5");
    EXPECT_EQ(element.attribute("b"), "6");
    Element many("a", "n");
    for (int i = 0; i < 50; ++i) many.ref().set_ns("b", "urn:" + std::to_string(i), "x");
    many.ref().set_ns("b", "urn:0", "y");
    std::size_t count = 0;
    for ([[maybe_unused]] const AttributeView a : many.view().attributes()) ++count;
    EXPECT_EQ(count, 50U);
    EXPECT_EQ(many.attribute("b", "urn:0"), "y");
}

TEST(Element, attributes_go_and_come) {
    Element element = parsed("<a b='1' c='2' d='3' xml:c='4'/>");
    element.ref().unset("c").unset("missing");
    element.set("e", "5");
    element.ref().unset("e").unset("d");
    element.set("f", "6");
    EXPECT_EQ(to_string(element), "<a b='1' xml:c='4' f='6'/>");
    element.ref().unset("b").unset("f");
    element.set("g", "7");
    EXPECT_EQ(to_string(element), "<a xml:c='4' g='7'/>");
}

TEST(Element, content_goes_and_comes) {
    Element element = parsed("<a>x<b/>y<c/>z<b>w</b></a>");
    EXPECT_EQ(element.ref().remove("b", ""), 2U);
    EXPECT_EQ(to_string(element), "<a>xy<c/>z</a>");
    EXPECT_TRUE(same(element, parsed("<a>xy<c/>z</a>")));
    element.append("d").text("!");
    EXPECT_EQ(element.ref().remove("c", ""), 1U);
    EXPECT_TRUE(same(element, parsed("<a>xyz<d>!</d></a>")));
    EXPECT_EQ(element.ref().remove("d", ""), 1U);
    EXPECT_EQ(element.ref().remove("d", ""), 0U);
    EXPECT_TRUE(same(element, parsed("<a>xyz</a>")));
    element.text("+");
    EXPECT_TRUE(same(element, parsed("<a>xyz+</a>")));
    element.append("e");
    element.text("*");
    EXPECT_TRUE(same(element, parsed("<a>xyz+<e/>*</a>")));
    EXPECT_EQ(element.text(), "xyz+*");
    element.ref().clear_content();
    EXPECT_EQ(to_string(element), "<a/>");
    element.text("again");
    EXPECT_EQ(to_string(element), "<a>again</a>");
}

// What was kept for the old text to grow in is not the new one's.
TEST(Element, a_text_set_anew_grows_over_nothing_else) {
    Element element("a", "");
    element.text("x").set("b", "1").text("yz!");  // it moves to where it has room
    element.ref().clear_content();
    element.text("xyz").set("name", "value").text("!");
    EXPECT_EQ(to_string(element), "<a b='1' name='value'>xyz!</a>");
}

// Views into the very element that grows.
TEST(Element, may_be_built_from_its_own_parts) {
    Element element = parsed("<name xmlns='some:namespace' attribute='value'>text</name>");
    for (int i = 0; i < 200; ++i) {
        ElementRef child = element.append(element.attribute("attribute").value(), element.ns());
        child.set(element.name(), element.ref().child("value").attribute_or("name", "first"));
        child.text(element.text().substr(0, 4));
    }
    std::size_t count = 0;
    for (const ElementView child : element.children()) {
        EXPECT_TRUE(child.is("value", "some:namespace"));
        EXPECT_EQ(child.attribute("name"), "first");
        EXPECT_EQ(child.text(), "text");
        ++count;
    }
    EXPECT_EQ(count, 200U);
    const Element before = element.copy();
    element.append(element.view());
    EXPECT_TRUE(same(element.view().child("name"), before));
}

TEST(Element, copies_are_deep) {
    Element element = parsed("<a b='c'>x<d xmlns='n'>y<e/>z</d></a>");
    const Element whole = element.copy();
    const Element part = element.view().child("d", "n").copy();
    element.ref().clear_content().set("b", "changed");
    EXPECT_EQ(to_string(whole), "<a b='c'>x<d xmlns='n'>y<e/>z</d></a>");
    EXPECT_EQ(to_string(part), "<d xmlns='n'>y<e/>z</d>");
    EXPECT_EQ(part.text(), "yz");
    Element other("o", "");
    other.append(whole.view()).append(part.view());
    EXPECT_EQ(to_string(other), "<o><a b='c'>x<d xmlns='n'>y<e/>z</d><d xmlns='n'>y<e/>z</d></a></o>");
    EXPECT_FALSE(other.append(ElementView()));
    EXPECT_FALSE(Element().copy());
}

TEST(Element, moves_leave_nothing) {
    Element element = parsed("<a/>");
    const Element moved = std::move(element);
    EXPECT_FALSE(element);  // NOLINT(bugprone-use-after-move)
    EXPECT_TRUE(moved);
}

TEST(Same, compares_what_counts) {
    const Element a = parsed("<a b='1' c='2' xmlns:p='u' p:d='3'>x<e/>y</a>");
    EXPECT_TRUE(same(a, parsed("<a c='2' xmlns:q='u' q:d='3' b='1'>x<e></e>y</a>")));
    for (const char* other :
         {"<a b='1' c='2' xmlns:p='v' p:d='3'>x<e/>y</a>", "<a b='1' c='2' d='3'>x<e/>y</a>",
          "<a b='1' c='2'>x<e/>y</a>", "<a b='1' c='2' xmlns:p='u' p:d='3' f=''>x<e/>y</a>",
          "<a b='1' c='2' xmlns:p='u' p:d='3'>xy<e/></a>", "<a b='1' c='2' xmlns:p='u' p:d='3'>x<e>z</e>y</a>",
          "<a b='1' c='2' xmlns:p='u' p:d='3'>x<e/>y<e/></a>",
          "<a b='1' c='2' xmlns:p='u' p:d='3'>x<e xmlns='n'/>y</a>", "<z b='1' c='2' xmlns:p='u' p:d='3'>x<e/>y</z>"})
        EXPECT_FALSE(same(a, parsed(other))) << other;
    EXPECT_TRUE(same(ElementView(), ElementView()));
    EXPECT_FALSE(same(ElementView(), a));
}

}  // namespace
}  // namespace rondel::xml
