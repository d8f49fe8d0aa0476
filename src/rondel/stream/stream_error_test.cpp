#include "rondel/stream/stream_error.hpp"

#include "rondel/xml/reader.hpp"

#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

StreamError parse(const std::string& inside) {
    const auto error = xml::parse_document("<error xmlns='http://etherx.jabber.org/streams'>" + inside + "</error>");
    EXPECT_TRUE(error) << inside;
    return StreamError::parse(*error);
}

std::string condition(std::string_view name) {
    return "<" + std::string(name) + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>";
}

std::string text(std::string_view text) {
    return "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>" + std::string(text) + "</text>";
}

TEST(StreamError, every_condition_has_its_name_on_the_wire) {
    for (int i = 0; i <= static_cast<int>(StreamCondition::unsupported_version); ++i) {
        const auto condition = static_cast<StreamCondition>(i);
        EXPECT_EQ(parse_stream_condition(to_string(condition)), condition) << to_string(condition);
        EXPECT_EQ(to_string(condition).find('_'), std::string_view::npos);
    }
    EXPECT_EQ(to_string(StreamCondition::unsupported_stanza_type), "unsupported-stanza-type");
    EXPECT_EQ(parse_stream_condition("xml-not-well-formed"), StreamCondition::not_well_formed);  // RFC 3920
    EXPECT_EQ(parse_stream_condition("text"), std::nullopt);
    EXPECT_EQ(parse_stream_condition(""), std::nullopt);
}

TEST(StreamError, is_read_with_text_and_the_condition_of_an_application) {
    const StreamError error =
        parse(condition("not-well-formed") + text("Diagnosis") + "<escape-your-data xmlns='http://example.org/ns'/>");
    EXPECT_EQ(error, (StreamError{StreamCondition::not_well_formed, "Diagnosis", "escape-your-data",
                                  "http://example.org/ns"}));
}

TEST(StreamError, R028_an_unknown_condition_is_undefined_condition_and_text_is_not_logic) {
    EXPECT_EQ(parse(condition("out-of-cheese")), StreamError{});
    EXPECT_EQ(parse(""), StreamError{});
    EXPECT_EQ(parse(text("conflict")), (StreamError{StreamCondition::undefined_condition, "conflict"}));
    EXPECT_EQ(parse("<conflict xmlns='urn:other'/>"),
              (StreamError{StreamCondition::undefined_condition, "", "conflict", "urn:other"}));
    EXPECT_EQ(parse("conflict").condition, StreamCondition::undefined_condition);
    // Of two the first that is known counts.
    EXPECT_EQ(parse(condition("new") + condition("reset") + condition("conflict")).condition, StreamCondition::reset);
}

TEST(StreamError, is_written_as_it_is_read) {
    const StreamError error{StreamCondition::policy_violation, "At most <10> & 'no' more."};
    std::string bytes = "before";
    error.write(bytes);
    ASSERT_EQ(bytes.substr(0, 20), "before<stream:error>");
    const auto read = xml::parse_document("<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>" +
                                          bytes.substr(6) + "</stream:stream>");
    ASSERT_TRUE(read);
    EXPECT_EQ(StreamError::parse(read->view().first_child()), error);
}

TEST(StreamError, R127_too_high_a_count_comes_with_both_counts) {
    const StreamError error{StreamCondition::undefined_condition, "", "handled-count-too-high", "urn:xmpp:sm:3", 10, 8};
    std::string bytes;
    error.write(bytes);
    EXPECT_EQ(bytes,
              "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
              "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='10' send-count='8'/></stream:error>");
    EXPECT_EQ(parse(condition("undefined-condition") +
                    "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='10' send-count='8'/>"),
              error);
    // Both are optional, and what is no count is none; of another namespace they mean something else.
    const auto parsed =
        parse(condition("undefined-condition") + "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='-1'/>");
    EXPECT_EQ(parsed.application, "handled-count-too-high");
    EXPECT_FALSE(parsed.handled);
    EXPECT_FALSE(parsed.sent);
    EXPECT_FALSE(parse(condition("undefined-condition") + "<handled-count-too-high xmlns='urn:other' h='1'/>").handled);
}

TEST(StreamError, of_what_is_there_twice_the_first_counts) {
    const auto parsed = parse(condition("see-other-host") + condition("reset") +
                              "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>first</text>"
                              "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>second</text>"
                              "<one xmlns='urn:a'/><two xmlns='urn:b'/>");
    EXPECT_EQ(parsed.condition, StreamCondition::see_other_host);
    EXPECT_EQ(parsed.text, "first");
    EXPECT_EQ(parsed.application, "one");
    EXPECT_EQ(parsed.application_ns, "urn:a");
}

TEST(StreamError, another_host_and_a_condition_of_its_own_are_written) {
    StreamError error{StreamCondition::see_other_host};
    error.other_host = "[2001:db8::1]:5222<";
    error.application = "why";
    std::string bytes;
    error.write(bytes);
    EXPECT_EQ(bytes,
              "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>[2001:db8::1]:5222&lt;"
              "</see-other-host></stream:error>")
        << "a condition without a namespace is none";
    error.application_ns = "urn:a'b";
    bytes.clear();
    error.write(bytes);
    EXPECT_NE(bytes.find("<why xmlns='urn:a&apos;b'/></stream:error>"), std::string::npos) << bytes;
}

TEST(StreamError, without_text_is_written_without_text) {
    std::string bytes;
    StreamError{StreamCondition::host_unknown}.write(bytes);
    EXPECT_EQ(bytes, "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
}

TEST(StreamError, V44_what_xml_cannot_carry_is_escaped_for_people) {
    std::string bytes;
    StreamError{StreamCondition::reset, "a\x01 \xff]]>"}.write(bytes);
    EXPECT_EQ(bytes.find('\x01'), std::string::npos);
    EXPECT_EQ(bytes.find('\xff'), std::string::npos);
    EXPECT_TRUE(xml::parse_document("<s xmlns:stream='urn:s'>" + bytes + "</s>")) << bytes;
}

TEST(StreamError, R097_R098_R100_each_kind_of_bad_input_has_its_condition) {
    using xml::ReadError;
    using enum StreamCondition;
    const auto condition_of = [](ReadError error) { return StreamError::for_unreadable(error).condition; };
    EXPECT_EQ(condition_of(ReadError::not_well_formed), not_well_formed);
    EXPECT_EQ(condition_of(ReadError::bad_utf8), not_well_formed);
    EXPECT_EQ(condition_of(ReadError::restricted_xml), restricted_xml);
    EXPECT_EQ(condition_of(ReadError::unsupported_encoding), unsupported_encoding);
    EXPECT_EQ(condition_of(ReadError::unsupported_version), not_well_formed);
    EXPECT_EQ(condition_of(ReadError::text_between_stanzas), bad_format);
    for (const ReadError limit : {ReadError::stanza_too_large, ReadError::too_deep, ReadError::too_many_attributes,
                                  ReadError::too_many_elements})
        EXPECT_EQ(condition_of(limit), policy_violation);
    EXPECT_FALSE(StreamError::for_unreadable(ReadError::too_deep).text.empty());
}

}  // namespace
}  // namespace rondel::stream
