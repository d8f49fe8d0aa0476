// The client's side: SASL2 (XEP-0388) with everything in one go: Bind 2 (XEP-0386), stream management, tokens
// (XEP-0484).
#include "rondel/base/encoding.hpp"

#include "tests/support/client_steps.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;
using stream::ClientStreamOptions;
using stream::TlsFacts;

constexpr std::string_view agent =
    "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'><software>rondel</software></user-agent>";

std::string offer(std::string_view names, std::string_view inside) {
    std::string text = mechanisms(names);
    text.replace(text.find("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"), 53,
                 "<authentication xmlns='urn:xmpp:sasl:2'>");
    text.replace(text.find("</mechanisms>"), 13, "<inline>" + std::string(inside) + "</inline></authentication>");
    return features(text);
}
constexpr std::string_view everything =
    "<sm xmlns='urn:xmpp:sm:3'/><bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:carbons:2'/>"
    "<feature var='urn:xmpp:csi:0'/><feature var='urn:xmpp:sm:3'/></inline></bind><fast xmlns='urn:xmpp:fast:0'>"
    "<mechanism>HT-SHA-256-NONE</mechanism><mechanism>HT-SHA-256-ENDP</mechanism></fast>";

std::string authenticate(std::string_view mechanism, std::string_view initial, std::string_view inside) {
    return "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='" + std::string(mechanism) + "'><initial-response>" +
           std::string(initial) + "</initial-response>" + std::string(inside) + "</authenticate>";
}
std::string success(std::string_view identity, std::string_view inside = {}) {
    return "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>" + std::string(identity) +
           "</authorization-identifier>" + std::string(inside) + "</success>";
}
constexpr std::string_view balcony = "juliet@capulet.example/balcony/r1";
constexpr std::string_view bind_with_enable =
    "<bind xmlns='urn:xmpp:bind:0'><tag>balcony</tag><enable xmlns='urn:xmpp:sm:3' resume='true' max='600'/></bind>";

ClientStreamOptions inline_options() {
    ClientStreamOptions options = juliets_options();
    options.user_agent_id = "d4565fa7-4d72-4749-b3d3-740edbf87770";
    return options;
}

Conversation& offered(Conversation&& conversation, std::string_view inside = everything,
                      std::string_view names = "PLAIN") {
    return conversation.sends(secure_header)
        .receives(header_for_client("s1"))
        .connects()
        .receives(offer(names, inside));
}
MakeStream inline_client(stream::ClientIdentity who = juliet(), ClientStreamOptions options = inline_options(),
                         std::optional<stream::Resumption> earlier = {}) {
    return client(std::move(who), std::move(options), std::move(earlier), TlsFacts{});
}

TEST(ClientInline, one_round_trip_binds_enables_and_grants_a_token) {
    ClientStreamOptions options = inline_options();
    options.carbons = true;
    offered(Conversation(inline_client(juliet(), options)))
        .sends(authenticate(
            "PLAIN", juliets_plain,
            std::string(agent) +
                "<bind xmlns='urn:xmpp:bind:0'><tag>balcony</tag><enable xmlns='urn:xmpp:carbons:2'/><enable "
                "xmlns='urn:xmpp:sm:3' resume='true' max='600'/></bind><request-token xmlns='urn:xmpp:fast:0' "
                "mechanism='HT-SHA-256-NONE'/>"))
        .receives(success(balcony,
                          "<bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3' id='sm-1' "
                          "resume='1'/></bound><token xmlns='urn:xmpp:fast:0' "
                          "expiry='2030-03-12T14:36:15Z' token='secret token'/>"))
        .reports("token HT-SHA-256-NONE secret token 2030-03-12T14:36:15Z")
        .receives(features(csi_offer))
        .reports("opened s1 juliet@capulet.example/balcony/r1 sm-1")
        .says("<message/>")
        .sends("<message/><r xmlns='urn:xmpp:sm:3'/>");
}

