// Stanzas on an accepted component stream, and its end.
#include "rondel/stream/accepting_stream.hpp"
#include "rondel/xml/writer.hpp"

#include "tests/support/conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace test;
using namespace std::chrono_literals;
using enum StreamCondition;

constexpr std::string_view message = "<message from='a@plays.shakespeare.lit/x' to='b@c' type='chat'/>";

void ends_the_stream(std::string_view stanza, StreamCondition condition, std::string_view text,
                     AcceptingOptions options = {}) {
    SCOPED_TRACE(stanza);
    opened_server(Conversation(plays_server(options)))
        .receives(std::string(stanza) + std::string(message))
        .sends(stream_error(condition, text))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, condition);
}

TEST(AcceptingStream, R074_R124_takes_stanzas_of_any_address_of_the_domain) {
    for (const std::string_view from : {"plays.shakespeare.lit", "plays.shakespeare.lit/x", "a@plays.shakespeare.lit",
                                        "\xc3\xa9@plays.shakespeare.lit/b c"}) {
        const std::string stanza = "<presence from='" + std::string(from) + "' to='b@c'/>";
        opened_server(Conversation(plays_server())).receives(stanza).gets(stanza);
    }
    opened_server(Conversation(plays_server()))
        .receives("<message from='A@Plays.Shakespeare.LIT/X' to='B@C'/>")
        .gets("<message from='a@plays.shakespeare.lit/X' to='b@c'/>");
}

TEST(AcceptingStream, V21_R124_T_CFROM_a_foreign_from_ends_the_stream) {
    const std::string text = make_error_code(StreamFault::foreign_from).message();
    for (const std::string_view from :
         {"a@example.com", "shakespeare.lit", "sub.plays.shakespeare.lit", "b@c", "plays.shakespeare.lit@evil.example"})
        ends_the_stream("<message from='" + std::string(from) + "' to='b@c'/>", invalid_from, text);
    // The forgery counts, whatever else is wrong.
    ends_the_stream("<iq from='a@example.com' to='b@c' type='get'/>", invalid_from, text);
    ends_the_stream("<message from='a@example.com' to='@'/>", invalid_from, text);
    ends_the_stream("<message from='a@example.com'/>", invalid_from, text);
}

TEST(AcceptingStream, R124_without_a_valid_from_the_addressing_is_improper) {
    const std::string text = make_error_code(StreamFault::no_from).message();
    for (const std::string_view from : {"", " from=''", " from='@'", " from='a b@plays.shakespeare.lit'"})
        ends_the_stream("<message" + std::string(from) + " to='b@c'/>", improper_addressing, text);
    AcceptingOptions unchecked;
    unchecked.check_from = false;
    ends_the_stream("<message to='b@c'/>", improper_addressing, text, unchecked);
}

TEST(AcceptingStream, MongooseIMs_check_from_can_be_off) {
    AcceptingOptions unchecked;
    unchecked.check_from = false;
    opened_server(Conversation(plays_server(unchecked)))
        .receives("<message from='a@example.com' to='b@c'/>")
        .gets("<message from='a@example.com' to='b@c'/>");
}

TEST(AcceptingStream, R124_without_a_to_the_sender_is_told_and_the_stream_lives) {
    std::string text;
    xml::append_escaped_text(make_error_code(StreamFault::no_to).message(), text);
    const std::string error =
        "<error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
        "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
        text + "</text></error>";
    const std::string_view lost = "<message from='a@plays.shakespeare.lit' id='7'><body>x</body></message>";
    opened_server(Conversation(plays_server()))
        .receives(lost)
        .sends("<message to='a@plays.shakespeare.lit' id='7' type='error'>" + error + "</message>")
        .refuses(lost, StreamFault::no_to)
        .receives(message)
        .gets(message);
    AcceptingOptions named;
    named.server = Jid::parse("shakespeare.lit").value();
    opened_server(Conversation(plays_server(named)))
        .receives(lost)
        .sends("<message to='a@plays.shakespeare.lit' id='7' type='error' from='shakespeare.lit'>" + error +
               "</message>")
        .refuses(lost, StreamFault::no_to);
    const std::string_view answer = "<iq from='a@plays.shakespeare.lit' id='7' type='result'/>";
    opened_server(Conversation(plays_server())).receives(answer).refuses(answer, StreamFault::no_to);
}

