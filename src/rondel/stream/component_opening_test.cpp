// The component's side, from the first byte to Opened or to a refusal. Each conversation is played in all the ways of
// tests/support/conversation.hpp.
#include "rondel/stream/component_stream.hpp"
#include "rondel/stream/handshake.hpp"
#include "rondel/xml/writer.hpp"

#include <stdexcept>

#include "tests/support/conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace test;
using namespace std::chrono_literals;
using enum StreamCondition;

constexpr std::string_view error_end = "</stream:error></stream:stream>";

std::string wire_condition(std::string_view name) {
    return "<stream:error><" + std::string(name) + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>";
}

TEST(ComponentStream, R121_R014_opens_with_the_handshake_of_the_examples) {
    Conversation(component("plays.shakespeare.lit", "test"))
        .sends(
            "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
            "xmlns:stream='http://etherx.jabber.org/streams' to='plays.shakespeare.lit'>")
        .receives(
            "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' "
            "from='plays.shakespeare.lit' id='3BF96D32'>")
        .connects()
        .sends("<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>")
        .receives("<handshake/>")
        .opens()
        .because("3BF96D32 plays.shakespeare.lit");
}

TEST(ComponentStream, R121_the_digest_is_of_the_id_without_its_escapes) {
    Conversation(component("echo.localhost", "p<>&"))
        .sends(component_header("echo.localhost"))
        .receives(
            "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
            "id='a&amp;b&lt;&#x27;&quot;\xc3\xa9'>")
        .connects()
        .sends("<handshake>" + handshake_digest("a&b<'\"\xc3\xa9", "p<>&") + "</handshake>")
        .receives("<handshake></handshake>")
        .opens();
}

TEST(ComponentStream, R099_R101_takes_headers_as_servers_write_them) {
    for (const std::string_view header : {
             // ejabberd 23.01
             "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32' "
             "xmlns='jabber:component:accept' from='plays.shakespeare.lit'>",
             // Prosody 0.12
             "<?xml version='1.0'?><stream:stream from='plays.shakespeare.lit' id='3BF96D32' "
             "xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept'>\n",
             // as others might
             "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<stream:stream xmlns=\"jabber:component:accept\"\n\t"
             "xmlns:stream=\"http://etherx.jabber.org/streams\" id=\"3BF96D32\" version=\"1.0\" xml:lang=\"en\" >\n ",
             "<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' id='3BF96D32'>",
             "<?xml version='1.0' encoding='UTF-8' standalone='no' ?><stream:stream xmlns='jabber:component:accept' "
             "xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32'>",  // R099
             "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
             "xmlns:db='jabber:server:dialback' unknown='x' id='3BF96D32'>",
         })
        Conversation(plays_component())
            .sends(component_header(plays))
            .receives(header)
            .connects()
            .sends(plays_handshake)
            .receives("<handshake />")
            .opens();
}

TEST(ComponentStream, R121_only_a_domain_can_be_a_component) {
    for (const std::string_view jid : {"a@echo.localhost", "echo.localhost/x"})
        EXPECT_THROW(ComponentStream({Jid::parse(jid).value(), "secret"}), std::invalid_argument) << jid;
    EXPECT_THROW(ComponentStream({Jid(), "secret"}), std::invalid_argument);
}

TEST(ComponentStream, V44_the_name_is_escaped_wherever_it_is_written) {
    // No domain can hold such characters; an IP address in brackets is the oddest that there is.
    Conversation(component("[::1]", "x"))
        .sends(component_header("[::1]"))
        .loses_connection()
        .ends(CloseCause::connection_lost);
}

TEST(ComponentStream, R123_sends_nothing_but_the_handshake_before_it_is_open) {
    const std::string message = "<message from='plays.shakespeare.lit' to='a@b'/>";
    Conversation(plays_component())
        .sends(component_header(plays))
        .says(message, StreamFault::not_open)
        .receives(server_header(plays))
        .connects()
        .sends(plays_handshake)
        .says(message, StreamFault::not_open)
        .receives("<handshake/>")
        .opens()
        .says(message)
        .sends(message);
}

