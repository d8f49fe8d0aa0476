// The client's side: headers, features, TLS.
#include "tests/support/client_steps.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;
using stream::ClientStreamOptions;
using stream::TlsFacts;

TEST(ClientStream, R005_R006_R014_R038_R058_R073_TLS_then_SASL_then_a_resource) {
    opened_client(Conversation(client()))
        .receives("<message from='romeo@montague.example/orchard' to='juliet@capulet.example/balcony'/>")
        .gets("<message from='romeo@montague.example/orchard' to='juliet@capulet.example/balcony'/>")
        .says("<message to='romeo@montague.example'/>")
        .sends("<message to='romeo@montague.example'/>")
        .closes()
        .sends("</stream:stream>")
        .receives("</stream:stream>")
        .ends(CloseCause::closed_by_us);
}

TEST(ClientStream, reports_the_address_and_the_stream) {
    authenticated_client_of_ours(Conversation(client()))
        .receives(features(bind_offer))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .reports("opened s3 juliet@capulet.example/balcony");
}

TEST(ClientStream, over_TLS_from_the_beginning_there_is_no_STARTTLS) {
    Conversation(client(juliet(), juliets_options(), {}, TlsFacts{}))
        .sends(secure_header)
        .receives(header_for_client("s1"))
        .connects()
        .receives(features(mechanisms("PLAIN")))
        .sends(auth("PLAIN", juliets_plain));
}

TEST(ClientStream, R048_V31_T_STRIP_TLS_is_asked_for_even_where_it_is_not_offered) {
    for (const std::string& offer : {features(mechanisms("PLAIN SCRAM-SHA-1")), std::string("<stream:features/>")})
        greeted_client(Conversation(client()))
            .receives(offer)
            .sends(starttls)
            .receives("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>")
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us)
            .because("The server offers no TLS");
    greeted_client(Conversation(client()))
        .receives(features(mechanisms("PLAIN")))
        .sends(starttls)
        .receives(stream_error(not_authorized) + "</stream:stream>")
        .sends("</stream:stream>")
        .ends(CloseCause::refused, not_authorized)
        .because("It offers no TLS");
}

