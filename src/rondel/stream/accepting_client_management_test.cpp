// The server's side: stream management (XEP-0198), and sessions that go on.
#include "rondel/stream/accepting_client_stream.hpp"
#include "rondel/stream/management.hpp"

#include "tests/support/client_conversation.hpp"
#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;
using namespace std::chrono_literals;

constexpr std::string_view enable = "<enable xmlns='urn:xmpp:sm:3'/>";
constexpr std::string_view enable_resume = "<enable xmlns='urn:xmpp:sm:3' resume='true'/>";
constexpr std::string_view enabled = "<enabled xmlns='urn:xmpp:sm:3'/>";
constexpr std::string_view enabled_s4 = "<enabled xmlns='urn:xmpp:sm:3' id='s4' resume='true' max='300'/>";
constexpr std::string_view request = "<r xmlns='urn:xmpp:sm:3'/>";
constexpr std::string_view message = "<message from='romeo@montague.example/orchard' to='juliet@capulet.example'/>";

std::string ack(std::string_view h) { return "<a xmlns='urn:xmpp:sm:3' h='" + std::string(h) + "'/>"; }
std::string failed(std::string_view condition, std::string_view h = {}) {
    return "<failed xmlns='urn:xmpp:sm:3'" + (h.empty() ? "" : " h='" + std::string(h) + "'") + "><" +
           std::string(condition) + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>";
}
std::string resume(std::string_view id, std::string_view h) {
    return "<resume xmlns='urn:xmpp:sm:3' h='" + std::string(h) + "' previd='" + std::string(id) + "'/>";
}
std::string resumed(std::string_view id, std::string_view h) {
    return "<resumed xmlns='urn:xmpp:sm:3' h='" + std::string(h) + "' previd='" + std::string(id) + "'/>";
}
std::string too_high(std::string_view h, std::string_view sent) {
    return "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
           "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>You acknowledged " +
           std::string(h) + " stanzas, but I only sent you " + std::string(sent) +
           " so far.</text><handled-count-too-high xmlns='urn:xmpp:sm:3' h='" + std::string(h) + "' send-count='" +
           std::string(sent) + "'/></stream:error>";
}

TEST(AcceptingClientManagement, R125_is_enabled_once_and_after_binding) {
    bound_client(Conversation(accepting_client()))
        .receives(enable)
        .sends(enabled)
        .receives(enable)
        .sends(failed("unexpected-request"))
        .receives(resume("s9", "0"))
        .sends(failed("unexpected-request"));
    secured_client(Conversation(accepting_client()))
        .receives(enable)
        .sends(failed("unexpected-request"))
        .receives(resume("s9", "0"))
        .sends(failed("unexpected-request"));
}

TEST(AcceptingClientManagement, says_how_long_it_keeps_a_session) {
    for (const auto& [asked, most] :
         {std::pair("", "300"), {" max='60'", "60"}, {" max='9999'", "300"}, {" max='x'", "300"}})
        bound_client(Conversation(accepting_client()))
            .receives("<enable xmlns='urn:xmpp:sm:3' resume='1'" + std::string(asked) + "/>")
            .sends("<enabled xmlns='urn:xmpp:sm:3' id='s4' resume='true' max='" + std::string(most) + "'/>");
    stream::AcceptingClientOptions options = capulet_options();
    options.resumption = 0s;
    std::string features(features_of_sasl);
    features.erase(features.find("<sm xmlns='urn:xmpp:sm:3'/>"), 27);
    Conversation(accepting_client(capulet(), options, usual_tls()))
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(features)
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_success)
        .receives(client_header())
        .sends(header_for_client("s2"))
        .sends(features_of_bind)
        .receives(resume("s9", "0"))
        .sends(failed("feature-not-implemented"))
        .receives(bind_request("balcony"))
        .sends(bind_result("juliet@capulet.example/balcony"))
        .opens()
        .receives(enable_resume)
        .sends(enabled);
}

TEST(AcceptingClientManagement, may_be_turned_off) {
    stream::AcceptingClientOptions options = capulet_options();
    options.stream_management = false;
    std::string features(features_of_sasl);
    for (const std::string_view part : {"<feature var='urn:xmpp:sm:3'/>", "<sm xmlns='urn:xmpp:sm:3'/>"})
        features.erase(features.find(part), part.size());
    std::string of_bind(features_of_bind);
    of_bind.erase(of_bind.find("<sm xmlns='urn:xmpp:sm:3'/>"), 27);
    Conversation(accepting_client(capulet(), options, usual_tls()))
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(features)
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_success)
        .receives(client_header())
        .sends(header_for_client("s2"))
        .sends(of_bind)
        .receives(resume("s9", "0"))
        .sends(failed("feature-not-implemented"))
        .receives(bind_request("balcony"))
        .sends(bind_result("juliet@capulet.example/balcony"))
        .opens()
        .receives(enable)
        .sends(failed("feature-not-implemented"))
        .receives(std::string(request) + ack("0"));
}