TEST(ComponentStream, R123_V39_takes_nothing_but_an_empty_handshake_for_an_answer) {
    for (const std::string_view answer : {
             "<handshake>x</handshake>",
             "<handshake> </handshake>",
             "<handshake><x/></handshake>",
             "<handshake xmlns='urn:other'/>",
             "<handshake xmlns='http://etherx.jabber.org/streams'/>",
             "<x:handshake xmlns:x='jabber:server'/>",
             "<Handshake/>",
             "<message from='a@b' to='plays.shakespeare.lit'><body>too early</body></message>",
             "<iq type='result' id='1'/>",
             "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
         }) {
        SCOPED_TRACE(answer);
        Conversation(plays_component())
            .sends(component_header(plays))
            .receives(server_header(plays))
            .connects()
            .sends(plays_handshake)
            .receives(answer)
            .sends(stream_error(not_authorized, "An empty handshake must come first (XEP-0114)."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, not_authorized)
            .receives("<handshake/>");  // too late
    }
}

// jabberd2 marks what it delivers so. Inside, a stanza's namespace and the stream's are one.
TEST(ComponentStream, R123_a_handshake_may_be_marked_as_a_clients) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(server_header(plays))
        .connects()
        .sends(plays_handshake)
        .receives("<handshake xmlns='jabber:client'/>")
        .opens();
}

TEST(ComponentStream, F25_stream_features_do_no_harm) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(server_header(plays))
        .connects()
        .sends(plays_handshake)
        .receives("<stream:features/><handshake/>")
        .opens();
}

TEST(ComponentStream, R030_an_unknown_host_is_refused_though_the_header_has_no_id) {
    for (const std::string_view id : {" id=''", ""})  // Prosody 0.12; nobody known
        Conversation(plays_component())
            .sends(component_header(plays))
            .receives("<?xml version='1.0'?><stream:stream" + std::string(id) +
                      " xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' from=''>")
            .connects()
            .receives(wire_condition("host-unknown") +
                      "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>plays.shakespeare.lit does not match any "
                      "configured external components</text>" +
                      std::string(error_end))
            .sends("</stream:stream>")
            .ends(CloseCause::refused, host_unknown)
            .because("The server knows no component 'plays.shakespeare.lit'");
}

// A digest of the secret alone could be looked up in a table.
TEST(ComponentStream, R121_no_digest_is_made_without_an_id) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(server_header(plays, "x").replace(server_header(plays, "x").find("id='x'"), 6, "id=''"))
        .connects()
        .receives("<handshake/>")
        .sends(stream_error(not_authorized, "An empty handshake must come first (XEP-0114)."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, not_authorized);
}

TEST(ComponentStream, R122_a_wrong_secret_is_refused) {
    for (const std::string& error : {
             wire_condition("not-authorized"),  // ejabberd, which says the same of a name that it does not know
             wire_condition("not-authorized") +
                 "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Given token does not match calculated token</text>",
         })
        Conversation(plays_component())
            .sends(component_header(plays))
            .receives(server_header(plays))
            .connects()
            .sends(plays_handshake)
            .receives(error + std::string(error_end))
            .sends("</stream:stream>")
            .ends(CloseCause::refused, not_authorized)
            .because("Check the secret of the component 'plays.shakespeare.lit'");
}

TEST(ComponentStream, V38_F23_a_second_instance_is_told_of_the_conflict) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(server_header(plays))
        .connects()
        .sends(plays_handshake)
        .receives(wire_condition("conflict") + std::string(error_end))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, conflict)
        .because("Another connection serves the component");
}

TEST(ComponentStream, a_passing_trouble_of_the_server_is_no_refusal) {
    for (const std::string_view name : {"system-shutdown", "resource-constraint", "internal-server-error", "reset"})
        Conversation(plays_component())
            .sends(component_header(plays))
            .receives(server_header(plays))
            .connects()
            .sends(plays_handshake)
            .receives(wire_condition(name) + std::string(error_end))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_peer, parse_stream_condition(name));
}

