// The server's side: SASL as RFC 6120 §6 has it, and registration before it.
#include "rondel/base/encoding.hpp"
#include "rondel/sasl/client_mechanism.hpp"
#include "rondel/stream/accepting_client_stream.hpp"

#include "tests/support/client_conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using namespace std::string_literals;
using enum StreamCondition;

std::string response(std::string_view data) {
    return "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + std::string(data) + "</response>";
}
constexpr std::string_view abort_sasl = "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
constexpr std::string_view empty_challenge = "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";

// What a client of this mechanism and its server say, as elements.
struct Exchange {
    std::string first, challenge, second, success;
};
Exchange scram(std::string_view mechanism) {
    Clients clients = capulet();
    const sasl::Channel channel{.encrypted = true, .bindings = usual_tls().bindings};
    sasl::ServerPolicy policy = capulet_options().sasl;
    policy.domain = "capulet.example";
    sasl::ClientPolicy ours;
    ours.fewest_iterations = 1;
    ours.nonce = [] { return "client"; };
    sasl::Offer offer;
    offer.mechanisms = offered_mechanisms(policy, channel);
    offer.binding_types = offered_binding_types(channel);
    if (mechanism.ends_with("-PLUS")) offer.bindings = channel.bindings;
    std::vector<std::string> except;
    if (mechanism.find("256") == mechanism.npos) except = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"};
    const auto client =
        sasl::choose_mechanism({.username = "juliet", .password = "r0m30"}, offer, ours, except).value();
    EXPECT_EQ(client->name(), mechanism);
    const auto server = sasl::make_server_mechanism(mechanism, clients, policy, channel);
    const std::string first = *client->initial();
    const std::string challenge = std::get<sasl::Challenge>(server->respond(first)).data;
    const std::string second = client->respond(challenge).value();
    const std::string last = std::get<sasl::Success>(server->respond(second)).data.value();
    EXPECT_EQ(client->finish(last), std::error_code());
    return {auth(mechanism, to_base64(first)),
            "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + to_base64(challenge) + "</challenge>",
            response(to_base64(second)),
            "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + to_base64(last) + "</success>"};
}

TEST(AcceptingClientSasl, R061_takes_SCRAM_with_and_without_binding) {
    for (const char* mechanism : {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1"}) {
        const Exchange exchange = scram(mechanism);
        secured_client(Conversation(accepting_client()))
            .receives(exchange.first)
            .sends(exchange.challenge)
            .receives(exchange.second)
            .sends(exchange.success)
            .receives(client_header())
            .sends(header_for_client("s3"))
            .sends(features_of_bind);
    }
}

std::string with_external() {
    std::string features(features_of_sasl);
    for (const std::string_view before : {"sasl'><mechanism>", "sasl:2'><mechanism>"})
        features.insert(features.find(before) + before.size() - 11, "<mechanism>EXTERNAL</mechanism>");
    return features;
}

std::string without_plain() {
    const std::string_view plain = "<mechanism>PLAIN</mechanism>";
    std::string features(features_of_sasl);
    for (std::size_t at; (at = features.find(plain)) != features.npos;) features.erase(at, plain.size());
    return features;
}

TEST(AcceptingClientSasl, R055_equals_sign_is_empty_and_nothing_is_nothing) {
    Clients clients = capulet();
    clients.accounts.certificates = {{"juliet@capulet.example", "juliet"}};
    stream::TlsFacts tls = usual_tls();
    tls.peer_addresses = {"juliet@capulet.example"};
    const auto begun = [&](Conversation&& conversation) -> Conversation& {
        return conversation.receives(client_header()).connects().sends(header_for_client("s1")).sends(with_external());
    };
    begun(Conversation(accepting_client(clients, capulet_options(), tls)))
        .receives(auth("EXTERNAL", "="))
        .sends(sasl_success)
        .receives(client_header("capulet.example", "juliet@capulet.example"))
        .sends(header_for_client("s2", "juliet@capulet.example"))
        .sends(features_of_bind);
    begun(Conversation(accepting_client(clients, capulet_options(), tls)))
        .receives(auth("EXTERNAL"))
        .sends(empty_challenge)
        .receives(response("="))
        .sends(sasl_success);
}

TEST(AcceptingClientSasl, R055_a_new_attempt_puts_an_end_to_the_one_before) {
    const Exchange exchange = scram("SCRAM-SHA-256");
    secured_client(Conversation(accepting_client()))
        .receives(exchange.first)
        .sends(exchange.challenge)
        .receives(exchange.first)
        .sends(exchange.challenge)
        .receives(auth("PLAIN"))
        .sends(empty_challenge)
        .receives(exchange.second)
        .sends(sasl_failure("malformed-request"))
        .receives(exchange.second)
        .sends(sasl_failure("malformed-request"));
}

TEST(AcceptingClientSasl, R056_R059_aborted) {
    const Exchange exchange = scram("SCRAM-SHA-256");
    secured_client(Conversation(accepting_client()))
        .receives(exchange.first)
        .sends(exchange.challenge)
        .receives(abort_sasl)
        .sends(sasl_failure("aborted"))
        .receives(exchange.second)
        .sends(sasl_failure("malformed-request"))
        .receives(exchange.first)
        .sends(exchange.challenge)
        .receives(exchange.second)
        .sends(exchange.success);
}

TEST(AcceptingClientSasl, R059_not_authorized_and_account_disabled) {
    secured_client(Conversation(accepting_client()))
        .receives(auth("PLAIN", wrong_plain))
        .sends(sasl_failure("not-authorized"));
    Clients clients = capulet();
    clients.accounts.disabled = {"juliet"};
    secured_client(Conversation(accepting_client(clients)))
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_failure("account-disabled"));
}

TEST(AcceptingClientSasl, R051_R059_encryption_required) {
    Conversation(accepting_client())
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(features_before_tls)
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_failure("encryption-required"))
        .receives(auth("SCRAM-SHA-1"))
        .sends(sasl_failure("encryption-required"));
}

