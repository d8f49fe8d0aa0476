// The server's side: binding a resource (RFC 6120 §7).
#include "rondel/stream/accepting_client_stream.hpp"

#include "tests/support/client_conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;

std::string bind_error(std::string_view type, std::string_view condition) {
    return "<iq id='b1' type='error'><error type='" + std::string(type) + "'><" + std::string(condition) +
           " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
}

TEST(AcceptingClientBinding, R010_R068_R073_the_session_begins_with_it_and_without_a_restart) {
    authenticated_client(Conversation(accepting_client()))
        .receives(bind_request("Bal\u00ADcony"))  // refused by OpaqueString
        .sends(bind_error("modify", "bad-request"))
        .receives(bind_request("balcony&amp;x"))
        .sends(bind_result("juliet@capulet.example/balcony&amp;x"))
        .reports("opened s3 juliet@capulet.example/balcony&x")
        .receives("<presence/>")
        .gets("<presence from='juliet@capulet.example/balcony&amp;x'/>");
}

TEST(AcceptingClientBinding, R069_the_server_makes_one_up) {
    authenticated_client(Conversation(accepting_client()))
        .receives("<iq type='set' id='&lt;x&gt;'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
        .sends(
            "<iq id='&lt;x>' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
            "<jid>juliet@capulet.example/r1</jid></bind></iq>")
        .opens();
}

TEST(AcceptingClientBinding, R070_R071_says_why_it_cannot_be) {
    const auto refused = [](Condition condition, std::string_view type, std::string_view name) {
        Clients clients = capulet();
        clients.bind_refusal = condition;
        authenticated_client(Conversation(accepting_client(clients)))
            .receives(bind_request("balcony"))
            .sends(bind_error(type, name));
    };
    refused(Condition::conflict, "cancel", "conflict");
    refused(Condition::resource_constraint, "wait", "resource-constraint");
    refused(Condition::not_allowed, "cancel", "not-allowed");
}

TEST(AcceptingClientBinding, R072_five_failures_are_enough) {
    Clients clients = capulet();
    clients.bind_refusal = Condition::conflict;
    Conversation conversation(accepting_client(clients));
    Conversation& begun = authenticated_client(std::move(conversation));
    for (int i = 0; i < 5; ++i) begun.receives(bind_request("balcony")).sends(bind_error("cancel", "conflict"));
    begun.sends(stream_error(policy_violation, "Too many attempts to bind a resource failed."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, policy_violation);
}

TEST(AcceptingClientBinding, R067_stanzas_before_it_end_the_stream) {
    for (const char* stanza :
         {"<message to='nurse@capulet.example'/>", "<presence/>",
          "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>",
          "<iq type='set' id='1'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>",
          "<iq type='get' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "<message to='@'/>"})
        authenticated_client(Conversation(accepting_client()))
            .receives(stanza)
            .sends(stream_error(not_authorized, "Bind a resource first (RFC 6120 §7.1)."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, not_authorized);
}

TEST(AcceptingClientBinding, R079_an_iq_that_is_none_is_a_bad_request) {
    authenticated_client(Conversation(accepting_client()))
        .receives("<iq type='set' id='b1'/>")
        .sends(
            "<iq id='b1' type='error'><error type='modify'><bad-request "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
            make_error_code(StanzaFault::bad_iq_children).message() + "</text></error></iq>")
        .receives(bind_request("balcony"))
        .sends(bind_result("juliet@capulet.example/balcony"))
        .opens();
}

TEST(AcceptingClientBinding, a_second_authentication_means_nothing) {
    for (const std::string& element : {auth("PLAIN", juliets_plain), std::string(starttls),
                                       std::string("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'/>")})
        authenticated_client(Conversation(accepting_client()))
            .receives(element)
            .sends(stream_error(unsupported_stanza_type, "This element means nothing here."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, unsupported_stanza_type);
}

TEST(AcceptingClientBinding, R125_stream_management_must_wait) {
    authenticated_client(Conversation(accepting_client()))
        .receives("<enable xmlns='urn:xmpp:sm:3'/>")
        .sends(
            "<failed xmlns='urn:xmpp:sm:3'><unexpected-request "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>")
        .receives("<inactive xmlns='urn:xmpp:csi:0'/>")
        .receives(bind_request("balcony"))
        .sends(bind_result("juliet@capulet.example/balcony"))
        .opens();
}

}  // namespace
}  // namespace rondel::test
