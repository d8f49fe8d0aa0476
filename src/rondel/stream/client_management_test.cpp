// The client's side: stream management (XEP-0198) and client state (XEP-0352).
#include "tests/support/client_steps.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;
using stream::ClientStream;
using stream::Resumption;

ClientStream& of(Stream& stream) { return static_cast<ClientStream&>(stream); }

constexpr std::string_view hello = "<message to='romeo@montague.example' id='1'/>";
constexpr std::string_view from_romeo =
    "<message from='romeo@montague.example/o' to='juliet@capulet.example/balcony'/>";

TEST(ClientManagement, R125_is_enabled_after_binding_and_says_what_it_can) {
    authenticated_client_of_ours(Conversation(client()))
        .receives(features(std::string(bind_offer) + std::string(sm_offer)))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .sends(enable)
        .receives(enabled)
        .reports("opened s3 juliet@capulet.example/balcony sm-1")
        .does([](Stream& stream, Instant) { EXPECT_TRUE(stream.is_managed()); });
}

TEST(ClientManagement, goes_on_without_it_where_the_server_fails) {
    authenticated_client_of_ours(Conversation(client()))
        .receives(features(std::string(bind_offer) + std::string(sm_offer)))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .sends(enable)
        .receives("<failed xmlns='urn:xmpp:sm:3'/>")
        .opens()
        .does([](Stream& stream, Instant) { EXPECT_FALSE(stream.is_managed()); });
}

TEST(ClientManagement, R126_asks_for_one_acknowledgement_at_a_time) {
    managed_client(Conversation(client()))
        .says(hello)
        .sends(std::string(hello) + std::string(ack_request))
        .says(hello)
        .sends(hello)
        .says(hello)
        .sends(hello)
        .receives(ack(1))
        .sends(ack_request)
        .does([](Stream& stream, Instant) {
            EXPECT_EQ(stream.stanzas_sent(), 3u);
            EXPECT_EQ(stream.stanzas_acknowledged(), 1u);
        })
        .receives(ack(3))
        .does([](Stream& stream, Instant) { EXPECT_EQ(stream.stanzas_acknowledged(), 3u); });
}

TEST(ClientManagement, R126_answers_with_what_it_took) {
    managed_client(Conversation(client()))
        .receives(ack_request)
        .sends(ack(0))
        .receives(from_romeo)
        .gets(from_romeo)
        .receives(std::string(from_romeo) + std::string(ack_request))
        .gets(from_romeo)
        .sends(ack(2));
}

TEST(ClientManagement, counts_what_it_refused_and_what_came_before_it_was_opened) {
    managed_client(Conversation(client()))
        .receives("<iq type='get' id='1' from='capulet.example'/>")
        .sends(
            "<iq to='capulet.example' id='1' type='error'><error type='modify'><bad-request "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
            make_error_code(StanzaFault::bad_iq_children).message() + "</text></error></iq>" + std::string(ack_request))
        .refuses("<iq type='get' id='1' from='capulet.example'/>", StanzaFault::bad_iq_children)
        .receives(ack_request)
        .sends(ack(1))
        .receives(ack(1))
        .does([](Stream& stream, Instant) {
            EXPECT_EQ(stream.stanzas_acknowledged(), 0u) << "That was none of the caller's.";
        });
    authenticated_client_of_ours(Conversation(client()))
        .receives(features(std::string(bind_offer) + std::string(sm_offer)))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .sends(enable)
        .receives(from_romeo)
        .receives(enabled)
        .opens()
        .gets(from_romeo)
        .receives(std::string(from_romeo) + std::string(ack_request))
        .gets(from_romeo)
        .sends(ack(1));
}

