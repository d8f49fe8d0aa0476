// The server's side: what a client says in its session, and its end.
#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/stanza/iq.hpp"
#include "rondel/stream/accepting_client_stream.hpp"

#include "tests/support/client_conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;

TEST(AcceptingClientStanzas, R076_have_the_session_as_sender) {
    bound_client(Conversation(accepting_client()))
        .receives("<message to='nurse@capulet.example'><body>Hi</body></message>")
        .gets("<message to='nurse@capulet.example' from='juliet@capulet.example/balcony'><body>Hi</body></message>")
        .receives("<presence/>")
        .gets("<presence from='juliet@capulet.example/balcony'/>")
        .receives("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>")
        .gets("<iq type='get' id='1' from='juliet@capulet.example/balcony'><ping xmlns='urn:xmpp:ping'/></iq>");
}

TEST(AcceptingClientStanzas, R076_subscriptions_come_from_the_account) {
    for (const char* type : {"subscribe", "subscribed", "unsubscribe", "unsubscribed"})
        bound_client(Conversation(accepting_client()))
            .receives("<presence to='romeo@montague.example' type='" + std::string(type) + "'/>")
            .gets("<presence to='romeo@montague.example' type='" + std::string(type) +
                  "' from='juliet@capulet.example'/>");
}

TEST(AcceptingClientStanzas, V22_T_KFROM_may_say_themselves_whose_they_are) {
    for (const char* from :
         {"juliet@capulet.example", "juliet@capulet.example/balcony", "JULIET@Capulet.Example/balcony"})
        bound_client(Conversation(accepting_client()))
            .receives("<message from='" + std::string(from) + "' to='a@b'/>")
            .gets("<message from='juliet@capulet.example/balcony' to='a@b'/>");
}

