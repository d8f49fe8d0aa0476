#include "tests/support/xml_pattern.hpp"

#include "rondel/xml/reader.hpp"

#include <gtest/gtest.h>

namespace rondel::test {
namespace {

bool like(std::string_view pattern, std::string_view actual, Bindings bindings = {}) {
    return matches(xml::parse_document(pattern).value(), xml::parse_document(actual).value(), bindings);
}

TEST(XmlPattern, is_like_what_is_the_same) {
    EXPECT_TRUE(like("<a x='1' y='2'><b>t</b>u<c/></a>", "<a y=\"2\" x=\"1\"><b>t</b>u<c></c></a>"));
    EXPECT_TRUE(like("<p:a xmlns:p='urn:p'/>", "<a xmlns='urn:p'/>"));
}

TEST(XmlPattern, is_not_like_what_differs) {
    for (const auto other : {"<b/>", "<a/>", "<a x='1'/>", "<a x='2'><b/></a>", "<a x='1'><b/><b/></a>",
                             "<a x='1'><c/></a>", "<a x='1' y='1'><b/></a>", "<a x='1'>t<b/></a>",
                             "<a x='1'><b>t</b></a>", "<a x='1' xmlns='urn:x'><b/></a>"}) {
        EXPECT_FALSE(like("<a x='1'><b/></a>", other)) << other;
        EXPECT_FALSE(like(other, "<a x='1'><b/></a>")) << other;
    }
}

TEST(XmlPattern, a_name_in_braces_stands_for_one_value) {
    EXPECT_TRUE(like("<a x='{id}'>{text}</a>", "<a x='17'>hello</a>"));
    EXPECT_TRUE(like("<a x='{id}' y='{id}'/>", "<a x='17' y='17'/>"));
    EXPECT_FALSE(like("<a x='{id}' y='{id}'/>", "<a x='17' y='18'/>"));
    EXPECT_FALSE(like("<a x='{id}'/>", "<a x='17'/>", {{"{id}", "18"}}));
    EXPECT_FALSE(like("<a x='{id}'/>", "<a/>"));
}

TEST(XmlPattern, bound_names_are_filled_in) {
    EXPECT_EQ(fill_in("<a x='{id}' y='{other}'>{id}</a>", {{"{id}", "a&'"}}),
              "<a x='a&amp;&apos;' y='{other}'>a&amp;&apos;</a>");
}

}  // namespace
}  // namespace rondel::test