TEST(AcceptingClientSasl, R053_R059_incorrect_encoding) {
    for (const char* bad : {"AGp1bGlldAByMG0zMA=", "AGp1 bGlldAByMG0zMA==", "=AAA", "BBBB=CCC",
                            "AGp1bGlldAByMG0zMB==", "\n", "==", "AGp1bGlldAByMG0zMA\u2026", "AGp1bGlldAByMG0zM<x/>A=="})
        secured_client(Conversation(accepting_client()))
            .receives(auth("PLAIN", bad))
            .sends(sasl_failure("incorrect-encoding"))
            .receives(auth("PLAIN"))
            .sends(empty_challenge)
            .receives(response(bad))
            .sends(sasl_failure("incorrect-encoding"));
}

TEST(AcceptingClientSasl, V24_R054_R059_invalid_authzid) {
    const auto plain_for = [](const std::string& authzid) { return to_base64(authzid + "\0juliet\0r0m30"s); };
    for (const char* other :
         {"nurse@capulet.example", "juliet@montague.example", "juliet@capulet.example/x", "@", "juliet"})
        secured_client(Conversation(accepting_client()))
            .receives(auth("PLAIN", plain_for(other)))
            .sends(sasl_failure("invalid-authzid"));
    secured_client(Conversation(accepting_client()))
        .receives(auth("PLAIN", plain_for("juliet@capulet.example")))
        .sends(sasl_success);
}

TEST(AcceptingClientSasl, R059_invalid_mechanism_and_malformed_request) {
    for (const char* unknown : {"", "GSSAPI", "plain", "EXTERNAL", "ANONYMOUS", "HT-SHA-256-EXPR"})
        secured_client(Conversation(accepting_client()))
            .receives(auth(unknown, "="))
            .sends(sasl_failure("invalid-mechanism"));
    secured_client(Conversation(accepting_client()))
        .receives(response("AAAA"))
        .sends(sasl_failure("malformed-request"))
        .receives(auth("SCRAM-SHA-256", "AAAA"))
        .sends(sasl_failure("malformed-request"))
        .receives(auth("PLAIN", "="))
        .sends(sasl_failure("malformed-request"));
}