TEST(ClientInline, what_is_not_offered_inline_is_done_afterwards) {
    offered(Conversation(inline_client()), "")
        .sends(authenticate("PLAIN", juliets_plain, agent))
        .receives(success("juliet@capulet.example"))
        .receives(features(std::string(bind_offer) + std::string(sm_offer)))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .sends(enable)
        .receives(enabled)
        .opens();
    ClientStreamOptions options = inline_options();
    options.user_agent_id.clear();
    options.software.clear();
    options.stream_management = false;
    offered(Conversation(inline_client(juliet(""), options)))
        .sends(authenticate("PLAIN", juliets_plain, "<bind xmlns='urn:xmpp:bind:0'/>"))
        .receives(success(balcony, "<bound xmlns='urn:xmpp:bind:0'/>") + features(sm_offer))
        .reports("opened s1 juliet@capulet.example/balcony/r1");
}

TEST(ClientInline, is_not_used_if_it_is_not_wanted) {
    ClientStreamOptions options = inline_options();
    options.sasl2 = false;
    Conversation(inline_client(juliet(), options))
        .sends(secure_header)
        .receives(header_for_client("s1"))
        .connects()
        .receives(features(mechanisms("PLAIN") + "<authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism>"
                                                 "</authentication>"))
        .sends(auth("PLAIN", juliets_plain));
}

TEST(ClientInline, V26_success_is_believed_only_with_a_proof) {
    stream::ClientIdentity user = juliet();
    user.account = Jid::parse("user@capulet.example").value();
    user.password = "pencil";
    std::string header(secure_header);
    header.replace(header.find("juliet"), 6, "user");
    const auto challenged = [&](Conversation&& conversation) -> Conversation& {
        return conversation.sends(header)
            .receives(header_for_client("s1"))
            .connects()
            .receives(offer("SCRAM-SHA-256", ""))
            .sends(authenticate("SCRAM-SHA-256", to_base64("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"), agent))
            .receives("<challenge xmlns='urn:xmpp:sasl:2'>" +
                      to_base64("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,"
                                "i=4096") +
                      "</challenge>")
            .sends("<response xmlns='urn:xmpp:sasl:2'>" +
                   to_base64("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                             "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=") +
                   "</response>");
    };
    challenged(Conversation(inline_client(user)))
        .receives(
            "<success xmlns='urn:xmpp:sasl:2'><additional-data>" +
            to_base64("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") +
            "</additional-data><authorization-identifier>user@capulet.example</authorization-identifier></success>")
        .receives(features(bind_offer))
        .sends(bind_balcony);
    for (const char* data : {"", "<additional-data/>", "<additional-data>dj1BQUFB</additional-data>"})
        challenged(Conversation(inline_client(user)))
            .receives("<success xmlns='urn:xmpp:sasl:2'>" + std::string(data) + "</success>")
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, not_authorized);
}

TEST(ClientInline, R009_a_bound_address_is_a_full_one) {
    for (const char* bad : {"juliet@capulet.example", "", "@"})
        offered(Conversation(inline_client()), "<bind xmlns='urn:xmpp:bind:0'/>")
            .sends(authenticate("PLAIN", juliets_plain,
                                std::string(agent) + "<bind xmlns='urn:xmpp:bind:0'><tag>balcony</tag></bind>"))
            .receives(success(bad, "<bound xmlns='urn:xmpp:bind:0'/>"))
            .sends(stream_error(undefined_condition, "A full JID was to be expected.") + "</stream:stream>")
            .ends(CloseCause::error_from_us, undefined_condition);
}

TEST(ClientInline, a_second_factor_is_told) {
    offered(Conversation(inline_client()), "")
        .sends(authenticate("PLAIN", juliets_plain, agent))
        .receives("<continue xmlns='urn:xmpp:sasl:2'><tasks><task>TOTP-EXAMPLE</task></tasks></continue>")
        .sends("</stream:stream>")
        .ends(CloseCause::refused, not_authorized)
        .because("another proof");
}