TEST(ClientManagement, R126_R127_a_count_that_is_wrong_ends_the_stream) {
    managed_client(Conversation(client()))
        .says(hello)
        .sends(std::string(hello) + std::string(ack_request))
        .receives(ack(2))
        .sends(
            "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text "
            "xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>You acknowledged 2 stanzas, but I only sent "
            "you 1 so far.</text><handled-count-too-high xmlns='urn:xmpp:sm:3' h='2' send-count='1'/></stream:error>"
            "</stream:stream>")
        .ends(CloseCause::error_from_us, undefined_condition)
        .because("never sent");
    managed_client(Conversation(client()))
        .says(hello)
        .sends(std::string(hello) + std::string(ack_request))
        .receives(
            "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
            "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='2' send-count='1'/></stream:error>")
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, undefined_condition)
        .because("undefined-condition/handled-count-too-high (h 2, sent 1)");
    for (const char* bad : {"", " h=''", " h='-1'", " h='4294967296'", " h='1x'"})
        managed_client(Conversation(client()))
            .receives("<a xmlns='urn:xmpp:sm:3'" + std::string(bad) + "/>")
            .sends(stream_error(bad_format, "An acknowledgement must have an 'h'.") + "</stream:stream>")
            .ends(CloseCause::error_from_us, bad_format);
}

TEST(ClientManagement, acknowledges_before_it_closes) {
    managed_client(Conversation(client()))
        .receives(from_romeo)
        .gets(from_romeo)
        .closes()
        .sends(ack(1) + "</stream:stream>")
        .receives(std::string(ack_request) + "</stream:stream>")
        .ends(CloseCause::closed_by_us)
        .does([](Stream& stream, Instant) { EXPECT_FALSE(of(stream).take_resumption()); });
}

TEST(ClientManagement, R035_silence_is_answered_with_a_request_and_then_not_with_an_end_of_the_session) {
    managed_client(Conversation(client()))
        .after(std::chrono::seconds(60))
        .sends(ack_request)
        .after(std::chrono::seconds(10))
        .ends(CloseCause::timed_out, connection_timeout)
        .does([](Stream& stream, Instant) {
            const auto left = of(stream).take_resumption();
            ASSERT_TRUE(left);
            EXPECT_EQ(left->id, "sm-1");
        });
}

TEST(ClientManagement, R035_a_session_that_cannot_go_on_is_ended_with_connection_timeout) {
    authenticated_client_of_ours(Conversation(client()))
        .receives(features(std::string(bind_offer) + std::string(sm_offer)))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .sends(enable)
        .receives("<enabled xmlns='urn:xmpp:sm:3'/>")
        .opens()
        .after(std::chrono::seconds(60))
        .sends(ack_request)
        .after(std::chrono::seconds(10))
        .sends(stream_error(connection_timeout) + "</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout)
        .does([](Stream& stream, Instant) { EXPECT_FALSE(of(stream).take_resumption()); });
}

TEST(ClientManagement, without_management_the_server_is_pinged) {
    Actor actor(client(juliet(), juliets_options(), {}, stream::TlsFacts{}));
    actor.receive(header_for_client("s1") + features(mechanisms("PLAIN")) + std::string(sasl_success) +
                  header_for_client("s2") + features(bind_offer) + std::string(bound_balcony));
    ASSERT_TRUE(actor.has_opened());
    actor.said.clear();
    actor.wait(std::chrono::seconds(60));
    EXPECT_TRUE(actor.said.starts_with("<iq to='capulet.example' type='get' id='ping-")) << actor.said;
    const std::string id = actor.said.substr(actor.said.find("id='") + 4, 31);
    actor.reported.clear();
    actor.receive("<iq from='capulet.example' to='juliet@capulet.example/balcony' type='result' id='" +
                  id.substr(0, id.find('\'')) + "'/>");
    EXPECT_TRUE(actor.reported.empty()) << "Nobody but the stream had asked.";
}

TEST(ClientManagement, a_server_that_talks_but_does_not_acknowledge_is_given_up) {
    stream::ClientStreamOptions options = juliets_options();
    options.ack_after = std::chrono::seconds(20);
    managed_client(Conversation(client(juliet(), options)))
        .says(hello)
        .sends(std::string(hello) + std::string(ack_request))
        .after(std::chrono::seconds(15))
        .receives(from_romeo)
        .gets(from_romeo)
        .after(std::chrono::seconds(19))
        .receives(" ")
        .after(std::chrono::seconds(1))
        .ends(CloseCause::timed_out, connection_timeout)
        .because("does not acknowledge");
}

TEST(ClientManagement, what_is_not_acknowledged_has_a_limit) {
    stream::ClientStreamOptions options = juliets_options();
    options.most_unacknowledged = 50;
    managed_client(Conversation(client(juliet(), options)))
        .says(hello)
        .sends(std::string(hello) + std::string(ack_request))
        .says(hello)
        .sends(std::string(hello) + stream_error(resource_constraint, "Too much is waiting for your acknowledgement.") +
               "</stream:stream>")
        .ends(CloseCause::error_from_us, resource_constraint);
}

// ---- resumption ----

TEST(ClientManagement, R128_what_is_left_of_a_lost_session_is_all_that_was_not_acknowledged) {
    managed_client(Conversation(client()))
        .says(hello)
        .sends(std::string(hello) + std::string(ack_request))
        .receives(ack(1))
        .receives(from_romeo)
        .gets(from_romeo)
        .says("<message id='2'/>")
        .sends("<message id='2'/>" + std::string(ack_request))
        .says("<message id='3'/>")
        .sends("<message id='3'/>")
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .does([](Stream& stream, Instant) {
            const auto left = of(stream).take_resumption();
            ASSERT_TRUE(left);
            EXPECT_EQ(left->id, "sm-1");
            EXPECT_EQ(left->address.str(), "juliet@capulet.example/balcony");
            EXPECT_EQ(left->most, std::chrono::seconds(300));
            EXPECT_EQ(left->handled, 1u);
            EXPECT_EQ(left->acknowledged, 1u);
            EXPECT_EQ(left->unacknowledged.bytes, "<message id='2'/><message id='3'/>");
            EXPECT_EQ(left->unacknowledged.stanzas(), 2u);
            EXPECT_FALSE(of(stream).take_resumption()) << "It is there once.";
            EXPECT_EQ(of(stream).take_unsent().stanzas(), 0u);
        });
}

TEST(ClientManagement, R128_nothing_is_left_of_a_session_that_somebody_ended) {
    const auto nothing = [](Stream& stream, Instant) { EXPECT_FALSE(of(stream).take_resumption()); };
    managed_client(Conversation(client()))
        .receives("</stream:stream>")
        .sends("</stream:stream>")
        .ends(CloseCause::closed_by_peer)
        .does(nothing);
    managed_client(Conversation(client()))
        .receives(stream_error(conflict) + "</stream:stream>")
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, conflict)
        .because("has taken over the resource 'balcony'")
        .does(nothing);
    managed_client(Conversation(client()))
        .receives(stream_error(system_shutdown))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, system_shutdown)
        .does([](Stream& stream, Instant) { EXPECT_TRUE(of(stream).take_resumption()); });
}

