// The client's side on a WebSocket (RFC 7395): one element per message, which stands for itself.
#include "tests/support/client_steps.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;
using stream::ClientStreamOptions;
using stream::Framing;
using stream::TlsFacts;

// A message, with the byte that ends it.
std::string framed(std::string_view text) { return std::string(text) + '\0'; }

ClientStreamOptions socket_options() {
    ClientStreamOptions options = juliets_options();
    options.framing = Framing::websocket;
    return options;
}
MakeStream socket_client(std::optional<stream::Resumption> earlier = {}, std::optional<TlsFacts> tls = TlsFacts{}) {
    return client(juliet(), socket_options(), std::move(earlier), std::move(tls));
}

const std::string open_ours = framed(
    "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='juliet@capulet.example' to='capulet.example' "
    "version='1.0' xml:lang='en'/>");
const std::string open_theirs = framed(
    "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='capulet.example' id='w1' version='1.0' xml:lang='en'/>");
const std::string close = framed("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
const std::string bind = framed(
    "<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<resource>balcony</resource></bind></iq>");
const std::string bound = framed(
    "<iq xmlns='jabber:client' type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<jid>juliet@capulet.example/balcony</jid></bind></iq>");

std::string framed_features(std::string_view inside) {
    return framed("<features xmlns='http://etherx.jabber.org/streams'>" + std::string(inside) + "</features>");
}
std::string framed_error(StreamCondition condition, std::string_view text = {}) {
    std::string error = stream_error(condition, text);
    return framed(error.insert(13, " xmlns:stream='http://etherx.jabber.org/streams'")) + close;
}

Conversation& authenticated(Conversation&& conversation) {
    return conversation.sends(open_ours)
        .receives(open_theirs)
        .connects()
        .receives(framed("<stream:features xmlns:stream='http://etherx.jabber.org/streams'>" + mechanisms("PLAIN") +
                         "</stream:features>"))
        .sends(framed(auth("PLAIN", juliets_plain)))
        .receives(framed(sasl_success))
        .sends(open_ours)
        .receives(open_theirs);
}
Conversation& opened(Conversation&& conversation) {
    return authenticated(std::move(conversation))
        .receives(framed_features(bind_offer))
        .sends(bind)
        .receives(bound)
        .opens();
}

TEST(ClientWebSocket, R114_R115_each_element_is_a_message_of_its_own) {
    opened(Conversation(socket_client()))
        .receives(framed("<message xmlns='jabber:client' from='romeo@montague.example/o'><body>Hi</body></message>"))
        .gets("<message from='romeo@montague.example/o'><body>Hi</body></message>")
        .says(
            "<message to='romeo@montague.example'><body>Ho</body><active "
            "xmlns='http://jabber.org/protocol/chatstates'/></message>")
        .sends(framed("<message xmlns='jabber:client' to='romeo@montague.example'><body>Ho</body><active "
                      "xmlns='http://jabber.org/protocol/chatstates'/></message>"))
        .closes()
        .sends(close)
        .receives(close)
        .ends(CloseCause::closed_by_us);
}

TEST(ClientWebSocket, R114_messages_may_come_together_and_with_a_declaration) {
    opened(Conversation(socket_client()))
        .receives(framed("<message xmlns='jabber:client' id='1'/>") +
                  framed("<?xml version='1.0'?><c:message xmlns:c='jabber:client' id='2'/>"))
        .gets("<message id='1'/>")
        .gets("<message id='2'/>");
}

TEST(ClientWebSocket, R114_what_is_no_message_ends_the_stream) {
    const auto refuses = [](std::string_view message, StreamCondition condition, std::string_view text) {
        opened(Conversation(socket_client()))
            .receives(framed(message))
            .sends(framed_error(condition, text))
            .ends(CloseCause::error_from_us, condition);
    };
    const std::string between = make_error_code(xml::ReadError::text_between_stanzas).message();
    refuses(" ", bad_format, between);
    refuses("", bad_format, between);
    refuses(" <message xmlns='jabber:client'/>", bad_format, between);
    const std::string malformed = make_error_code(xml::ReadError::not_well_formed).message();
    refuses("<message xmlns='jabber:client'/><message xmlns='jabber:client'/>", not_well_formed, malformed);
    refuses("<stream:error/>", not_well_formed, malformed);  // nothing around it declares the prefix
    refuses("<message xmlns='jabber:client'>", not_well_formed, make_error_code(xml::ReadError::ends_early).message());
}

TEST(ClientWebSocket, an_element_of_no_namespace_is_no_stanza) {
    opened(Conversation(socket_client()))
        .receives(framed("<message/>"))
        .refuses("<message xmlns=''/>", StanzaFault::unknown_kind);
}

TEST(ClientWebSocket, V12_a_message_over_the_limit_is_not_waited_for) {
    ClientStreamOptions options = socket_options();
    options.after.stanza_bytes = 200;
    opened(Conversation(client(juliet(), options, {}, TlsFacts{})))
        .receives("<message xmlns='jabber:client'><body>" + std::string(200, 'x'))
        .sends(framed_error(policy_violation, make_error_code(xml::ReadError::stanza_too_large).message()))
        .ends(CloseCause::error_from_us, policy_violation);
}

TEST(ClientWebSocket, a_stream_begins_with_open_and_opens_once) {
    Conversation(socket_client())
        .sends(open_ours)
        .receives(framed("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                         "version='1.0'/>"))
        .sends(framed_error(invalid_namespace,
                            "A stream begins with <open "
                            "xmlns='urn:ietf:params:xml:ns:xmpp-framing'/> here (RFC 7395)."))
        .ends(CloseCause::error_from_us, invalid_namespace);
    opened(Conversation(socket_client()))
        .receives(open_theirs)
        .sends(framed_error(bad_format, "A stream header must not come again."))
        .ends(CloseCause::error_from_us, bad_format);
}

TEST(ClientWebSocket, R113_R117_without_wss_nothing_of_the_account_is_said) {
    Conversation(socket_client({}, std::nullopt))
        .sends(framed("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='capulet.example' version='1.0' "
                      "xml:lang='en'/>"))
        .receives(open_theirs)
        .connects()
        .receives(framed_features(std::string(starttls_offer) + mechanisms("PLAIN")))
        .sends(close)
        .ends(CloseCause::error_from_us)
        .because("wss://");
}

TEST(ClientWebSocket, R117_an_offer_of_STARTTLS_means_nothing) {
    Conversation(socket_client())
        .sends(open_ours)
        .receives(open_theirs)
        .connects()
        .receives(framed_features(std::string(starttls_offer) + mechanisms("PLAIN")))
        .sends(framed(auth("PLAIN", juliets_plain)));
}

TEST(ClientWebSocket, R116_is_not_sent_to_where_it_is_less_secure) {
    const auto sent_to = [](const std::string& uri) {
        Actor actor(socket_client());
        actor.receive(open_theirs);
        actor.receive(framed("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='" + uri + "'/>"));
        EXPECT_TRUE(actor.has_ended());
        EXPECT_EQ(actor.end().error->condition, see_other_host);
        return actor.end().error->other_host;
    };
    EXPECT_EQ(sent_to("wss://b.example/ws"), "wss://b.example/ws");
    EXPECT_EQ(sent_to("ws://b.example/ws"), "");
    EXPECT_EQ(sent_to("https://b.example/bosh"), "");
}

TEST(ClientWebSocket, R114_no_white_space_keeps_it_alive) {
    ClientStreamOptions options = socket_options();
    options.whitespace_after = std::chrono::seconds(10);
    opened(Conversation(client(juliet(), options, {}, TlsFacts{}))).after(std::chrono::seconds(50));
}

TEST(ClientWebSocket, a_session_of_TCP_goes_on_on_a_WebSocket) {
    authenticated(Conversation(socket_client(lost_session())))
        .receives(framed_features(std::string(bind_offer) + std::string(sm_offer)))
        .sends(framed("<resume xmlns='urn:xmpp:sm:3' h='3' previd='sm-1'/>"))
        .receives(framed("<resumed xmlns='urn:xmpp:sm:3' h='4' previd='sm-1'/>"))
        .sends(framed("<message xmlns='jabber:client' to='romeo@montague.example' id='two'/>"))
        .sends(framed(ack_request))
        .reports("resumed w1")
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .does([](Stream& stream, Instant) {
            const auto left = static_cast<stream::ClientStream&>(stream).take_resumption();
            ASSERT_TRUE(left);
            EXPECT_EQ(left->unacknowledged.framing, Framing::websocket);
            stream::Output tcp;
            tcp.add(left->unacknowledged);
            EXPECT_EQ(tcp.bytes(), "<message xmlns='jabber:client' to='romeo@montague.example' id='two'/>");
        });
}

}  // namespace
}  // namespace rondel::test