TEST(AcceptingStream, R079_an_iq_that_is_none_is_answered) {
    const std::string_view iq = "<iq from='a@plays.shakespeare.lit' to='b@c' id='1' type='get'/>";
    opened_server(Conversation(plays_server()))
        .receives(iq)
        .sends(
            "<iq to='a@plays.shakespeare.lit' from='b@c' id='1' type='error'><error type='modify'>"
            "<bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
            make_error_code(StanzaFault::bad_iq_children).message() + "</text></error></iq>")
        .refuses(iq, StanzaFault::bad_iq_children)
        .receives(message)
        .gets(message);
}

TEST(AcceptingStream, R022_V13_T_COMP_what_is_no_stanza_ends_the_stream) {
    for (const std::string_view element : {
             "<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>",
             "<log from='plays.shakespeare.lit' to='b@c'/>",
             "<ns2:message xmlns:ns2='http://example.org/ns2' from='plays.shakespeare.lit' to='b@c'/>",
             "<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>",
             "<stream:features/>",
         })
        ends_the_stream(element, unsupported_stanza_type, "Only stanzas are taken here.");
}

TEST(AcceptingStream, R096_R097_R098_bad_input_ends_the_stream) {
    AcceptingOptions options;
    options.after.stanza_bytes = 120;
    const auto ends = [&](std::string_view input, xml::ReadError why, StreamCondition condition) {
        ends_the_stream(input, condition, make_error_code(why).message(), options);
    };
    ends("<!-- -->", xml::ReadError::restricted_xml, restricted_xml);
    ends("<message></presence>", xml::ReadError::not_well_formed, not_well_formed);
    ends("<message id='" + std::string(200, 'x'), xml::ReadError::stanza_too_large, policy_violation);
    ends("x", xml::ReadError::text_between_stanzas, bad_format);
}

TEST(AcceptingStream, R011_closes_as_a_component_does) {
    opened_server(Conversation(plays_server()))
        .says("<message from='b@c' to='plays.shakespeare.lit'><body>x</body></message>")
        .sends("<message from='b@c' to='plays.shakespeare.lit'><body>x</body></message>")
        .closes()
        .sends("</stream:stream>")
        .receives(message)
        .gets(message)
        .receives("</stream:stream>")
        .ends(CloseCause::closed_by_us);
    opened_server(Conversation(plays_server()))
        .receives("</stream:stream>")
        .sends("</stream:stream>")
        .ends(CloseCause::closed_by_peer);
}

TEST(AcceptingStream, R033_tells_of_a_shutdown_and_takes_what_is_still_on_its_way) {
    opened_server(Conversation(plays_server()))
        .closes_with(system_shutdown)
        .sends(stream_error(system_shutdown) + "</stream:stream>")
        .receives(std::string(message) + "</stream:stream>")
        .gets(message)
        .ends(CloseCause::closed_by_us, system_shutdown);
}

TEST(AcceptingStream, R025_a_component_may_end_with_an_error_too) {
    opened_server(Conversation(plays_server()))
        .receives(stream_error(restricted_xml, "You sent a comment.") + "</stream:stream>")
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, restricted_xml)
        .because("The component ended the stream: restricted-xml (You sent a comment.).");
}

TEST(AcceptingStream, R035_pings_a_silent_component_in_the_servers_name) {
    AcceptingOptions options;
    options.server = Jid::parse("shakespeare.lit").value();
    opened_server(Conversation(plays_server(options)))
        .after(60s)
        .sends(
            "<iq to='plays.shakespeare.lit' type='get' from='shakespeare.lit' id='ping-b1fa7a99eba308d471d157ef-1'>"
            "<ping xmlns='urn:xmpp:ping'/></iq>")
        .receives(
            "<iq from='plays.shakespeare.lit' to='shakespeare.lit' id='ping-b1fa7a99eba308d471d157ef-1' "
            "type='result'/>")
        .after(60s)
        .sends(
            "<iq to='plays.shakespeare.lit' type='get' from='shakespeare.lit' id='ping-b1fa7a99eba308d471d157ef-2'>"
            "<ping xmlns='urn:xmpp:ping'/></iq>")
        .after(10s)
        .sends(stream_error(connection_timeout) + "</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout);
}

// The ping that a component sends to itself, to see whether it comes back: it is the server's to route. Once both sides
// made their ids from the stream's alone, and the server swallowed the component's ping as its own.
TEST(AcceptingStream, R129_hands_on_the_components_own_pings) {
    const std::string_view ping =
        "<iq to='plays.shakespeare.lit' type='get' from='plays.shakespeare.lit' id='ping-e2105629378c50bbf1141db8-1'>"
        "<ping xmlns='urn:xmpp:ping'/></iq>";
    opened_server(Conversation(plays_server())).receives(ping).gets(ping).says(ping).sends(ping);
}

}  // namespace
}  // namespace rondel::stream