TEST(AcceptingClientStanzas, V22_T_KFROM_in_the_name_of_others_end_the_stream) {
    for (const char* from : {"nurse@capulet.example", "juliet@capulet.example/chamber", "capulet.example",
                             "juliet@montague.example", "", "@", "juliet@capulet.example/"})
        bound_client(Conversation(accepting_client()))
            .receives("<message from='" + std::string(from) + "' to='a@b'/>")
            .sends(stream_error(invalid_from, "That 'from' is not yours."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, invalid_from);
}

TEST(AcceptingClientStanzas, R119_R082_that_cannot_be_taken_are_answered_by_the_server) {
    bound_client(Conversation(accepting_client()))
        .receives("<message id='m' to='@'><body>Hi</body></message>")
        .sends(
            "<message to='juliet@capulet.example/balcony' id='m' type='error' from='capulet.example'><error "
            "type='modify'><jid-malformed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
            make_error_code(StanzaFault::bad_to).message() + "</text></error></message>")
        .refuses("<message id='m' to='@' from='juliet@capulet.example/balcony'><body>Hi</body></message>",
                 StanzaFault::bad_to)
        .receives("<iq type='get' to='nurse@capulet.example'><ping xmlns='urn:xmpp:ping'/></iq>")
        .sends(
            "<iq to='juliet@capulet.example/balcony' from='nurse@capulet.example' type='error'><error "
            "type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
            make_error_code(StanzaFault::iq_without_id).message() + "</text></error></iq>")
        .refuses(
            "<iq type='get' to='nurse@capulet.example' from='juliet@capulet.example/balcony'>"
            "<ping xmlns='urn:xmpp:ping'/></iq>",
            StanzaFault::iq_without_id);
}

TEST(AcceptingClientStanzas, R022_other_elements_end_the_stream) {
    for (const std::string_view element :
         {std::string_view("<shout xmlns='urn:x'/>"), std::string_view("<message xmlns='jabber:server' to='a@b'/>"),
          std::string_view("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'/>"), starttls})
        bound_client(Conversation(accepting_client()))
            .receives(element)
            .sends(stream_error(unsupported_stanza_type, "Only stanzas are taken here."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, unsupported_stanza_type);
}

// There are no streams between servers here, so nobody speaks for a domain by dialback (XEP-0220): not with a key that
// was never asked for, not with a verdict on somebody else's, not before authentication nor after it.
TEST(AcceptingClientStanzas, V36_T_DB_dialback_makes_nobody_a_server) {
    const std::string names = " xmlns='jabber:server:dialback' from='montague.example' to='capulet.example'";
    for (const std::string& element :
         {"<result" + names + ">d4c1</result>", "<result" + names + " type='valid'/>",
          "<verify" + names + " id='s3' type='valid'/>", "<verify" + names + " id='s3'>d4c1</verify>"}) {
        bound_client(Conversation(accepting_client()))
            .receives(element)
            .sends(stream_error(unsupported_stanza_type, "Only stanzas are taken here."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, unsupported_stanza_type);
        secured_client(Conversation(accepting_client()))
            .receives(element)
            .sends(stream_error(unsupported_stanza_type, "This element means nothing here."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, unsupported_stanza_type);
    }
}

TEST(AcceptingClientStanzas, R017_are_in_the_language_of_the_stream) {
    std::string header = client_header();
    header.insert(header.size() - 1, " xml:lang='it'");
    secured_client(Conversation(accepting_client()))
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_success)
        .receives(header)
        .sends(header_for_client("s3"))
        .sends(features_of_bind)
        .receives(bind_request("balcony"))
        .sends(bind_result("juliet@capulet.example/balcony"))
        .opens()
        .receives("<message to='a@b'><body>Ciao</body></message>")
        .gets("<message to='a@b' from='juliet@capulet.example/balcony' xml:lang='it'><body>Ciao</body></message>")
        .receives("<message to='a@b' xml:lang='de'><body>Hallo</body></message>")
        .gets("<message to='a@b' xml:lang='de' from='juliet@capulet.example/balcony'><body>Hallo</body></message>");
}

TEST(AcceptingClientStanzas, R021_R075_go_out_as_they_are_in_jabber_client) {
    bound_client(Conversation(accepting_client()))
        .says("<message from='romeo@montague.example/orchard' to='juliet@capulet.example'><body>Hi</body></message>")
        .sends("<message from='romeo@montague.example/orchard' to='juliet@capulet.example'><body>Hi</body></message>")
        .says(
            "<message to='a@b'><forwarded xmlns='urn:xmpp:forward:0'><message "
            "xmlns='jabber:client'/></forwarded></message>")
        .sends(
            "<message to='a@b'><forwarded xmlns='urn:xmpp:forward:0'><message "
            "xmlns='jabber:client'/></forwarded></message>");
}

TEST(AcceptingClientStanzas, client_state_is_reported) {
    bound_client(Conversation(accepting_client()))
        .receives("<inactive xmlns='urn:xmpp:csi:0'/>")
        .reports("inactive")
        .receives("<active xmlns='urn:xmpp:csi:0'/><active xmlns='urn:xmpp:csi:0'/>")
        .reports("active")
        .reports("active");
}

TEST(AcceptingClientStanzas, V12_may_be_large_once_one_is_known) {
    const std::string body(9000, 'x');
    secured_client(Conversation(accepting_client()))
        .receives("<message><body>" + body)
        .sends(stream_error(policy_violation, make_error_code(xml::ReadError::stanza_too_large).message()))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, policy_violation);
    bound_client(Conversation(accepting_client()))
        .receives("<message><body>" + body + "</body></message>")
        .gets("<message from='juliet@capulet.example/balcony'><body>" + body + "</body></message>");
}

TEST(AcceptingClientStanzas, R035_a_silent_client_is_pinged_and_given_up) {
    using namespace std::chrono_literals;
    const std::string id = "ping-" + to_hex(sha256({"server ", "s3"})).substr(0, 24) + "-";
    const auto ping = [&](int number) {
        return "<iq to='juliet@capulet.example/balcony' type='get' from='capulet.example' id='" + id +
               std::to_string(number) + "'><ping xmlns='urn:xmpp:ping'/></iq>";
    };
    bound_client(Conversation(accepting_client()))
        .after(60s)
        .sends(ping(1))
        .receives("<iq type='result' id='" + id + "1'/>")  // nobody else's affair
        .after(60s)
        .sends(ping(2))
        .receives("<iq type='result' to='capulet.example' from='juliet@capulet.example/balcony' id='" + id + "2'/>")
        .after(60s)
        .sends(ping(3))
        .after(10s)
        .sends(stream_error(connection_timeout) + "</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout);
}

TEST(AcceptingClientStanzas, R011_R025_R033_orderly_ends) {
    bound_client(Conversation(accepting_client()))
        .receives("</stream:stream>")
        .sends("</stream:stream>")
        .ends(CloseCause::closed_by_peer);
    bound_client(Conversation(accepting_client()))
        .closes_with(system_shutdown)
        .sends(stream_error(system_shutdown) + "</stream:stream>")
        .receives("<message to='a@b'/>")
        .gets("<message to='a@b' from='juliet@capulet.example/balcony'/>")
        .receives("</stream:stream>")
        .ends(CloseCause::closed_by_us, system_shutdown);
    bound_client(Conversation(accepting_client()))
        .receives("<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, undefined_condition);
}

}  // namespace
}  // namespace rondel::test
