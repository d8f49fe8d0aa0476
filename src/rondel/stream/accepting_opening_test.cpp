// The server's side, from the component's first byte to Opened or to its refusal.
#include "rondel/stream/accepting_stream.hpp"
#include "rondel/stream/handshake.hpp"

#include <stdexcept>

#include "tests/support/conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace test;
using namespace std::chrono_literals;
using enum StreamCondition;

constexpr std::string_view header_start =
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'";

// The header of a server that has no name, or that does not serve the name asked for (RFC 6120 §4.9.1.3).
std::string nobodys_header(std::string_view server = "") { return server_header(server); }

void turned_away(std::string_view header, StreamCondition condition, std::string_view text, CloseCause cause,
                 std::string_view answered = nobodys_header()) {
    SCOPED_TRACE(header);
    Conversation(plays_server())
        .receives(header)
        .sends(answered)
        .sends(stream_error(condition, text))
        .sends("</stream:stream>")
        .ends(cause, condition)
        .receives(plays_handshake);
}

TEST(AcceptingStream, R121_R122_lets_in_who_knows_the_secret) {
    Conversation(plays_server())
        .receives(
            "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
            "to='plays.shakespeare.lit'>")
        .connects()
        .sends(
            "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
            "xmlns:stream='http://etherx.jabber.org/streams' from='plays.shakespeare.lit' id='3BF96D32'>")
        .receives("<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>")
        .sends("<handshake/>")
        .opens()
        .because("3BF96D32 plays.shakespeare.lit");
}

TEST(AcceptingStream, R101_takes_headers_as_components_write_them) {
    for (const std::string_view header : {
             "<?xml version='1.0'?>\n<stream:stream to=\"plays.shakespeare.lit\" xmlns=\"jabber:component:accept\" "
             "xmlns:stream=\"http://etherx.jabber.org/streams\">",  // gloox
             "<stream:stream to='plays.shakespeare.lit' xml:lang='en' version='1.0' "
             "xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept'>",  // slixmpp
             "<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' "
             "to='plays.shakespeare.lit'>",
             "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
             "to='PLAYS.Shakespeare.lit.'>",  // prepared (RFC 7622 §3.2)
         })
        Conversation(plays_server())
            .receives(header)
            .connects()
            .sends(server_header(plays))
            .receives(plays_handshake)
            .sends("<handshake/>")
            .opens();
}

TEST(AcceptingStream, R004_whatever_version_it_has_a_component_stream_has_no_features) {
    for (const std::string_view version :
         {"", " version='1.0'", " version='1.10'", " version='01.9'", " version='2.0'"})
        Conversation(plays_server())
            .receives(std::string(header_start) + " to='plays.shakespeare.lit'" + std::string(version) + ">")
            .connects()
            .sends(server_header(plays));
}

TEST(AcceptingStream, R016_the_id_of_the_component_means_nothing) {
    Conversation(plays_server())
        .receives(std::string(header_start) + " to='plays.shakespeare.lit' id='mine'>")
        .connects()
        .sends(server_header(plays))
        .receives("<handshake>" + handshake_digest("mine", "test") + "</handshake>")
        .sends(stream_error(not_authorized, "The handshake does not fit the secret of this component."))
        .sends("</stream:stream>")
        .ends(CloseCause::refused, not_authorized);
}

TEST(AcceptingStream, R014_tells_back_who_the_component_says_it_is) {
    Conversation(plays_server())
        .receives(std::string(header_start) + " to='plays.shakespeare.lit' from='Me@Example.Com/x'>")
        .connects()
        .sends(std::string("<?xml version='1.0'?>") + std::string(header_start) +
               " from='plays.shakespeare.lit' id='3BF96D32' to='me@example.com'>");
    Conversation(plays_server())
        .receives(std::string(header_start) + " to='plays.shakespeare.lit' from='&lt;@'>")
        .connects()
        .sends(server_header(plays));
}

TEST(AcceptingStream, R121_the_id_is_escaped_and_hashed_without_its_escapes) {
    Components components;
    components.secrets.emplace("plays.shakespeare.lit", "test");
    Conversation(accepting(components, "a&b<'"))
        .receives(component_header(plays))
        .connects()
        .sends(std::string("<?xml version='1.0'?>") + std::string(header_start) +
               " from='plays.shakespeare.lit' id='a&amp;b&lt;&apos;'>")
        .receives("<handshake>" + handshake_digest("a&b<'", "test") + "</handshake>")
        .sends("<handshake/>")
        .opens();
    EXPECT_THROW(AcceptingStream(components, ""), std::invalid_argument);
}