TEST(AcceptingClientSasl, R059_mechanism_too_weak_and_temporary_auth_failure) {
    stream::AcceptingClientOptions options = capulet_options();
    options.sasl.plain = false;
    options.require_tls = false;
    Conversation(accepting_client(capulet(), options, usual_tls()))
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(without_plain())
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_failure("mechanism-too-weak"));
    Clients clients = capulet();
    clients.is_out_of_order = true;
    secured_client(Conversation(accepting_client(clients)))
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_failure("temporary-auth-failure"));
}

TEST(AcceptingClientSasl, V40_T_RETRY_R057_five_failures_are_enough) {
    Conversation conversation(accepting_client());
    Conversation& begun = secured_client(std::move(conversation));
    for (int i = 0; i < 4; ++i) begun.receives(auth("PLAIN", wrong_plain)).sends(sasl_failure("not-authorized"));
    begun.receives(auth("PLAIN", wrong_plain))
        .sends(sasl_failure("not-authorized"))
        .sends(stream_error(policy_violation, "Too many attempts to authenticate failed."))
        .sends("</stream:stream>")
        .ends(CloseCause::refused, policy_violation)
        .because("failed to authenticate 5 times. It does not know the password.");
}

TEST(AcceptingClientSasl, V40_giving_up_and_starting_again_counts_too) {
    Conversation conversation(accepting_client());
    Conversation& begun = secured_client(std::move(conversation));
    for (int i = 0; i < 5; ++i)
        begun.receives(auth("SCRAM-SHA-1")).sends(empty_challenge).receives(abort_sasl).sends(sasl_failure("aborted"));
    begun.sends(stream_error(policy_violation, "Too many attempts to authenticate failed."))
        .sends("</stream:stream>")
        .ends(CloseCause::refused, policy_violation);
}

TEST(AcceptingClientSasl, V39_T_UNAUTH_R008_stanzas_before_authentication_end_the_stream) {
    for (const char* stanza :
         {"<message to='nurse@capulet.example'><body>Hi</body></message>", "<presence/>",
          "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "<iq/>", "<message from='@'/>",
          "<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
          "<iq type='get' id='1'><query xmlns='jabber:iq:register'/></iq>"})
        secured_client(Conversation(accepting_client()))
            .receives(stanza)
            .sends(stream_error(not_authorized, "Authenticate first (RFC 6120 §4.3.5)."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, not_authorized);
}

TEST(AcceptingClientSasl, a_client_whose_header_says_that_it_is_somebody_else_does_not_get_in) {
    Conversation(accepting_client(capulet(), capulet_options(), usual_tls()))
        .receives(client_header("capulet.example", "nurse@capulet.example"))
        .connects()
        .sends(header_for_client("s1", "nurse@capulet.example"))
        .sends(features_of_sasl)
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_failure("invalid-authzid"));
}

TEST(AcceptingClientSasl, ANONYMOUS_is_given_an_address) {
    stream::AcceptingClientOptions options = capulet_options();
    options.sasl.anonymous = true;
    options.require_tls = options.can_start_tls = false;
    Conversation(accepting_client(capulet(), options))
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(
            "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-256</mechanism>"
            "<mechanism>SCRAM-SHA-1</mechanism><mechanism>ANONYMOUS</mechanism></mechanisms></stream:features>")
        .receives(auth("ANONYMOUS", "="))
        .sends(sasl_success)
        .receives(client_header("capulet.example", "whoever@capulet.example"))
        .sends(header_for_client("s2", "whoever@capulet.example"))
        .sends(features_of_bind)
        .receives(bind_request())
        .sends(bind_result("guest@capulet.example/r1"))
        .reports("opened s2 guest@capulet.example/r1");
}