TEST(AcceptingClientManagement, R126_answers_at_once_what_it_has_taken) {
    bound_client(Conversation(accepting_client()))
        .receives("<presence/>")
        .gets("<presence from='juliet@capulet.example/balcony'/>")
        .receives(enable)
        .sends(enabled)
        .receives(request)
        .sends(ack("0"))
        .receives("<message to='a@b'/><inactive xmlns='urn:xmpp:csi:0'/>")
        .gets("<message to='a@b' from='juliet@capulet.example/balcony'/>")
        .reports("inactive")
        .receives(request)
        .sends(ack("1"));
}

TEST(AcceptingClientManagement, asks_for_acknowledgement_of_what_it_sends) {
    bound_client(Conversation(accepting_client()))
        .receives(enable)
        .sends(enabled)
        .says(message)
        .sends(std::string(message) + std::string(request))
        .says(message)
        .sends(message)
        .receives(ack("1"))
        .sends(request)
        .receives(ack("2"));
}

TEST(AcceptingClientManagement, V48_T_SM_R127_too_much_acknowledged_ends_the_stream) {
    for (const char* h : {"2", "4294967295"})
        bound_client(Conversation(accepting_client()))
            .receives(enable)
            .sends(enabled)
            .says(message)
            .sends(std::string(message) + std::string(request))
            .receives(ack(h))
            .sends(too_high(h, "1") + "</stream:stream>")
            .ends(CloseCause::error_from_us, undefined_condition);
    for (const char* none : {"<a xmlns='urn:xmpp:sm:3'/>", "<a xmlns='urn:xmpp:sm:3' h='-1'/>",
                             "<a xmlns='urn:xmpp:sm:3' h='4294967296'/>", "<a xmlns='urn:xmpp:sm:3' h=' 0'/>"})
        bound_client(Conversation(accepting_client()))
            .receives(enable)
            .sends(enabled)
            .receives(none)
            .sends(stream_error(bad_format, "An acknowledgement must have an 'h'."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, bad_format);
}

TEST(AcceptingClientManagement, a_client_that_acknowledges_nothing_is_given_up) {
    bound_client(Conversation(accepting_client()))
        .receives(enable)
        .sends(enabled)
        .says(message)
        .sends(std::string(message) + std::string(request))
        .receives(" ")
        .after(31s)
        .sends(stream_error(connection_timeout) + "</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout);
    bound_client(Conversation(accepting_client()))
        .receives(enable_resume)
        .sends(enabled_s4)
        .says(message)
        .sends(std::string(message) + std::string(request))
        .receives(" ")
        .after(31s)
        .ends(CloseCause::timed_out, connection_timeout);  // nothing is said: the session may go on
}

TEST(AcceptingClientManagement, V15_what_waits_for_acknowledgement_is_bounded) {
    stream::AcceptingClientOptions options = capulet_options();
    options.most_unacknowledged = 200;
    bound_client(Conversation(accepting_client(capulet(), options)))
        .receives(enable)
        .sends(enabled)
        .says(message)
        .sends(std::string(message) + std::string(request))
        .says(message)
        .sends(message)
        .says(message)
        .sends(message)
        .sends(stream_error(resource_constraint, "Too much is waiting for your acknowledgement."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, resource_constraint);
}

// ---- sessions that go on ----

stream::Resumption balcony_before() {
    stream::Resumption before;
    before.id = "s9";
    before.address = "juliet@capulet.example/balcony"_jid;
    before.handled = 7;
    before.acknowledged = 4294967295;  // one more is zero (V48)
    before.unacknowledged = {.bytes = "<message id='1'/><message id='2'/><message id='3'/>", .sizes = {17, 17, 17}};
    return before;
}

MakeStream server_with_session() {
    Clients clients = capulet();
    clients.sessions.emplace("s9", balcony_before());
    clients.sessions_before = {{"s8", 12}};
    return accepting_client(clients);
}

TEST(AcceptingClientManagement, V48_R128_goes_on_where_the_client_was) {
    authenticated_client(Conversation(server_with_session()))
        .receives(resume("s9", "1"))
        .sends(resumed("s9", "7"))
        .sends("<message id='3'/>")
        .sends(request)
        .reports("resumed s3 juliet@capulet.example/balcony s9")
        .receives("<message to='a@b'/>")
        .gets("<message to='a@b' from='juliet@capulet.example/balcony'/>")
        .receives(request)
        .sends(ack("8"))
        .receives(ack("2"))
        .says(message)
        .sends(std::string(message) + std::string(request))
        .receives(ack("3"));
}

TEST(AcceptingClientManagement, R128_sends_all_again_or_nothing) {
    authenticated_client(Conversation(server_with_session()))
        .receives(resume("s9", "4294967295"))
        .sends(resumed("s9", "7"))
        .sends("<message id='1'/><message id='2'/><message id='3'/>")
        .sends(request)
        .reports("resumed ");
    authenticated_client(Conversation(server_with_session()))
        .receives(resume("s9", "2"))
        .sends(resumed("s9", "7"))
        .reports("resumed ");
}

TEST(AcceptingClientManagement, V48_T_SM_R127_a_session_resumed_with_too_high_a_count_ends) {
    authenticated_client(Conversation(server_with_session()))
        .receives(resume("s9", "3"))
        .sends(resumed("s9", "7"))
        .sends("<message id='1'/><message id='2'/><message id='3'/>")
        .sends(request)
        .sends(too_high("3", "2") + "</stream:stream>")
        .reports("resumed s3 juliet@capulet.example/balcony s9")
        .ends(CloseCause::error_from_us, undefined_condition);
}

TEST(AcceptingClientManagement, V48_T_SM_R128_what_is_not_theirs_is_not_found) {
    authenticated_client(Conversation(server_with_session()))
        .receives(resume("s7", "0"))
        .sends(failed("item-not-found"))
        .receives(resume("", "0"))
        .sends(failed("item-not-found"))
        .receives("<resume xmlns='urn:xmpp:sm:3' previd='s9'/>")
        .sends(failed("bad-request"))
        .receives(resume("s8", "0"))
        .sends(failed("item-not-found", "12"))
        .receives(bind_request("balcony"))
        .sends(bind_result("juliet@capulet.example/balcony"))
        .opens();
    Clients clients = capulet();
    clients.sessions.emplace("s9", balcony_before());
    clients.sessions["s9"].address = "nurse@capulet.example/balcony"_jid;
    authenticated_client(Conversation(accepting_client(clients)))
        .receives(resume("s9", "0"))
        .sends(failed("item-not-found"));
}

TEST(AcceptingClientManagement, R072_nobody_tries_ids_for_long) {
    Conversation conversation(server_with_session());
    Conversation& begun = authenticated_client(std::move(conversation));
    for (int i = 0; i < 5; ++i) begun.receives(resume("guess", "0")).sends(failed("item-not-found"));
    begun.sends(stream_error(policy_violation, "Too many attempts to bind a resource failed."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, policy_violation);
}

// What a stream leaves behind, by hand.
struct Left {
    Actor actor;
    explicit Left(std::string_view enabling) : actor(accepting_client(capulet(), capulet_options(), usual_tls())) {
        for (const std::string& said : {client_header(), auth("PLAIN", juliets_plain), client_header(),
                                        bind_request("balcony"), std::string(enabling)})
            actor.receive(said);
        actor.act([](Stream& stream, Instant) {
            static_cast<void>(stream.send(Stanza(stanza_of(message))));
            static_cast<void>(stream.send(Stanza(stanza_of(message))));
        });
        actor.receive("<presence/>" + ack("1"));
    }
    stream::AcceptingClientStream& stream() { return static_cast<stream::AcceptingClientStream&>(actor.stream()); }
};

TEST(AcceptingClientManagement, R128_leaves_what_another_stream_can_go_on_from) {
    Left left(enable_resume);
    EXPECT_EQ(left.stream().resumption_id(), "s3");
    EXPECT_TRUE(left.stream().is_managed());
    left.actor.lose_connection();
    EXPECT_EQ(left.actor.end().cause, CloseCause::connection_lost);
    const auto resumption = left.stream().take_resumption();
    ASSERT_TRUE(resumption.has_value());
    EXPECT_EQ(resumption->id, "s3");
    EXPECT_EQ(resumption->address, "juliet@capulet.example/balcony"_jid);
    EXPECT_EQ(resumption->handled, 1u);
    EXPECT_EQ(resumption->acknowledged, 1u);
    EXPECT_EQ(resumption->unacknowledged.bytes, message);
    EXPECT_EQ(resumption->most, 5min);
    EXPECT_FALSE(left.stream().take_resumption().has_value()) << "once";
    EXPECT_EQ(left.stream().take_unsent().stanzas(), 0u);
}

TEST(AcceptingClientManagement, a_session_can_be_taken_away_while_its_stream_lives) {
    Left left(enable_resume);
    const auto resumption = left.stream().take_resumption();
    ASSERT_TRUE(resumption.has_value());
    EXPECT_EQ(resumption->unacknowledged.stanzas(), 1u);
    left.actor.act([](Stream& stream, Instant now) { stream.close({conflict}, now); });
    EXPECT_TRUE(left.actor.said.ends_with(stream_error(conflict) + "</stream:stream>"));
}

TEST(AcceptingClientManagement, what_nobody_can_resume_is_still_told_to_the_server) {
    Left managed(enable);
    EXPECT_EQ(managed.stream().resumption_id(), "");
    managed.actor.lose_connection();
    const auto resumption = managed.stream().take_resumption();
    ASSERT_TRUE(resumption.has_value());
    EXPECT_EQ(resumption->id, "");
    EXPECT_EQ(resumption->unacknowledged.bytes, message);
    Left plain("<presence/>");
    EXPECT_FALSE(plain.stream().take_resumption().has_value());
}

}  // namespace
}  // namespace rondel::test