TEST(AcceptingStream, R013_R027_an_error_of_the_header_comes_behind_our_header) {
    AcceptingOptions options;
    options.server = Jid::parse("shakespeare.lit").value();
    Conversation(plays_server(options))
        .receives(component_header("unknown.shakespeare.lit"))
        .sends(server_header("shakespeare.lit"))
        .sends(stream_error(host_unknown, "There is no component of that name here."))
        .sends("</stream:stream>")
        .ends(CloseCause::refused, host_unknown);
}

TEST(AcceptingStream, R026_R027_R030_R122_a_name_that_is_not_served_is_host_unknown) {
    for (const std::string_view name : {"unknown.shakespeare.lit", "shakespeare.lit", "a@plays.shakespeare.lit",
                                        "plays.shakespeare.lit/x", "sub.plays.shakespeare.lit", "@", "x y", "&lt;"})
        turned_away(std::string(header_start) + " to='" + std::string(name) + "'>", host_unknown,
                    "There is no component of that name here.", CloseCause::refused);
}

TEST(AcceptingStream, R031_without_a_name_the_addressing_is_improper) {
    for (const std::string_view to : {"", " to=''"})
        turned_away(std::string(header_start) + std::string(to) + ">", improper_addressing,
                    "A stream header must have a 'to' (XEP-0114).", CloseCause::error_from_us);
}

TEST(AcceptingStream, R019_R020_R122_a_wrong_namespace_is_invalid) {
    turned_away("<stream:stream xmlns='jabber:component:accept' xmlns:stream='urn:wrong' to='plays.shakespeare.lit'>",
                invalid_namespace, "A stream header must be in the namespace http://etherx.jabber.org/streams.",
                CloseCause::error_from_us);
    for (const std::string_view content : {"jabber:client", "jabber:server", "jabber:component:connect", ""})
        turned_away("<stream:stream xmlns='" + std::string(content) +
                        "' xmlns:stream='http://etherx.jabber.org/streams' to='plays.shakespeare.lit'>",
                    invalid_namespace,
                    "This is a stream for components: its default namespace must be jabber:component:accept.",
                    CloseCause::error_from_us);
}

TEST(AcceptingStream, R023_a_stream_without_a_prefix_has_a_bad_one) {
    turned_away("<stream xmlns='http://etherx.jabber.org/streams' to='plays.shakespeare.lit'>", bad_namespace_prefix,
                "A stream header must have a prefix, as the default namespace is that of the stanzas.",
                CloseCause::error_from_us);
    turned_away("<foo:stream xmlns='jabber:component:accept' to='plays.shakespeare.lit'>", not_well_formed,
                make_error_code(xml::ReadError::not_well_formed).message(), CloseCause::error_from_us);
}

TEST(AcceptingStream, R026_R097_R100_an_unreadable_header_is_answered_with_a_header) {
    turned_away("GET / HTTP/1.1\r\n\r\n", not_well_formed, make_error_code(xml::ReadError::not_well_formed).message(),
                CloseCause::error_from_us);
    turned_away("<!DOCTYPE x><stream:stream", restricted_xml, make_error_code(xml::ReadError::restricted_xml).message(),
                CloseCause::error_from_us);
    turned_away("<?xml version='1.0' encoding='UTF-16'?>" + std::string(header_start), unsupported_encoding,
                make_error_code(xml::ReadError::unsupported_encoding).message(), CloseCause::error_from_us);
    turned_away(std::string(header_start) + " to='" + std::string(9000, 'x'), policy_violation,
                make_error_code(xml::ReadError::stanza_too_large).message(), CloseCause::error_from_us);
}

TEST(AcceptingStream, R122_a_wrong_digest_is_not_authorized_and_closed) {
    for (const std::string& digest : {
             handshake_digest(usual_id, "wrong"),
             handshake_digest("other", "test"),
             handshake_digest("", "test"),
             std::string(),
             std::string("test"),
             std::string("AAEE83C26AEEAFCBABEABFCBCD50DF997E0A2A1E"),  // ejabberd refuses it too
             std::string(" aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e"),
             std::string("aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e\n"),
             std::string("aaee83c26aeeafcbabeabfcbcd50df997e0a2a1"),
             std::string("aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e<x/>"),
         }) {
        SCOPED_TRACE(digest);
        Conversation(plays_server())
            .receives(component_header(plays))
            .connects()
            .sends(server_header(plays))
            .receives("<handshake>" + digest + "</handshake>")
            .sends(stream_error(not_authorized, "The handshake does not fit the secret of this component."))
            .sends("</stream:stream>")
            .ends(CloseCause::refused, not_authorized)
            .because("does not know its secret")
            .receives(plays_handshake);  // there is no second try
    }
}

