// The server's side: headers, features, TLS.
#include "rondel/stream/accepting_client_stream.hpp"

#include "tests/support/client_conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;

std::string refused(StreamCondition condition, std::string_view text) {
    return header_for_client("s1") + stream_error(condition, text) + "</stream:stream>";
}

TEST(AcceptingClient, R004_R013_R017_offers_TLS_and_nothing_else_first_R036) {
    Conversation(accepting_client())
        .receives(client_header())
        .connects()
        .sends(
            "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams' from='capulet.example' id='s1' version='1.0' "
            "xml:lang='en'>")
        .sends(features_before_tls);
}

TEST(AcceptingClient, R014_names_the_client_only_if_it_named_itself) {
    Conversation(accepting_client())
        .receives(client_header("capulet.example", "Juliet@capulet.example"))
        .connects()
        .sends(header_for_client("s1", "juliet@capulet.example"))
        .sends(features_before_tls);
}

TEST(AcceptingClient, R005_R006_R007_R042_R058_begins_anew_after_TLS_and_after_SASL) {
    bound_client(Conversation(accepting_client()))
        .closes()
        .sends("</stream:stream>")
        .receives("</stream:stream>")
        .ends(CloseCause::closed_by_us);
}

TEST(AcceptingClient, R016_does_not_care_for_the_id_of_a_client) {
    std::string header = client_header();
    header.insert(header.size() - 1, " id='mine'");
    Conversation(accepting_client())
        .receives(header)
        .connects()
        .sends(header_for_client("s1"))
        .sends(features_before_tls);
}

TEST(AcceptingClient, R018_compares_versions_as_numbers) {
    for (const char* good : {"1.0", "1.1", "1.10", "01.0", "2.0", "10.0"}) {
        std::string header = client_header();
        header.replace(header.find("version='1.0'", 30), 13, "version='" + std::string(good) + "'");
        Conversation(accepting_client())
            .receives(header)
            .connects()
            .sends(header_for_client("s1") + std::string(features_before_tls));
    }
    for (const char* bad : {"version='0.9'", "version='0.10'", "version=''", "", "version='one'"}) {
        std::string header = client_header();
        header.replace(header.find("version='1.0'", 30), 13, bad);
        Conversation(accepting_client())
            .receives(header)
            .sends(refused(unsupported_version, "Version 1.0 of XMPP is needed here."))
            .ends(CloseCause::error_from_us, unsupported_version);
    }
}

TEST(AcceptingClient, R019_R020_R023_R026_wrong_namespaces_are_refused_behind_a_header_of_ours) {
    const auto refuses = [](std::string_view header, StreamCondition condition, std::string_view why) {
        Conversation(accepting_client())
            .receives(header)
            .sends(refused(condition, why))
            .ends(CloseCause::error_from_us, condition);
    };
    refuses("<stream:stream xmlns='jabber:client' xmlns:stream='jabber:streams' to='capulet.example' version='1.0'>",
            invalid_namespace, "A stream header must be in the namespace http://etherx.jabber.org/streams.");
    for (const char* ns : {"jabber:server", "jabber:component:accept", "urn:x"})
        refuses("<stream:stream xmlns='" + std::string(ns) +
                    "' xmlns:stream='http://etherx.jabber.org/streams' to='capulet.example' version='1.0'>",
                invalid_namespace, "This is a stream for clients: its default namespace must be jabber:client.");
    refuses("<stream xmlns='http://etherx.jabber.org/streams' to='capulet.example' version='1.0'>",
            bad_namespace_prefix,
            "A stream header must have a prefix, as the default namespace is that of the stanzas.");
    refuses("<stream:flow xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='capulet.example'>",
            bad_format, "A stream header must be named stream.");
}

TEST(AcceptingClient, R027_R030_R031_knows_whom_it_serves) {
    for (const char* unknown : {"verona.example", "juliet@capulet.example", "capulet.example/x", "@", "[::1"}) {
        const std::string header = client_header(unknown);
        Conversation(accepting_client())
            .receives(header)
            .sends(refused(host_unknown, "This domain is not served here."))
            .ends(CloseCause::refused, host_unknown);
    }
    const std::string header = client_header("");
    Conversation(accepting_client())
        .receives(header)
        .sends(refused(improper_addressing, "A stream header must have a 'to' (RFC 6120 §4.7.2)."))
        .ends(CloseCause::error_from_us, improper_addressing);
    Conversation(accepting_client())
        .receives(client_header("Montague.Example"))
        .connects()
        .sends(header_for_client("s1", {}, "montague.example"))
        .sends(features_before_tls);
}

