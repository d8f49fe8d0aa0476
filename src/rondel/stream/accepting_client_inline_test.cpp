// The server's side: SASL2 (XEP-0388) with all that comes inline: Bind 2 (XEP-0386), resumption, tokens (XEP-0484).
#include "rondel/base/encoding.hpp"
#include "rondel/sasl/hashed_token.hpp"
#include "rondel/stream/accepting_client_stream.hpp"

#include "tests/support/client_conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using namespace std::string_literals;
using enum StreamCondition;

constexpr std::string_view agent = "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/>";
constexpr std::string_view features_of_session =
    "<stream:features><csi xmlns='urn:xmpp:csi:0'/><ver xmlns='urn:xmpp:features:rosterver'/>"
    "<sub xmlns='urn:xmpp:features:pre-approval'/></stream:features>";
constexpr std::string_view features_of_session_with_sm =
    "<stream:features><sm xmlns='urn:xmpp:sm:3'/><csi xmlns='urn:xmpp:csi:0'/>"
    "<ver xmlns='urn:xmpp:features:rosterver'/><sub xmlns='urn:xmpp:features:pre-approval'/></stream:features>";

std::string authenticate(std::string_view mechanism, std::string_view data, std::string_view inside = {}) {
    return "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='" + std::string(mechanism) + "'><initial-response>" +
           std::string(data) + "</initial-response>" + std::string(inside) + "</authenticate>";
}
std::string plain(std::string_view inside = {}) { return authenticate("PLAIN", juliets_plain, inside); }
std::string success(std::string_view identity, std::string_view inside = {}, std::string_view data = {}) {
    return "<success xmlns='urn:xmpp:sasl:2'>" +
           (data.empty() ? "" : "<additional-data>" + std::string(data) + "</additional-data>") +
           "<authorization-identifier>" + std::string(identity) + "</authorization-identifier>" + std::string(inside) +
           "</success>";
}
std::string failure(std::string_view condition) {
    return "<failure xmlns='urn:xmpp:sasl:2'><" + std::string(condition) +
           " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>";
}
std::string bind(std::string_view inside = {}) {
    return "<bind xmlns='urn:xmpp:bind:0'>" + std::string(inside) + "</bind>";
}
constexpr std::string_view bound = "<bound xmlns='urn:xmpp:bind:0'/>";

Conversation& begun(Conversation&& conversation) {
    return conversation.receives(client_header("capulet.example", "juliet@capulet.example"))
        .connects()
        .sends(header_for_client("s1", "juliet@capulet.example"))
        .sends(features_of_sasl);
}
MakeStream server(Clients clients = capulet()) {
    return accepting_client(std::move(clients), capulet_options(), usual_tls());
}

TEST(AcceptingClientInline, without_anything_inline_binding_follows_and_no_restart) {
    begun(Conversation(server()))
        .receives(plain())
        .sends(success("juliet@capulet.example"))
        .sends(features_of_bind)
        .receives(bind_request("balcony"))
        .sends(bind_result("juliet@capulet.example/balcony"))
        .reports("opened s1 juliet@capulet.example/balcony");
}

TEST(AcceptingClientInline, Bind_2_opens_the_session_at_once) {
    begun(Conversation(server()))
        .receives(plain(std::string(agent) + bind("<tag>rondel</tag>")))
        .sends(success("juliet@capulet.example/rondel/r1", bound))
        .sends(features_of_session_with_sm)
        .reports("opened s1 juliet@capulet.example/rondel/r1")
        .receives("<presence/>")
        .gets("<presence from='juliet@capulet.example/rondel/r1'/>");
}

TEST(AcceptingClientInline, Bind_2_enables_what_is_asked_for) {
    begun(Conversation(server()))
        .receives(plain(bind("<enable xmlns='urn:xmpp:carbons:2'/><enable xmlns='urn:xmpp:sm:3' resume='true'/>"
                             "<inactive xmlns='urn:xmpp:csi:0'/>")))
        .sends(success("juliet@capulet.example/r1",
                       "<bound xmlns='urn:xmpp:bind:0'>"
                       "<enabled xmlns='urn:xmpp:sm:3' id='s2' resume='true' max='300'/></bound>"))
        .sends(features_of_session)
        .reports("opened s1 juliet@capulet.example/r1 s2")
        .reports("inactive")
        .receives("<presence/><r xmlns='urn:xmpp:sm:3'/>")
        .gets("<presence from='juliet@capulet.example/r1'/>")
        .sends("<a xmlns='urn:xmpp:sm:3' h='1'/>");
}