constexpr std::string_view resume = "<resume xmlns='urn:xmpp:sm:3' h='3' previd='sm-1'/>";

Conversation& resuming(Conversation&& conversation, std::string_view offers = sm_offer) {
    return authenticated_client_of_ours(std::move(conversation))
        .receives(features(std::string(bind_offer) + std::string(offers)))
        .sends(resume);
}

TEST(ClientManagement, R128_a_resumed_session_says_again_what_did_not_arrive_in_order) {
    resuming(Conversation(client(juliet(), juliets_options(), lost_session())))
        .receives("<resumed xmlns='urn:xmpp:sm:3' h='3' previd='sm-1'/>")
        .sends(std::string(lost_own) + std::string(lost_two) + std::string(ack_request))
        .reports("resumed s3 juliet@capulet.example/balcony sm-1")
        .does([](Stream& stream, Instant) {
            EXPECT_EQ(stream.stanzas_sent(), 2u);
            EXPECT_EQ(stream.stanzas_acknowledged(), 1u);
            EXPECT_EQ(stream.stanzas_written(), 2u);
        })
        .says(hello)
        .sends(hello)
        .receives(ack_request)
        .sends(ack(3))
        .receives(ack(6))
        .does([](Stream& stream, Instant) {
            EXPECT_EQ(stream.stanzas_sent(), 3u);
            EXPECT_EQ(stream.stanzas_acknowledged(), 3u);
        });
}

TEST(ClientManagement, R128_a_session_is_lost_and_resumed_any_number_of_times) {
    resuming(Conversation(client(juliet(), juliets_options(), lost_session())))
        .receives("<resumed xmlns='urn:xmpp:sm:3' h='3' previd='sm-1'/>")
        .sends(std::string(lost_own) + std::string(lost_two) + std::string(ack_request))
        .reports("resumed s3")
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .does([](Stream& stream, Instant) {
            const auto left = of(stream).take_resumption();
            ASSERT_TRUE(left);
            EXPECT_EQ(left->acknowledged, 3u);
            EXPECT_EQ(left->handled, 3u);
            EXPECT_EQ(left->own, (std::vector<bool>{true, false}));
            EXPECT_EQ(left->unacknowledged.bytes, std::string(lost_own) + std::string(lost_two));
        });
}