// ---- registration ----

std::string registration(std::string_view username, std::string_view password, std::string_view id = "r2") {
    return "<iq type='set' id='" + std::string(id) + "'><query xmlns='jabber:iq:register'><username>" +
           std::string(username) + "</username><password>" + std::string(password) + "</password></query></iq>";
}

Conversation& open_to_all(Conversation&& conversation) {
    std::string features(features_of_sasl);
    features.insert(features.find("</stream:features>"), "<register xmlns='http://jabber.org/features/iq-register'/>");
    return conversation.receives(client_header()).connects().sends(header_for_client("s1")).sends(features);
}

MakeStream open_server() {
    Clients clients = capulet();
    clients.is_registration_open = true;
    return accepting_client(clients, capulet_options(), usual_tls());
}

TEST(AcceptingClientRegistration, makes_an_account_if_it_is_open) {
    open_to_all(Conversation(open_server()))
        .receives("<iq type='get' id='r1' to='capulet.example'><query xmlns='jabber:iq:register'/></iq>")
        .sends(
            "<iq from='capulet.example' id='r1' type='result'><query xmlns='jabber:iq:register'>"
            "<instructions>Choose a username and a password.</instructions><username/><password/></query></iq>")
        .receives(registration("nurse", "w3t"))
        .sends("<iq id='r2' type='result'/>")
        .receives(auth("PLAIN", to_base64("\0nurse\0w3t"s)))
        .sends(sasl_success);
}

TEST(AcceptingClientRegistration, refuses_what_cannot_be) {
    const auto error = [](std::string_view type, std::string_view condition, std::string_view text = {}) {
        return "<iq id='r2' type='error'><error type='" + std::string(type) + "'><" + std::string(condition) +
               " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" +
               (text.empty() ? ""
                             : "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" + std::string(text) + "</text>") +
               "</error></iq>";
    };
    open_to_all(Conversation(open_server()))
        .receives(registration("juliet", "x"))
        .sends(error("cancel", "conflict"))
        .receives(registration("", "x"))
        .sends(error("modify", "not-acceptable", "Both username and password are needed."))
        .receives(registration("nurse", "w3t"))
        .sends("<iq id='r2' type='result'/>")
        .receives(registration("peter", "w3t"))
        .sends(error("modify", "not-acceptable"))
        .receives("<iq type='set' id='r2'><query xmlns='jabber:iq:register'><remove/></query></iq>")
        .sends(error("auth", "not-authorized"))
        .receives(registration("peter", "w3t"))
        .sends(error("modify", "not-acceptable"))
        .sends(stream_error(policy_violation, "Too many attempts to authenticate failed."))
        .sends("</stream:stream>")
        .ends(CloseCause::refused, policy_violation);
}

TEST(AcceptingClientRegistration, says_that_its_storage_is_out_of_order) {
    Clients clients = capulet();
    clients.is_registration_open = clients.is_out_of_order = true;
    open_to_all(Conversation(accepting_client(clients, capulet_options(), usual_tls())))
        .receives(registration("nurse", "w3t"))
        .sends(
            "<iq id='r2' type='error'><error type='cancel'><internal-server-error "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
}

TEST(AcceptingClientRegistration, V39_opens_the_door_to_nothing_else) {
    open_to_all(Conversation(open_server()))
        .receives("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>")
        .sends(stream_error(not_authorized, "Authenticate first (RFC 6120 §4.3.5)."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, not_authorized);
}

TEST(AcceptingClientRegistration, is_not_offered_before_TLS) {
    Clients clients = capulet();
    clients.is_registration_open = true;
    Conversation(accepting_client(clients))
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(features_before_tls)
        .receives(registration("nurse", "w3t"))
        .sends(stream_error(not_authorized, "Authenticate first (RFC 6120 §4.3.5)."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, not_authorized);
}

}  // namespace
}  // namespace rondel::test