TEST(AcceptingClient, a_header_from_another_domain_contradicts_itself) {
    for (const char* from : {"juliet@montague.example", "montague.example", "juliet@@"}) {
        const std::string header = client_header("capulet.example", from);
        Conversation(accepting_client())
            .receives(header)
            .sends(refused(invalid_from, "The 'from' of the header must be an address of the domain in its 'to'."))
            .ends(CloseCause::error_from_us, invalid_from);
    }
}

TEST(AcceptingClient, R026_what_cannot_be_read_is_refused_behind_a_header_of_ours) {
    Conversation(accepting_client())
        .receives("HELO capulet.example\r\n")
        .sends(header_for_client("s1"))
        .sends(stream_error(not_well_formed, make_error_code(xml::ReadError::not_well_formed).message()) +
               "</stream:stream>")
        .ends(CloseCause::error_from_us, not_well_formed);
}

TEST(AcceptingClient, V13_T_COMP_there_is_no_compression) {
    secured_client(Conversation(accepting_client()))
        .receives("<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>")
        .sends(stream_error(unsupported_stanza_type, "This element means nothing here."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, unsupported_stanza_type);
}

TEST(AcceptingClient, V14_T_PREAUTH_R034_nothing_extends_the_time_to_authenticate) {
    using namespace std::chrono_literals;
    Conversation(accepting_client())
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(features_before_tls)
        .after(15s)
        .receives("    ")
        .after(4999ms)
        .after(1ms)
        .sends(stream_error(connection_timeout))
        .sends("</stream:stream>")
        .ends(CloseCause::timed_out, connection_timeout)
        .because("It did not authenticate.");
}

// ---- TLS ----

TEST(AcceptingClient, R037_R040_V32_T_INJ_drops_what_was_said_in_plain_text_before_TLS) {
    for (const std::string_view more :
         {"<auth/>", "\n<auth/>", "<stream:stream xmlns='jabber:client'>", "<message to='x@y'/>", "</stream:stream>",
          "\n<", "\n\x16\x03\x01", "\x16\x03\x01", "\v", "\f", " \xC2\xA0", "\xEF\xBB\xBF"})
        Conversation(accepting_client())
            .receives(client_header())
            .connects()
            .sends(header_for_client("s1"))
            .sends(features_before_tls)
            .receives(std::string(starttls) + std::string(more))
            .sends(proceed)
            .wants_tls()
            .ends(CloseCause::error_from_us)
            .because("plain text where TLS was to begin");
}

// go-xmpp (go-sendxmpp) ends <starttls/> and <auth/> with a line end, which RFC 6120 §5.3.4 forbids, and Prosody and
// ejabberd ignore.
TEST(AcceptingClient, blanks_before_TLS_and_before_a_new_header_are_dropped) {
    Conversation(accepting_client())
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(features_before_tls)
        .receives(std::string(starttls) + " \r\n")
        .sends(proceed)
        .wants_tls()
        .gets_secured(usual_tls())
        .receives(client_header())
        .sends(header_for_client("s2"))
        .sends(features_of_sasl)
        .receives(auth("PLAIN", juliets_plain) + "\n")
        .sends(sasl_success)
        .receives("\n" + client_header())
        .sends(header_for_client("s3"))
        .sends(features_of_bind);
}

// Only there: what begins in plain text or under TLS begins with its first byte, if that is a declaration (XML §2.8).
TEST(AcceptingClient, R037_blanks_are_dropped_nowhere_else) {
    const std::string late = "\n" + client_header();
    const std::string refusal = stream_error(restricted_xml,
                                             "The peer sent XML that XMPP does not allow: a comment, a processing "
                                             "instruction, a document type or an entity.");
    Conversation(accepting_client())
        .receives(late)
        .sends(header_for_client("s1"))
        .sends(refusal)
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, restricted_xml);
    Conversation(accepting_client())
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(features_before_tls)
        .receives(starttls)
        .sends(proceed)
        .wants_tls()
        .gets_secured(usual_tls())
        .receives(late)
        .sends(header_for_client("s2"))
        .sends(refusal)
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, restricted_xml);
}