TEST(ClientManagement, R128_an_attempt_that_fails_leaves_the_session_as_it_was) {
    resuming(Conversation(client(juliet(), juliets_options(), lost_session())))
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .because("whether our session goes on")
        .does([](Stream& stream, Instant) {
            const auto left = of(stream).take_resumption();
            ASSERT_TRUE(left);
            EXPECT_EQ(left->unacknowledged.sizes.size(), 3u);
        });
}

TEST(ClientManagement, R128_a_session_that_is_gone_is_followed_by_a_new_one) {
    const auto failing = [](std::string_view failed, std::string_view event) {
        resuming(Conversation(client(juliet(), juliets_options(), lost_session())))
            .receives(failed)
            .sends(bind_balcony)
            .reports(event)
            .receives(bound_balcony)
            .sends(enable)
            .receives(enabled)
            .reports("opened s3")
            .does([](Stream& stream, Instant) { EXPECT_EQ(stream.stanzas_sent(), 0u); });
    };
    failing("<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
            "lost the session");
    failing("<failed xmlns='urn:xmpp:sm:3' h='2'/>", "lost the session after 0");
    failing("<failed xmlns='urn:xmpp:sm:3' h='4'/>", "lost the session after 1");  // the second was the stream's own
    failing("<failed xmlns='urn:xmpp:sm:3' h='5'/>", "lost the session after 2");
    failing("<failed xmlns='urn:xmpp:sm:3' h='6'/>", "lost the session");  // more than there were: believed in nothing
}

TEST(ClientManagement, a_server_that_has_lost_the_feature_has_lost_the_session) {
    authenticated_client_of_ours(Conversation(client(juliet(), juliets_options(), lost_session())))
        .receives(features(bind_offer))
        .sends(bind_balcony)
        .reports("lost the session")
        .receives(bound_balcony)
        .opens();
}

TEST(ClientManagement, R127_R128_a_session_that_is_not_ours_is_not_gone_on_with) {
    for (const char* bad : {"<resumed xmlns='urn:xmpp:sm:3' h='3' previd='sm-2'/>",
                            "<resumed xmlns='urn:xmpp:sm:3' h='3'/>", "<resumed xmlns='urn:xmpp:sm:3' previd='sm-1'/>"})
        resuming(Conversation(client(juliet(), juliets_options(), lost_session())))
            .receives(bad)
            .sends(stream_error(undefined_condition, "That is not the session that was to be resumed.") +
                   "</stream:stream>")
            .ends(CloseCause::error_from_us, undefined_condition);
    resuming(Conversation(client(juliet(), juliets_options(), lost_session())))
        .receives("<resumed xmlns='urn:xmpp:sm:3' h='7' previd='sm-1'/>")
        .sends(
            "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text "
            "xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>You acknowledged 7 stanzas, but I only sent "
            "you 5 so far.</text><handled-count-too-high xmlns='urn:xmpp:sm:3' h='7' send-count='5'/></stream:error>"
            "</stream:stream>")
        .ends(CloseCause::error_from_us, undefined_condition);
}

// ---- client state ----

constexpr std::string_view inactive = "<inactive xmlns='urn:xmpp:csi:0'/>";

TEST(ClientState, is_said_to_a_server_that_wants_to_know) {
    const auto be = [](bool active) { return [active](Stream& stream, Instant) { of(stream).set_active(active); }; };
    opened_client(Conversation(client()), std::string(bind_offer) + std::string(csi_offer))
        .does(be(true))
        .does(be(false))
        .sends(inactive)
        .does(be(false))
        .does(be(true))
        .sends("<active xmlns='urn:xmpp:csi:0'/>");
    opened_client(Conversation(client())).does(be(false));
    const MakeStream make = [] {
        auto stream = client()();
        of(*stream).set_active(false);
        return stream;
    };
    opened_client(Conversation(make), std::string(bind_offer) + std::string(csi_offer)).sends(inactive);
}

}  // namespace
}  // namespace rondel::test