// ---- tokens ----

stream::ClientIdentity with_token() {
    stream::ClientIdentity who = juliet();
    who.token = sasl::Token{"HT-SHA-256-NONE", "secret token"};
    return who;
}

TEST(ClientInline, a_token_is_tried_before_the_password_and_given_up_for_it) {
    offered(Conversation(inline_client(with_token())))
        .sends(authenticate("HT-SHA-256-NONE",
                            to_base64(std::string("juliet\0", 7) +
                                      parse_base64("CVG7sGKLycQHX5n3zXYi9dTY8ErrixjBuD0SYWGUXH8=").value()),
                            std::string(agent) + std::string(bind_with_enable) + "<fast xmlns='urn:xmpp:fast:0'/>"))
        .receives(
            "<failure xmlns='urn:xmpp:sasl:2'><credentials-expired xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
            "</failure>")
        .sends(authenticate("PLAIN", juliets_plain,
                            std::string(agent) + std::string(bind_with_enable) +
                                "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/>"));
}

TEST(ClientInline, without_a_user_agent_there_are_no_tokens) {
    ClientStreamOptions options = inline_options();
    options.user_agent_id.clear();
    offered(Conversation(inline_client(with_token(), options)))
        .sends(authenticate("PLAIN", juliets_plain,
                            "<user-agent><software>rondel</software></user-agent>" + std::string(bind_with_enable)));
}

// ---- resumption ----

const std::string resuming_request = authenticate(
    "PLAIN", juliets_plain,
    std::string(agent) + "<resume xmlns='urn:xmpp:sm:3' h='3' previd='sm-1'/>" + std::string(bind_with_enable) +
        "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/>");

TEST(ClientInline, R128_a_session_goes_on_at_once_and_without_features) {
    offered(Conversation(inline_client(juliet(), inline_options(), lost_session())))
        .sends(resuming_request)
        .receives(success("juliet@capulet.example/balcony", "<resumed xmlns='urn:xmpp:sm:3' h='3' previd='sm-1'/>"))
        .sends(std::string(lost_own) + std::string(lost_two) + std::string(ack_request))
        .reports("resumed s1 juliet@capulet.example/balcony sm-1");
}

TEST(ClientInline, R128_a_session_that_is_gone_is_followed_by_a_new_one_in_the_same_breath) {
    offered(Conversation(inline_client(juliet(), inline_options(), lost_session())))
        .sends(resuming_request)
        .receives(success(balcony,
                          "<failed xmlns='urn:xmpp:sm:3' h='4'/><bound xmlns='urn:xmpp:bind:0'><enabled "
                          "xmlns='urn:xmpp:sm:3' id='sm-2' resume='true' location='[2001:db8::1]:5222'/></bound>"))
        .reports("lost the session after 1")
        .receives("<stream:features/>")
        .reports("opened s1 juliet@capulet.example/balcony/r1 sm-2")
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .does([](Stream& stream, Instant) {
            const auto left = static_cast<stream::ClientStream&>(stream).take_resumption();
            ASSERT_TRUE(left);
            EXPECT_EQ(left->location, "[2001:db8::1]:5222");
        });
}

TEST(ClientInline, stanzas_before_the_features_wait_for_the_session) {
    const std::string message = "<message from='romeo@montague.example/o' to='juliet@capulet.example/balcony/r1'/>";
    offered(Conversation(inline_client()),
            "<bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:sm:3'/></inline></bind>")
        .sends(authenticate("PLAIN", juliets_plain, std::string(agent) + std::string(bind_with_enable)))
        .receives(success(balcony, "<bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3'/></bound>"))
        .receives(message)
        .receives("<stream:features/>")
        .reports("opened s1 juliet@capulet.example/balcony/r1")
        .gets(message)
        .receives(ack_request)
        .sends(ack(1));
}

}  // namespace
}  // namespace rondel::test
