// The client's side: SASL as RFC 6120 §6 has it.
#include "rondel/base/encoding.hpp"

#include "tests/support/client_steps.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;
using stream::ClientStreamOptions;
using stream::TlsFacts;

constexpr std::string_view bad_data = "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>";

std::string challenge(std::string_view data) { return std::string(bad_data) + to_base64(data) + "</challenge>"; }
std::string response(std::string_view data) {
    return "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + to_base64(data) + "</response>";
}
std::string success(std::string_view data) {
    return "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + to_base64(data) + "</success>";
}
constexpr std::string_view abort = "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";

// The exchange of RFC 7677 §3.
stream::ClientIdentity user() {
    return {.account = Jid::parse("user@capulet.example").value(), .resource = "", .password = "pencil"};
}
constexpr std::string_view client_first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr std::string_view client_final =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
constexpr std::string_view server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

std::string users_header() {
    std::string header(secure_header);
    return header.replace(header.find("juliet"), 6, "user");
}

Conversation& offered(Conversation&& conversation, std::string_view names, const std::string& header) {
    return conversation.sends(header)
        .receives(header_for_client("s1"))
        .connects()
        .receives(features(mechanisms(names)));
}
Conversation& user_offered(Conversation&& conversation, std::string_view names) {
    return offered(std::move(conversation), names, users_header());
}
MakeStream user_client() { return client(user(), juliets_options(), {}, TlsFacts{}); }

TEST(ClientAuthentication, R052_R061_R066_SCRAM_SHA_256_as_in_RFC_7677) {
    user_offered(Conversation(user_client()), "SCRAM-SHA-1 SCRAM-SHA-256 PLAIN")
        .sends(auth("SCRAM-SHA-256", to_base64(client_first)))
        .receives(challenge(server_first))
        .sends(response(client_final))
        .receives(success(server_final))
        .sends(users_header());
}

TEST(ClientAuthentication, R062_V26_T_SCRAM_V_success_is_believed_only_with_a_proof) {
    const auto distrusts = [](const std::string& claimed) {
        user_offered(Conversation(user_client()), "SCRAM-SHA-256")
            .sends(auth("SCRAM-SHA-256", to_base64(client_first)))
            .receives(challenge(server_first))
            .sends(response(client_final))
            .receives(claimed)
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, not_authorized)
            .because("Did not log in as user@capulet.example.");
    };
    distrusts(std::string(sasl_success));
    distrusts(success("v="));
    distrusts(success("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="));
    distrusts(success("e=other-error"));
    distrusts(success("v=AAAA"));
    distrusts("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</success>");
    user_offered(Conversation(user_client()), "SCRAM-SHA-256")
        .sends(auth("SCRAM-SHA-256", to_base64(client_first)))
        .receives(success(server_final))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, not_authorized);
}

TEST(ClientAuthentication, R053_R063_a_challenge_that_is_wrong_aborts) {
    const auto aborts = [](const std::string& bad) {
        user_offered(Conversation(user_client()), "SCRAM-SHA-256")
            .sends(auth("SCRAM-SHA-256", to_base64(client_first)))
            .receives(bad)
            .sends(std::string(abort) + "</stream:stream>")
            .ends(CloseCause::error_from_us, not_authorized);
    };
    aborts(challenge("r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
    aborts(challenge("m=x," + std::string(server_first)));
    aborts(challenge("r=rOprNGfwEbeRWgbNEkqO%,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1"));
    aborts(challenge("r=rOprNGfwEbeRWgbNEkqO%,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2147483647"));
    aborts(std::string(bad_data) + "=AAA</challenge>");
    aborts(std::string(bad_data) + "?</challenge>");
    std::string cut = to_base64(server_first);
    aborts(std::string(bad_data) + cut.insert(8, "<x/>") + "</challenge>");
}

TEST(ClientAuthentication, R050_the_next_best_mechanism_follows_one_that_failed) {
    offered(Conversation(client(juliet(), juliets_options(), {}, TlsFacts{})), "PLAIN X-OWN SCRAM-SHA-1 SCRAM-SHA-256",
            std::string(secure_header))
        .sends(auth("SCRAM-SHA-256", to_base64("n,,n=juliet,r=rOprNGfwEbeRWgbNEkqO")))
        .receives(sasl_failure("not-authorized"))
        .sends(auth("SCRAM-SHA-1", to_base64("n,,n=juliet,r=rOprNGfwEbeRWgbNEkqO")))
        .receives(sasl_failure("invalid-mechanism"))
        .sends(auth("PLAIN", juliets_plain))
        .receives(sasl_failure("not-authorized"))
        .sends("</stream:stream>")
        .ends(CloseCause::refused, not_authorized)
        .because("did not let juliet@capulet.example in: not-authorized. Check the password");
}

TEST(ClientAuthentication, R060_an_unknown_failure_is_not_authorized) {
    offered(Conversation(client(juliet(), juliets_options(), {}, TlsFacts{})), "PLAIN", std::string(secure_header))
        .sends(auth("PLAIN", juliets_plain))
        .receives(
            "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><too-late/><text>It is &#x7F; late.</text></failure>")
        .sends("</stream:stream>")
        .ends(CloseCause::refused, not_authorized)
        .because(": not-authorized (It is ");
}

TEST(ClientAuthentication, what_no_other_mechanism_would_mend_is_not_tried_again) {
    for (const char* condition : {"account-disabled", "invalid-authzid"})
        user_offered(Conversation(user_client()), "SCRAM-SHA-256 SCRAM-SHA-1")
            .sends(auth("SCRAM-SHA-256", to_base64(client_first)))
            .receives(sasl_failure(condition))
            .sends("</stream:stream>")
            .ends(CloseCause::refused, not_authorized)
            .because(condition);
    user_offered(Conversation(user_client()), "SCRAM-SHA-256 SCRAM-SHA-1")
        .sends(auth("SCRAM-SHA-256", to_base64(client_first)))
        .receives(sasl_failure("temporary-auth-failure"))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, not_authorized)
        .because("this will pass");
}

TEST(ClientAuthentication, an_error_that_follows_a_failure_is_told_with_it) {
    user_offered(Conversation(user_client()), "SCRAM-SHA-256 SCRAM-SHA-1")
        .sends(auth("SCRAM-SHA-256", to_base64(client_first)))
        .receives(sasl_failure("not-authorized") + stream_error(policy_violation) + "</stream:stream>")
        .sends(auth("SCRAM-SHA-1", to_base64(client_first)) + "</stream:stream>")
        .ends(CloseCause::error_from_peer, policy_violation)
        .because("Check the password");
}

TEST(ClientAuthentication, R065_V29_T_CB_binds_to_the_channel_where_the_server_can) {
    const TlsFacts facts{.bindings = {{"tls-exporter", "exported"}}};
    const auto offered_with = [&](Conversation&& conversation, const std::string& offer) -> Conversation& {
        return conversation.sends(users_header())
            .receives(header_for_client("s1"))
            .connects()
            .receives(features(offer));
    };
    const MakeStream bindable = client(user(), juliets_options(), {}, facts);
    const std::string types =
        "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/>"
        "</sasl-channel-binding>";
    offered_with(Conversation(bindable), mechanisms("SCRAM-SHA-256 SCRAM-SHA-256-PLUS") + types)
        .sends(auth("SCRAM-SHA-256-PLUS", to_base64("p=tls-exporter,,n=user,r=rOprNGfwEbeRWgbNEkqO")));
    offered_with(Conversation(bindable), mechanisms("SCRAM-SHA-256"))
        .sends(auth("SCRAM-SHA-256", to_base64("y,,n=user,r=rOprNGfwEbeRWgbNEkqO")));
    // The types without the mechanisms: somebody took those out (XEP-0440).
    offered_with(Conversation(bindable), mechanisms("SCRAM-SHA-256 PLAIN") + types)
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, not_authorized)
        .because("somebody between us may have changed it");
}

