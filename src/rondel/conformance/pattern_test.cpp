#include "rondel/conformance/pattern.hpp"

#include "rondel/conformance/stanza_errors.hpp"
#include "rondel/conformance/surroundings.hpp"
#include "rondel/conformance/verdict.hpp"

#include <gtest/gtest.h>

namespace rondel::conformance {
namespace {

std::string differs(std::string_view pattern, std::string_view element) {
    return why_not(pattern, parse_pattern(element));
}

TEST(Pattern, wants_at_least_what_it_says) {
    EXPECT_EQ(differs("<message id='1'/>", "<message to='a' id='1'><body>hello</body></message>"), "");
    EXPECT_EQ(differs("<message><b/><a/></message>", "<message><a/><c/><b/></message>"), "");
    EXPECT_EQ(differs("<message id='*'/>", "<message id='any'/>"), "");
    EXPECT_NE(differs("<message id='*'/>", "<message/>"), "");
    EXPECT_NE(differs("<message id='1'/>", "<message id='2'/>"), "");
    EXPECT_NE(differs("<message/>", "<presence/>"), "");
    EXPECT_NE(differs("<message/>", "<message xmlns='urn:example:other'/>"), "");
}

TEST(Pattern, compares_text_and_children) {
    EXPECT_EQ(differs("<body>a&lt;b</body>", "<body><![CDATA[a<b]]></body>"), "");
    EXPECT_NE(differs("<body>a</body>", "<body>b</body>"), "");
    EXPECT_NE(differs("<message><body/></message>", "<message/>"), "");
    EXPECT_NE(differs("<iq><q xmlns='urn:a'/></iq>", "<iq><q xmlns='urn:b'/></iq>"), "");
    EXPECT_EQ(differs("<iq><i j='2'/></iq>", "<iq><i j='1'/><i j='2'/></iq>"), "");
}

TEST(Pattern, a_slip_in_a_case_is_no_verdict) {
    EXPECT_THROW(parse_pattern("<message>"), std::logic_error);
    EXPECT_THROW(parse_pattern("hello"), std::logic_error);
}

TEST(Pattern, words_in_braces_are_replaced) {
    const auto upper = [](std::string_view word) { return word == "romeo" ? std::string("r@d") : std::string("?"); };
    EXPECT_EQ(replace_words("to='{romeo}/x' {juliet}", upper), "to='r@d/x' ?");
    EXPECT_EQ(replace_words("nothing", upper), "nothing");
}

std::string_view condition(std::string_view text) {
    static xml::Element kept;
    kept = parse_pattern(text);
    return condition_of(kept);
}

TEST(StanzaErrors, R082_have_one_type_and_one_condition) {
    constexpr auto ns = "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'";
    const auto error = [&](std::string type, std::string inside) {
        return "<iq type='error'><error" + type + ">" + inside + "</error></iq>";
    };
    const std::string gone = std::string("<gone ") + ns + "/>";
    EXPECT_EQ(condition(error(" type='cancel'", gone)), "gone");
    EXPECT_EQ(condition(error(" type='cancel'", gone + "<text " + ns + ">why</text><mine xmlns='urn:m'/>")), "gone");
    EXPECT_THROW(condition(error("", gone)), Unmet);
    EXPECT_THROW(condition(error(" type='strange'", gone)), Unmet);
    EXPECT_THROW(condition(error(" type='cancel'", "")), Unmet);
    EXPECT_THROW(condition(error(" type='cancel'", gone + "<conflict " + ns + "/>")), Unmet);
    EXPECT_THROW(condition(error(" type='cancel'", std::string("<strange ") + ns + "/>")), Unmet);
    EXPECT_THROW(condition("<iq type='error'/>"), Unmet);
    EXPECT_THROW(condition("<iq type='result'/>"), Unmet);
}

}  // namespace
}  // namespace rondel::conformance