TEST(ComponentStream, R019_R020_a_header_of_another_namespace_is_refused) {
    const auto refused = [](std::string_view header, StreamCondition condition, std::string_view text) {
        SCOPED_TRACE(header);
        Conversation(plays_component())
            .sends(component_header(plays))
            .receives(header)
            .sends(stream_error(condition, text))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, condition)
            .because("Connect to the server's component port.");
    };
    refused("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://wrong.namespace.example.org/' id='1'>",
            invalid_namespace, "A stream header must be in the namespace http://etherx.jabber.org/streams.");
    refused("<stream xmlns='jabber:component:accept' id='1'>", invalid_namespace,
            "A stream header must be in the namespace http://etherx.jabber.org/streams.");
    for (const std::string_view content : {" xmlns='jabber:client'", " xmlns='jabber:component:connect'", ""})
        refused("<stream:stream" + std::string(content) + " xmlns:stream='http://etherx.jabber.org/streams' id='1'>",
                invalid_namespace,
                "This is a stream for components: its default namespace must be jabber:component:accept.");
    refused("<stream xmlns='http://etherx.jabber.org/streams' id='1'>", bad_namespace_prefix,
            "A stream header must have a prefix, as the default namespace is that of the stanzas.");
    refused("<s:features xmlns='jabber:component:accept' xmlns:s='http://etherx.jabber.org/streams' id='1'>",
            bad_format, "A stream header must be named stream.");
}

TEST(ComponentStream, what_is_no_xml_at_all_is_probably_another_port) {
    for (const std::string_view greeting :
         {"SSH-2.0-OpenSSH_9.2p1\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail ESMTP\r\n", "\x15\x03\x01"})
        Conversation(plays_component())
            .sends(component_header(plays))
            .receives(greeting)
            .sends(stream_error(not_well_formed, make_error_code(xml::ReadError::not_well_formed).message()))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, not_well_formed)
            .because("Is this its component port?");
}

TEST(ComponentStream, R026_a_lost_connection_says_how_far_it_had_come) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .because("Is this its component port?");
    // XEP-0114 §3: the stream error for a wrong secret is only a SHOULD.
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(server_header(plays))
        .connects()
        .sends(plays_handshake)
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .because("Check the secret of the component 'plays.shakespeare.lit' on both sides.");
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(server_header(plays))
        .connects()
        .sends(plays_handshake)
        .receives("</stream:stream>")
        .sends("</stream:stream>")
        .ends(CloseCause::closed_by_peer)
        .because("Check the secret");
}

TEST(ComponentStream, F04_R034_the_time_for_opening_is_absolute) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .after(19s)
        .receives(server_header(plays))
        .connects()
        .sends(plays_handshake)
        .receives("   ")
        .after(999ms)
        .receives(" <handsha")
        .after(1ms)
        .sends(stream_error(connection_timeout))
        .sends("</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout)
        .because("The server did not answer our handshake.");
}

TEST(ComponentStream, V14_a_silent_server_is_left_in_time) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .after(20s)
        .sends(stream_error(connection_timeout))
        .sends("</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout)
        .because("The server did not greet us.");
    StreamOptions options;
    options.opening = 3s;
    Conversation(plays_component(options))
        .sends(component_header(plays))
        .after(3s)
        .sends(stream_error(connection_timeout))
        .sends("</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout);
}

TEST(ComponentStream, is_closed_at_once_while_it_is_not_open) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .closes()
        .sends("</stream:stream>")
        .ends(CloseCause::closed_by_us)
        .receives(server_header(plays));
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(server_header(plays))
        .connects()
        .sends(plays_handshake)
        .closes_with(system_shutdown)
        .sends(stream_error(system_shutdown))
        .sends("</stream:stream>")
        .ends(CloseCause::closed_by_us, system_shutdown);
}

TEST(ComponentStream, can_be_ended_before_it_was_started) {
    ComponentStream never_used({Jid::parse("a.b").value(), "x"});
    EXPECT_EQ(never_used.deadline(), never);
    EXPECT_FALSE(never_used.next_event());
    never_used.receive("<", Instant());
    EXPECT_FALSE(never_used.next_event());
    never_used.close(Instant());
    const auto event = never_used.next_event();
    ASSERT_TRUE(event);
    EXPECT_EQ(std::get<Closed>(*event).cause, CloseCause::closed_by_us);
    EXPECT_FALSE(never_used.next_event());
    EXPECT_EQ(never_used.output(), "");

    ComponentStream lost({Jid::parse("a.b").value(), "x"});
    lost.peer_closed(Instant());
    EXPECT_EQ(std::get<Closed>(lost.next_event().value()).cause, CloseCause::connection_lost);
    lost.start(Instant());
    EXPECT_EQ(lost.output(), "");
    EXPECT_FALSE(lost.next_event());
}

}  // namespace
}  // namespace rondel::stream