// Servers say nothing there, so a client lets nothing pass there (RFC 6120 §6.3.5).
TEST(ClientAuthentication, R037_blanks_between_success_and_the_new_header_are_refused) {
    offered(Conversation(client(juliet(), juliets_options(), {}, TlsFacts{.own_certificate = true})), "EXTERNAL",
            std::string(secure_header))
        .sends(auth("EXTERNAL", "="))
        .receives(sasl_success)
        .sends(secure_header)
        .receives("\n" + header_for_client("s2"))
        .sends(stream_error(restricted_xml,
                            "The peer sent XML that XMPP does not allow: a comment, a processing instruction, a "
                            "document type or an entity."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, restricted_xml);
}

TEST(ClientAuthentication, EXTERNAL_with_a_certificate_and_ANONYMOUS_with_a_domain) {
    offered(Conversation(client(juliet(), juliets_options(), {}, TlsFacts{.own_certificate = true})),
            "PLAIN EXTERNAL SCRAM-SHA-256", std::string(secure_header))
        .sends(auth("EXTERNAL", "="))
        .receives(sasl_success)
        .sends(secure_header);
    const stream::ClientIdentity nobody{.account = Jid::parse("capulet.example").value(), .resource = ""};
    Conversation(client(nobody, juliets_options(), {}, TlsFacts{}))
        .sends(plain_header)
        .receives(header_for_client("s1"))
        .connects()
        .receives(features(mechanisms("PLAIN ANONYMOUS")))
        .sends(auth("ANONYMOUS", "="))
        .receives(sasl_success)
        .sends(plain_header)
        .receives(header_for_client("s2"))
        .receives(features(bind_offer))
        .sends("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
        .receives(
            "<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
            "<jid>x17@capulet.example/a</jid></bind></iq>")
        .reports("opened s2 x17@capulet.example/a");
}

TEST(ClientAuthentication, R054_speaks_for_somebody_else_only_if_told_so) {
    stream::ClientIdentity who = juliet();
    who.authzid = "nurse@capulet.example";
    offered(Conversation(client(who, juliets_options(), {}, TlsFacts{})), "PLAIN", std::string(secure_header))
        .sends(auth("PLAIN", to_base64(std::string("nurse@capulet.example\0juliet\0r0m30", 34))));
}

TEST(ClientAuthentication, R067_V39_T_UNAUTH_nothing_is_taken_for_a_stanza_before_a_session) {
    user_offered(Conversation(user_client()), "SCRAM-SHA-256")
        .sends(auth("SCRAM-SHA-256", to_base64(client_first)))
        .receives("<message from='romeo@montague.example'/>")
        .sends(stream_error(undefined_condition, "That was not to be expected at this point.") + "</stream:stream>")
        .ends(CloseCause::error_from_us, undefined_condition)
        .because("sent <message/> instead");
}

}  // namespace
}  // namespace rondel::test