// Carbons are no iq that somebody sent: the session is told with Opened.
TEST(AcceptingClientInline, carbons_are_told_with_the_session) {
    for (const bool wanted : {false, true}) {
        Clients clients = capulet();
        stream::AcceptingClientStream stream(clients, capulet_options(), [] { return "id"; });
        stream.secured(usual_tls(), Instant());
        stream.start(Instant());
        const std::string said =
            client_header() + plain(bind(wanted ? "<enable xmlns='urn:xmpp:carbons:2'/>" : "")) + "<presence/>";
        stream.receive(said, Instant());
        bool carbons = !wanted;
        while (auto event = stream.next_event())
            if (const auto* opened = std::get_if<stream::Opened>(&*event)) carbons = opened->carbons;
        EXPECT_EQ(carbons, wanted);
    }
}

TEST(AcceptingClientInline, a_resource_that_cannot_be_bound_leaves_the_client_authenticated) {
    Clients clients = capulet();
    clients.bind_refusal = Condition::resource_constraint;
    begun(Conversation(server(clients)))
        .receives(plain(bind()))
        .sends(success("juliet@capulet.example"))
        .sends(features_of_bind)
        .receives(bind_request("balcony"))
        .sends(
            "<iq id='b1' type='error'><error type='wait'><resource-constraint "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
}

TEST(AcceptingClientInline, SCRAM_in_its_steps) {
    const std::string first = to_base64("n,,n=juliet,r=client");
    const Clients clients = capulet();
    const auto mechanism = sasl::make_server_mechanism("SCRAM-SHA-256", clients.accounts, capulet_options().sasl,
                                                       {.encrypted = true, .bindings = usual_tls().bindings});
    const std::string challenge = to_base64(std::get<sasl::Challenge>(mechanism->respond("n,,n=juliet,r=client")).data);
    begun(Conversation(server()))
        .receives(authenticate("SCRAM-SHA-256", first))
        .sends("<challenge xmlns='urn:xmpp:sasl:2'>" + challenge + "</challenge>")
        .receives("<response xmlns='urn:xmpp:sasl:2'>AAAA</response>")
        .sends(failure("malformed-request"));
}

TEST(AcceptingClientInline, no_initial_response_is_not_an_empty_one) {
    begun(Conversation(server()))
        .receives("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'/>")
        .sends("<challenge xmlns='urn:xmpp:sasl:2'/>")
        .receives("<response xmlns='urn:xmpp:sasl:2'>" + std::string(juliets_plain) + "</response>")
        .sends(success("juliet@capulet.example"))
        .sends(features_of_bind);
    begun(Conversation(server())).receives(authenticate("PLAIN", "")).sends(failure("malformed-request"));
    begun(Conversation(server())).receives(authenticate("PLAIN", "=")).sends(failure("incorrect-encoding"));
    begun(Conversation(server()))
        .receives(authenticate("PLAIN", "\n" + std::string(juliets_plain)))
        .sends(failure("incorrect-encoding"));
    begun(Conversation(server()))
        .receives(authenticate("PLAIN", std::string(juliets_plain).insert(8, "<x/>")))
        .sends(failure("incorrect-encoding"));
}

TEST(AcceptingClientInline, the_profiles_are_not_mixed) {
    begun(Conversation(server()))
        .receives("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'/>")
        .sends("<challenge xmlns='urn:xmpp:sasl:2'/>")
        .receives("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + std::string(juliets_plain) + "</response>")
        .sends(sasl_failure("malformed-request"))
        .receives("<abort xmlns='urn:xmpp:sasl:2'/>")
        .sends(failure("aborted"));
}

TEST(AcceptingClientInline, nothing_inline_is_done_for_a_failure) {
    begun(Conversation(server()))
        .receives(authenticate("PLAIN", wrong_plain, bind()))
        .sends(failure("not-authorized"))
        .receives(plain())
        .sends(success("juliet@capulet.example"))
        .sends(features_of_bind);
}

TEST(AcceptingClientInline, who_is_somebody_else_than_the_header_says_does_not_get_in) {
    Conversation(server())
        .receives(client_header("capulet.example", "nurse@capulet.example"))
        .connects()
        .sends(header_for_client("s1", "nurse@capulet.example"))
        .sends(features_of_sasl)
        .receives(plain())
        .sends(failure("invalid-authzid"));
}

TEST(AcceptingClientInline, V40_five_failures_are_enough) {
    Conversation conversation(server());
    Conversation& going = begun(std::move(conversation));
    for (int i = 0; i < 5; ++i) going.receives(authenticate("PLAIN", wrong_plain)).sends(failure("not-authorized"));
    going.sends(stream_error(policy_violation, "Too many attempts to authenticate failed."))
        .sends("</stream:stream>")
        .ends(CloseCause::refused, policy_violation);
}

TEST(AcceptingClientInline, a_second_authentication_ends_the_stream) {
    begun(Conversation(server()))
        .receives(plain())
        .sends(success("juliet@capulet.example"))
        .sends(features_of_bind)
        .receives(plain())
        .sends(stream_error(unsupported_stanza_type, "This element means nothing here."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, unsupported_stanza_type);
}

// ---- resumption ----

Clients with_session() {
    Clients clients = capulet();
    stream::Resumption before;
    before.id = "s9";
    before.address = "juliet@capulet.example/balcony"_jid;
    before.handled = 7;
    before.unacknowledged = {.bytes = "<message id='1'/><message id='2'/>", .sizes = {17, 17}};
    clients.sessions.emplace("s9", std::move(before));
    clients.sessions_before = {{"s8", 12}};
    return clients;
}

TEST(AcceptingClientInline, R128_resumes_at_once_and_binds_nothing) {
    begun(Conversation(server(with_session())))
        .receives(plain("<resume xmlns='urn:xmpp:sm:3' previd='s9' h='1'/>" + bind("<tag>x</tag>")))
        .sends(success("juliet@capulet.example/balcony", "<resumed xmlns='urn:xmpp:sm:3' h='7' previd='s9'/>"))
        .sends("<message id='2'/><r xmlns='urn:xmpp:sm:3'/>")
        .reports("resumed s1 juliet@capulet.example/balcony s9")
        .receives("<presence/><r xmlns='urn:xmpp:sm:3'/>")
        .gets("<presence from='juliet@capulet.example/balcony'/>")
        .sends("<a xmlns='urn:xmpp:sm:3' h='8'/>");
}

TEST(AcceptingClientInline, R128_binds_where_there_is_nothing_to_resume) {
    const std::string failed =
        "<failed xmlns='urn:xmpp:sm:3' h='12'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>";
    begun(Conversation(server(with_session())))
        .receives(plain("<resume xmlns='urn:xmpp:sm:3' previd='s8' h='1'/>" + bind()))
        .sends(success("juliet@capulet.example/r1", failed + std::string(bound)))
        .sends(features_of_session_with_sm)
        .reports("opened s1 juliet@capulet.example/r1");
    begun(Conversation(server(with_session())))
        .receives(plain("<resume xmlns='urn:xmpp:sm:3' previd='s8' h='1'/>"))
        .sends(success("juliet@capulet.example", failed))
        .sends(features_of_bind);
}

TEST(AcceptingClientInline, V48_nobody_resumes_without_the_password) {
    begun(Conversation(server(with_session())))
        .receives(authenticate("PLAIN", wrong_plain, "<resume xmlns='urn:xmpp:sm:3' previd='s9' h='1'/>"))
        .sends(failure("not-authorized"));
}

// ---- tokens ----

constexpr std::string_view new_token =
    "<token xmlns='urn:xmpp:fast:0' expiry='2026-12-24T00:00:00Z' token='new-token'/>";

Clients with_token() {
    Clients clients = capulet();
    clients.accounts.tokens[{"juliet", "HT-SHA-256-EXPR"}] = {"good"};
    return clients;
}
std::string shown(const Secret& token, std::string_view binding) {
    return to_base64("juliet\0"s + sasl::initiator_hash(token, binding));
}
std::string proof(const Secret& token) { return to_base64(sasl::responder_hash(token, "exported")); }

TEST(AcceptingClientInline, a_token_is_granted_to_who_asks) {
    begun(Conversation(server()))
        .receives(plain(std::string(agent) + "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-EXPR'/>"))
        .sends(success("juliet@capulet.example", new_token))
        .sends(features_of_bind);
    for (const std::string& not_so :
         {std::string(agent) + "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-UNIQ'/>",
          std::string("<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-EXPR'/>"),
          "<user-agent id='" + std::string(200, 'x') +
              "'/><request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-EXPR'/>"})
        begun(Conversation(server()))
            .receives(plain(not_so))
            .sends(success("juliet@capulet.example"))
            .sends(features_of_bind);
}

TEST(AcceptingClientInline, R059_a_storage_that_is_out_of_order_is_no_success) {
    Clients clients = capulet();
    clients.is_out_of_order_for_tokens = true;
    begun(Conversation(server(clients)))
        .receives(plain(std::string(agent) + "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-EXPR'/>"))
        .sends(failure("temporary-auth-failure"))
        .receives("<presence/>")
        .sends(stream_error(not_authorized, "Authenticate first (RFC 6120 §4.3.5)."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, not_authorized);
}

TEST(AcceptingClientInline, a_token_opens_a_session_in_one_round_trip) {
    begun(Conversation(server(with_token())))
        .receives(authenticate("HT-SHA-256-EXPR", shown("good", "exported"),
                               std::string(agent) + "<fast xmlns='urn:xmpp:fast:0'/>" + bind() +
                                   "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-EXPR'/>"))
        .sends(success("juliet@capulet.example/r1", std::string(bound) + std::string(new_token), proof("good")))
        .sends(features_of_session_with_sm)
        .reports("opened s1 juliet@capulet.example/r1");
}

TEST(AcceptingClientInline, R059_a_token_that_is_not_good_is_expired) {
    const std::string fast = std::string(agent) + "<fast xmlns='urn:xmpp:fast:0'/>";
    begun(Conversation(server(with_token())))
        .receives(authenticate("HT-SHA-256-EXPR", shown("old", "exported"), fast))
        .sends(failure("credentials-expired"))
        .receives(authenticate("HT-SHA-256-EXPR", shown("good", "other channel"), fast))
        .sends(failure("credentials-expired"))
        .receives(authenticate("HT-SHA-256-NONE", shown("good", ""), fast))
        .sends(failure("credentials-expired"))
        .receives(plain())
        .sends(success("juliet@capulet.example"))
        .sends(features_of_bind);
}

TEST(AcceptingClientInline, a_token_must_be_called_one) {
    begun(Conversation(server(with_token())))
        .receives(authenticate("HT-SHA-256-EXPR", shown("good", "exported"), agent))
        .sends(failure("malformed-request"))
        .receives(
            "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-EXPR'><fast "
            "xmlns='urn:xmpp:fast:0'/></authenticate>")
        .sends(failure("malformed-request"));
}

TEST(AcceptingClientInline, a_token_can_be_given_back) {
    Clients clients = with_token();
    const auto revoked_by = [&](std::string_view element) {
        clients.did.clear();
        stream::AcceptingClientStream stream(clients, capulet_options(), [] { return "id"; });
        stream.secured(usual_tls(), Instant());
        stream.start(Instant());
        const std::string said = client_header() + std::string(element);
        stream.receive(said, Instant());
        while (stream.next_event()) continue;
        return clients.did;
    };
    const std::string invalidate = std::string(agent) + "<fast xmlns='urn:xmpp:fast:0' invalidate='true'/>";
    EXPECT_EQ(revoked_by(authenticate("HT-SHA-256-EXPR", shown("good", "exported"), invalidate)),
              "revoke juliet@capulet.example d4565fa7-4d72-4749-b3d3-740edbf87770\n");
    EXPECT_EQ(revoked_by(authenticate("HT-SHA-256-EXPR", shown("bad", "exported"), invalidate)), "");
    EXPECT_EQ(revoked_by(plain(std::string(agent) + bind("<tag>t</tag>"))),
              "bind juliet@capulet.example  t d4565fa7-4d72-4749-b3d3-740edbf87770\n");
}

}  // namespace
}  // namespace rondel::test