TEST(AcceptingStream, V39_R008_T_UNAUTH_nothing_is_taken_before_the_handshake) {
    for (const std::string_view element : {
             "<message from='plays.shakespeare.lit' to='a@b'><body>x</body></message>",
             "<iq from='plays.shakespeare.lit' to='a@b' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>",
             "<presence/>",
             "<handshake xmlns='urn:other'>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>",
             "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>",
             "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
         })
        Conversation(plays_server())
            .receives(component_header(plays))
            .connects()
            .sends(server_header(plays))
            .receives(std::string(element) + std::string(plays_handshake))
            .sends(stream_error(not_authorized, "The handshake must come first (XEP-0114)."))
            .sends("</stream:stream>")
            .ends(CloseCause::error_from_us, not_authorized);
}

TEST(AcceptingStream, V38_T_CONF_a_second_connection_is_turned_away) {
    Components components;
    components.secrets.emplace("plays.shakespeare.lit", "test");
    components.taken.emplace("plays.shakespeare.lit");
    Conversation(accepting(components))
        .receives(component_header(plays))
        .sends(server_header(plays))
        .sends(stream_error(conflict, "A component of that name is connected already."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, conflict);
}

// Two that begin at the same time: both headers are answered, but only one handshake.
TEST(AcceptingStream, V38_T_CONF_the_second_of_two_is_turned_away_at_its_handshake) {
    Components components;
    components.secrets.emplace("plays.shakespeare.lit", "test");
    AcceptingStream stream(components, std::string(usual_id));
    stream.start(Instant(1s));
    const std::string header = component_header(plays);
    stream.receive(header, Instant(1s));
    EXPECT_TRUE(std::holds_alternative<Connected>(stream.next_event().value()));
    EXPECT_FALSE(stream.next_event());
    components.taken.emplace("plays.shakespeare.lit");
    stream.receive(plays_handshake, Instant(1s));
    const Event event = stream.next_event().value();
    EXPECT_EQ(std::get<Closed>(event).error->condition, conflict);
    EXPECT_EQ(stream.output().find("<handshake/>"), std::string_view::npos);
}

TEST(AcceptingStream, a_component_that_is_no_longer_known_at_its_handshake_is_not_let_in) {
    Components components;
    components.secrets.emplace("plays.shakespeare.lit", "test");
    AcceptingStream stream(components, std::string(usual_id));
    stream.start(Instant(1s));
    const std::string header = component_header(plays);
    stream.receive(header, Instant(1s));
    while (stream.next_event()) continue;
    components.secrets.clear();
    stream.receive(plays_handshake, Instant(1s));
    EXPECT_EQ(std::get<Closed>(stream.next_event().value()).error->condition, not_authorized);
}

TEST(AcceptingStream, an_empty_secret_lets_nobody_in) {
    Components components;
    components.secrets.emplace("plays.shakespeare.lit", "");
    Conversation(accepting(components))
        .receives(component_header(plays))
        .connects()
        .sends(server_header(plays))
        .receives("<handshake>" + handshake_digest(usual_id, "") + "</handshake>")
        .sends(stream_error(not_authorized, "The handshake does not fit the secret of this component."))
        .sends("</stream:stream>")
        .ends(CloseCause::refused, not_authorized);
}

TEST(AcceptingStream, V14_T_PREAUTH_F04_the_time_for_opening_is_absolute) {
    Conversation(plays_server())
        .after(20s)
        .sends(nobodys_header() + stream_error(connection_timeout) + "</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout)
        .because("did not say who it is");
    Conversation(plays_server())
        .receives(component_header(plays))
        .connects()
        .sends(server_header(plays))
        .after(10s)
        .receives(" ")
        .after(9s)
        .receives("<handshake>aaee83")
        .after(999ms)
        .receives("c")
        .after(1ms)
        .sends(stream_error(connection_timeout) + "</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout)
        .because("sent no handshake");
}

TEST(AcceptingStream, before_a_header_there_is_no_stream_to_close) {
    Conversation(plays_server()).closes().ends(CloseCause::closed_by_us);
    Conversation(plays_server()).loses_connection().ends(CloseCause::connection_lost);
    turned_away("</stream:stream>", not_well_formed, make_error_code(xml::ReadError::not_well_formed).message(),
                CloseCause::error_from_us);
}

TEST(AcceptingStream, R033_a_shutdown_is_told_even_before_there_is_a_header) {
    Conversation(plays_server())
        .closes_with(system_shutdown)
        .sends(nobodys_header() + stream_error(system_shutdown) + "</stream:stream>")
        .ends(CloseCause::closed_by_us, system_shutdown);
}

TEST(AcceptingStream, a_stream_that_is_closed_with_its_header_is_over) {
    Conversation(plays_server())
        .receives(std::string(header_start) + " to='plays.shakespeare.lit'/>")
        .connects()
        .sends(server_header(plays))
        .sends("</stream:stream>")
        .ends(CloseCause::closed_by_peer);
}

}  // namespace
}  // namespace rondel::stream