TEST(ClientStream, V31_T_STRIP_an_early_success_is_none) {
    for (const std::string& lure :
         {std::string(sasl_success), features(mechanisms("PLAIN")), std::string("<success xmlns='urn:xmpp:sasl:2'/>"),
          std::string("<message/>"), std::string(bound_balcony)})
        greeted_client(Conversation(client()))
            .receives(features(starttls_offer))
            .sends(starttls)
            .receives(lure)
            .sends(stream_error(undefined_condition, "That was not to be expected at this point.") + "</stream:stream>")
            .ends(CloseCause::error_from_us, undefined_condition);
    greeted_client(Conversation(client()))
        .receives("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        .sends(stream_error(undefined_condition, "That was not to be expected at this point.") + "</stream:stream>")
        .ends(CloseCause::error_from_us, undefined_condition);
}

TEST(ClientStream, V31_offered_and_refused_TLS_is_the_end_too) {
    greeted_client(Conversation(client()))
        .receives(features(starttls_offer))
        .sends(starttls)
        .receives("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us)
        .because("could not begin it");
}

TEST(ClientStream, R040_V32_T_INJ_what_comes_between_proceed_and_TLS_ends_the_stream) {
    for (const std::string_view injected : {"<", " ", "<stream:features/>", "x"})
        greeted_client(Conversation(client()))
            .receives(features(starttls_offer))
            .sends(starttls)
            .receives(std::string(proceed) + std::string(injected))
            .wants_tls()
            .ends(CloseCause::error_from_us)
            .because("in plain text where TLS was to begin");
}

TEST(ClientStream, R006_V32_nothing_of_before_TLS_is_remembered) {
    greeted_client(Conversation(client()))
        .receives(features(std::string(starttls_offer) + mechanisms("PLAIN") + std::string(bind_offer)))
        .sends(starttls)
        .receives(proceed)
        .wants_tls()
        .gets_secured()
        .sends(secure_header)
        .receives(header_for_client("s2"))
        .receives(features(mechanisms("DIGEST-MD5")))
        .sends("</stream:stream>")
        .ends(CloseCause::refused, not_authorized)
        .because("no way to authenticate that fits");
}

TEST(ClientStream, nothing_is_said_while_TLS_is_set_up) {
    const auto waiting = [](Conversation&& conversation) -> Conversation& {
        return greeted_client(std::move(conversation))
            .receives(features(starttls_offer))
            .sends(starttls)
            .receives(proceed)
            .wants_tls();
    };
    waiting(Conversation(client())).closes().ends(CloseCause::closed_by_us);
    waiting(Conversation(client())).after(std::chrono::seconds(21)).ends(CloseCause::timed_out, connection_timeout);
    waiting(Conversation(client()))
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .because("TLS could not be set up");
}

TEST(ClientStream, without_TLS_only_if_it_is_not_required_and_then_without_the_password) {
    ClientStreamOptions options = juliets_options();
    options.require_tls = false;
    greeted_client(Conversation(client(juliet(), options)))
        .receives(features(mechanisms("PLAIN")))
        .sends("</stream:stream>")
        .ends(CloseCause::refused, not_authorized)
        .because("must be allowed expressly");
    greeted_client(Conversation(client(juliet(), options)))
        .receives(features(mechanisms("SCRAM-SHA-1")))
        .sends(auth("SCRAM-SHA-1", "biwsbj1qdWxpZXQscj1yT3ByTkdmd0ViZVJXZ2JORWtxTw=="));
    greeted_client(Conversation(client(juliet(), options)))
        .receives(features(std::string(starttls_offer) + mechanisms("SCRAM-SHA-1")))
        .sends(starttls);
}

TEST(ClientStream, R018_a_server_of_version_0_9_cannot_be_used) {
    for (const char* version : {"", " version='0.9'", " version='0.10'", " version='x'"})
        Conversation(client())
            .sends(plain_header)
            .receives("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1'" +
                      std::string(version) + ">")
            .sends(stream_error(unsupported_version, "Version 1.0 is needed.") + "</stream:stream>")
            .ends(CloseCause::error_from_us, unsupported_version);
    Conversation(client())
        .sends(plain_header)
        .receives("<s:stream xmlns='jabber:client' xmlns:s='http://etherx.jabber.org/streams' id='1' version='01.10'>")
        .connects();
}

TEST(ClientStream, R019_R023_what_is_no_stream_for_clients_is_named) {
    for (const char* header :
         {"<html>", "<stream:stream xmlns='jabber:client' xmlns:stream='urn:x' version='1.0'>",
          "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"})
        Conversation(client())
            .sends(plain_header)
            .receives(header)
            .sends(
                "<stream:error><invalid-namespace xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text "
                "xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>" +
                std::string(std::string_view(header).find("jabber:server") != std::string_view::npos
                                ? "This is a stream for clients: its default namespace must be jabber:client."
                                : "A stream header must be in the namespace http://etherx.jabber.org/streams.") +
                "</text></stream:error></stream:stream>")
            .ends(CloseCause::error_from_us, invalid_namespace)
            .because("does not speak to clients");
}

TEST(ClientStream, R028_R032_errors_of_the_server_tell_what_to_do) {
    const auto refused = [](std::string_view error, CloseCause cause, StreamCondition condition, std::string_view why) {
        greeted_client(Conversation(client()))
            .receives(error)
            .sends("</stream:stream>")
            .ends(cause, condition)
            .because(why);
    };
    refused(stream_error(host_unknown), CloseCause::refused, host_unknown, "does not serve 'capulet.example'");
    refused(stream_error(system_shutdown), CloseCause::error_from_peer, system_shutdown, "shut down");
    refused(
        "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>[2001:db8::1]:9222"
        "</see-other-host></stream:error>",
        CloseCause::error_from_peer, see_other_host, "connect to '[2001:db8::1]:9222' instead");
    refused("<stream:error><out-of-cheese xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
            CloseCause::error_from_peer, undefined_condition, "");
}

TEST(ClientStream, R032_the_other_host_is_told_as_it_was_said) {
    Actor actor(client());
    actor.receive(header_for_client("s1"));
    actor.receive(
        "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>b.example:80"
        "</see-other-host></stream:error>");
    ASSERT_TRUE(actor.has_ended());
    EXPECT_EQ(actor.end().error->other_host, "b.example:80");
}

TEST(ClientStream, says_what_the_server_did_not_do) {
    Conversation(client())
        .sends(plain_header)
        .after(std::chrono::seconds(21))
        .sends(stream_error(connection_timeout) + "</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout)
        .because("did not greet us");
    greeted_client(Conversation(client()))
        .receives(features(starttls_offer))
        .sends(starttls)
        .receives("</stream:stream>")
        .sends("</stream:stream>")
        .ends(CloseCause::closed_by_peer)
        .because("did not begin TLS");
}

TEST(ClientStream, V04_T_RESET_a_header_does_not_come_twice) {
    opened_client(Conversation(client()))
        .receives("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client'/>")
        .sends(stream_error(bad_format, "A stream header must not come again.") + "</stream:stream>")
        .ends(CloseCause::error_from_us, bad_format);
}

TEST(ClientStream, an_account_has_no_resource_and_a_domain) {
    for (const char* bad : {"juliet@capulet.example/balcony", "capulet.example/x"}) {
        stream::ClientIdentity who = juliet();
        who.account = Jid::parse(bad).value();
        EXPECT_THROW(stream::ClientStream{who}, std::invalid_argument);
    }
    EXPECT_THROW(stream::ClientStream{stream::ClientIdentity{}}, std::invalid_argument);
}

}  // namespace
}  // namespace rondel::test