// sendxmpp says that it comes from the server itself: that is nobody, and tells nothing.
TEST(AcceptingClient, a_header_from_the_domain_is_from_nobody) {
    secured_client(Conversation(accepting_client()))
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_success)
        .receives(client_header("capulet.example", "capulet.example"))
        .sends(header_for_client("s3"))
        .sends(features_of_bind);
}

TEST(AcceptingClient, V32_T_INJ_forgets_an_authentication_that_began_before_TLS) {
    stream::AcceptingClientOptions options = capulet_options();
    options.require_tls = false;
    const std::string challenge = "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
    const std::string plain_features =
        "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
        "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-256</mechanism>"
        "<mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>";
    Conversation(accepting_client(capulet(), options))
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(plain_features)
        .receives(auth("SCRAM-SHA-1"))
        .sends(challenge)
        .receives(starttls)
        .sends(proceed)
        .wants_tls()
        .gets_secured(usual_tls())
        .receives(client_header())
        .sends(header_for_client("s2"))
        .sends(features_of_sasl)
        .receives("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>biwsbj11c2VyLHI9eA==</response>")
        .sends(sasl_failure("malformed-request"));
}

TEST(AcceptingClient, R039_R042_TLS_is_refused_where_it_was_not_offered) {
    const std::string failure = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>";
    secured_client(Conversation(accepting_client()))
        .receives(starttls)
        .sends(failure)
        .ends(CloseCause::error_from_us)
        .because("not offered");
    stream::AcceptingClientOptions options = capulet_options();
    options.can_start_tls = false;
    Conversation(accepting_client(capulet(), options))
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends("<stream:features/>")
        .receives(starttls)
        .sends(failure)
        .ends(CloseCause::error_from_us);
}

TEST(AcceptingClient, R041_a_failed_handshake_ends_without_a_word) {
    Conversation(accepting_client())
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(features_before_tls)
        .receives(starttls)
        .sends(proceed)
        .wants_tls()
        .loses_connection()
        .ends(CloseCause::connection_lost)
        .because("did not complete the TLS handshake");
}

TEST(AcceptingClient, direct_TLS_begins_with_SASL) {
    Conversation(accepting_client(capulet(), capulet_options(), usual_tls()))
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(features_of_sasl);
}

TEST(AcceptingClient, a_session_without_TLS_only_if_it_is_not_required) {
    stream::AcceptingClientOptions options = capulet_options();
    options.require_tls = options.can_start_tls = false;
    Conversation(accepting_client(capulet(), options))
        .receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(
            "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
            "<mechanism>SCRAM-SHA-256</mechanism><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>")
        .receives("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'/>")
        .sends(
            "<failure xmlns='urn:xmpp:sasl:2'><encryption-required "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>");
}

TEST(AcceptingClient, V23_T_VHOST_nobody_moves_to_another_domain_by_a_restart) {
    secured_client(Conversation(accepting_client()))
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_success)
        .receives(client_header("montague.example"))
        .sends(header_for_client("s3"))
        .sends(stream_error(not_authorized, "You have authenticated in another domain."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, not_authorized);
}

TEST(AcceptingClient, V23_the_domain_may_change_with_TLS_as_nobody_is_known_yet) {
    Conversation(accepting_client())
        .receives(client_header("montague.example"))
        .connects()
        .sends(header_for_client("s1", {}, "montague.example"))
        .sends(features_before_tls)
        .receives(starttls)
        .sends(proceed)
        .wants_tls()
        .gets_secured(usual_tls())
        .receives(client_header())
        .sends(header_for_client("s2"))
        .sends(features_of_sasl);
}

TEST(AcceptingClient, a_header_after_SASL_must_not_name_somebody_else) {
    secured_client(Conversation(accepting_client()))
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_success)
        .receives(client_header("capulet.example", "nurse@capulet.example"))
        .sends(header_for_client("s3"))
        .sends(stream_error(invalid_from, "The 'from' of the header must be the account that has authenticated."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, invalid_from);
}

TEST(AcceptingClient, an_id_is_needed) {
    Clients clients = capulet();
    EXPECT_THROW(stream::AcceptingClientStream(clients, capulet_options(), [] { return std::string(); }),
                 std::invalid_argument);
}

}  // namespace
}  // namespace rondel::test
