// Input that no XMPP stream may carry (RFC 6120 §11), and more of it than the limits allow (§13.12).
#include "rondel/stream/component_stream.hpp"

#include "tests/support/conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace test;
using enum StreamCondition;
using xml::ReadError;

void refused(std::string_view input, ReadError why, StreamCondition condition, StreamOptions options = {}) {
    SCOPED_TRACE(input.substr(0, 100));
    opened_component(Conversation(plays_component(options)))
        .receives(std::string(input) + "<message from='a@b' to='plays.shakespeare.lit'/>")
        .sends(stream_error(condition, make_error_code(why).message()))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, condition)
        .because("The server sent what cannot be read.");
}

TEST(ComponentStream, R097_V04_V05_restricted_xml_ends_the_stream) {
    for (const std::string_view input : {
             "<!-- comment -->",
             "<?php echo 1 ?>",
             "<message><!-- comment --></message>",
             "<message><?pi x?></message>",
             "<message>&nbsp;</message>",
             "<message id='&lol9;'/>",
         })
        refused(input, ReadError::restricted_xml, restricted_xml);
}

TEST(ComponentStream, V05_T_DTD_a_doctype_before_the_header) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives("<!DOCTYPE s [<!ENTITY lol 'lol'>]><stream:stream id='&lol;'>")
        .sends(stream_error(restricted_xml, make_error_code(ReadError::restricted_xml).message()))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, restricted_xml);
}

TEST(ComponentStream, R098_V02_what_is_not_well_formed_ends_the_stream) {
    for (const std::string_view input : {
             "<message><body>No closing tag!</message>",
             "<message><foo:body/></message>",
             "<message a='1' a='2'/>",
             "<message a=1/>",
             "<message a='<'/>",
             "</message>",
             "<message>]]></message>",
             "<message>\x01</message>",
         })
        refused(input, ReadError::not_well_formed, not_well_formed);
    for (const std::string_view input :
         {"<message>\xc0\xbc</message>", "<message>\xed\xa0\x80</message>", "<message a='\xf5\x80\x80\x80'/>"})
        refused(input, ReadError::bad_utf8, not_well_formed);
}

TEST(ComponentStream, R098_text_between_stanzas_is_of_bad_format) {
    refused("hello", ReadError::text_between_stanzas, bad_format);
}

TEST(ComponentStream, R100_only_utf8) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives("<?xml version='1.0' encoding='ISO-8859-1'?>" + server_header(plays).substr(21))
        .sends(stream_error(unsupported_encoding, make_error_code(ReadError::unsupported_encoding).message()))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, unsupported_encoding);
}

TEST(ComponentStream, V04_T_RESET_nothing_starts_the_stream_anew) {
    refused("<?xml version='1.0'?>", ReadError::restricted_xml, restricted_xml);
    for (const std::string_view inside : {"", "<message from='a@b' to='plays.shakespeare.lit'/>"})
        opened_component(Conversation(plays_component()))
            .receives("<stream:stream id='other' to='plays.shakespeare.lit'>" + std::string(inside) +
                      "</stream:stream>")
            .sends(stream_error(bad_format, "A stream header must not come again."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, bad_format);
}

TEST(ComponentStream, R095_V12_T_SIZE_before_authentication_little_is_taken) {
    std::string long_id = server_header(plays, std::string(9000, 'x'));
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(long_id)
        .sends(stream_error(policy_violation, make_error_code(ReadError::stanza_too_large).message()))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, policy_violation);
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(server_header(plays))
        .connects()
        .sends(plays_handshake)
        .receives("<handshake>" + std::string(9000, 'x'))
        .sends(stream_error(policy_violation, make_error_code(ReadError::stanza_too_large).message()))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, policy_violation);
}

TEST(ComponentStream, R096_V12_T_SIZE_limits_end_the_stream_with_policy_violation) {
    StreamOptions options;
    options.after = {.stanza_bytes = 100, .depth = 3, .attributes = 3, .elements = 5};
    refused("<message id='" + std::string(200, 'x') + "'/>", ReadError::stanza_too_large, policy_violation, options);
    refused("<a><b><c><d/></c></b></a>", ReadError::too_deep, policy_violation, options);
    refused("<a a='1' b='2' c='3' d='4'/>", ReadError::too_many_attributes, policy_violation, options);
    refused("<a><b/><b/><b/><b/><b/></a>", ReadError::too_many_elements, policy_violation, options);
    const std::string fits = "<presence from='a@b' to='plays.shakespeare.lit'/>";
    opened_component(Conversation(plays_component(options))).receives(fits + fits).gets(fits).gets(fits);
}

TEST(ComponentStream, R095_a_stanza_of_10000_bytes_is_taken) {
    const std::string large =
        "<message from='a@b' to='plays.shakespeare.lit'><body>" + std::string(10'000, 'x') + "</body></message>";
    opened_component(Conversation(plays_component())).receives(large).gets(large);
}

}  // namespace
}  // namespace rondel::stream
