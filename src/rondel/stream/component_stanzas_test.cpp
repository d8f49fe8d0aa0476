// Stanzas on an open component stream, in and out.
#include "rondel/stanza/stanza.hpp"
#include "rondel/stream/component_stream.hpp"
#include "rondel/xml/writer.hpp"

#include "tests/support/conversation.hpp"
#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace test;
using namespace std::chrono_literals;

// <error/> of a stanza, as the stanza floor words it.
std::string error(std::string_view type, std::string_view condition, std::error_code fault) {
    std::string error = "<error type='" + std::string(type) + "'><" + std::string(condition) +
                        " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                        "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>";
    xml::append_escaped_text(fault.message(), error);
    return error + "</text></error>";
}

TEST(ComponentStream, R074_T_SPLIT_delivers_each_stanza_at_its_last_byte) {
    opened_component(Conversation(plays_component()))
        .receives(
            "<message from='romeo@montague.example/garden' to='juliet@plays.shakespeare.lit' id='a' type='chat'>"
            "<body>&lt;wherefore&gt;</body></message")
        .receives(">")
        .gets(
            "<message from='romeo@montague.example/garden' to='juliet@plays.shakespeare.lit' id='a' type='chat'>"
            "<body>&lt;wherefore&gt;</body></message>")
        .receives("<presence from='a@b' to='plays.shakespeare.lit'/><presence from='a@b' to='plays.shakespeare.lit' ")
        .gets("<presence from='a@b' to='plays.shakespeare.lit'/>")
        .receives("type='probe' />")
        .gets("<presence from='a@b' to='plays.shakespeare.lit' type='probe'/>");
}

TEST(ComponentStream, stanzas_are_the_same_whatever_the_stream_calls_their_namespace) {
    for (const std::string_view ns :
         {"", " xmlns='jabber:component:accept'", " xmlns='jabber:client'"})  // jabberd2 marks them
        opened_component(Conversation(plays_component()))
            .receives("<message from='a@b' to='plays.shakespeare.lit'" + std::string(ns) + "><body>x</body></message>")
            .gets("<message from='a@b' to='plays.shakespeare.lit'><body>x</body></message>");
}

TEST(ComponentStream, R101_prefixes_mean_nothing) {
    opened_component(Conversation(plays_component()))
        .receives(
            "<c:message xmlns:c='jabber:component:accept' from='a@b' to='plays.shakespeare.lit'><c:body>x</c:body>"
            "<p:active xmlns:p='http://jabber.org/protocol/chatstates'/></c:message>")
        .gets(
            "<message from='a@b' to='plays.shakespeare.lit'><body>x</body>"
            "<active xmlns='http://jabber.org/protocol/chatstates'/></message>");
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(
            "<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns:c='jabber:component:accept' "
            "xmlns='jabber:component:accept' id='3BF96D32'>")
        .connects()
        .sends(plays_handshake)
        .receives("<c:handshake/>")
        .opens()
        .receives("<c:presence from='a@b' to='plays.shakespeare.lit'/>")
        .gets("<presence from='a@b' to='plays.shakespeare.lit'/>")
        .receives("<s:error><e:reset xmlns:e='urn:ietf:params:xml:ns:xmpp-streams'/></s:error>")
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, StreamCondition::reset);
}

TEST(ComponentStream, R024_namespaces_of_the_header_go_with_the_stanza) {
    Conversation(plays_component())
        .sends(component_header(plays))
        .receives(
            "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' "
            "xmlns:x='urn:example:x' id='3BF96D32'>")
        .connects()
        .sends(plays_handshake)
        .receives("<handshake/>")
        .opens()
        .receives("<message from='a@b' to='plays.shakespeare.lit'><x:y x:z='1'/></message>")
        .gets(
            "<message from='a@b' to='plays.shakespeare.lit'><y xmlns='urn:example:x' xmlns:ns1='urn:example:x' "
            "ns1:z='1'/></message>");
}

TEST(ComponentStream, R034_white_space_between_stanzas_is_nothing) {
    opened_component(Conversation(plays_component()))
        .receives(" ")
        .receives("\r\n\t  <presence from='a@b' to='plays.shakespeare.lit'/>\n")
        .gets("<presence from='a@b' to='plays.shakespeare.lit'/>")
        .after(30s)
        .receives(" ");
}

TEST(ComponentStream, V20_T_NEST_a_stanza_inside_a_stanza_is_not_delivered) {
    opened_component(Conversation(plays_component()))
        .receives(
            "<message from='a@b' to='plays.shakespeare.lit'><forwarded xmlns='urn:xmpp:forward:0'>"
            "<message xmlns='jabber:client' from='x@y'/></forwarded></message>")
        .gets(
            "<message from='a@b' to='plays.shakespeare.lit'><forwarded xmlns='urn:xmpp:forward:0'>"
            "<message xmlns='jabber:client' from='x@y'/></forwarded></message>");
}

TEST(ComponentStream, R079_an_iq_that_is_none_is_answered_and_the_stream_lives) {
    const auto refused = [](std::string_view id, std::string_view type, std::string_view inside, StanzaFault fault) {
        std::string iq = "<iq from='a@b' to='plays.shakespeare.lit'";
        if (!id.empty()) iq += " id='" + std::string(id) + "'";
        if (!type.empty()) iq += " type='" + std::string(type) + "'";
        iq += inside.empty() ? "/>" : ">" + std::string(inside) + "</iq>";
        opened_component(Conversation(plays_component()))
            .receives(iq)
            .sends("<iq to='a@b' from='plays.shakespeare.lit'" + (id.empty() ? "" : " id='" + std::string(id) + "'") +
                   " type='error'>" + error("modify", "bad-request", fault) + "</iq>")
            .refuses(iq, fault)
            .receives("<presence from='a@b' to='plays.shakespeare.lit'/>")
            .gets("<presence from='a@b' to='plays.shakespeare.lit'/>");
    };
    refused("1", "get", "", StanzaFault::bad_iq_children);
    refused("1", "set", "<a xmlns='urn:a'/><b xmlns='urn:b'/>", StanzaFault::bad_iq_children);
    refused("1", "", "<a xmlns='urn:a'/>", StanzaFault::bad_iq_type);
    refused("1", "subscribe", "<a xmlns='urn:a'/>", StanzaFault::bad_iq_type);
    refused("", "get", "<a xmlns='urn:a'/>", StanzaFault::iq_without_id);
}

TEST(ComponentStream, R081_R083_V45_what_is_wrong_with_an_answer_is_not_answered) {
    for (const std::string_view iq : {
             "<iq from='a@b' to='plays.shakespeare.lit' type='result'/>",
             "<iq from='a@b' to='plays.shakespeare.lit' type='error'/>",
         })
        opened_component(Conversation(plays_component())).receives(iq).refuses(iq, StanzaFault::iq_without_id);
    const std::string_view result =
        "<iq from='a@b' to='plays.shakespeare.lit' id='1' type='result'><a xmlns='urn:a'/><b xmlns='urn:b'/></iq>";
    opened_component(Conversation(plays_component())).receives(result).refuses(result, StanzaFault::bad_iq_children);
    const std::string_view error = "<message from='a@b' to='@' type='error'/>";
    opened_component(Conversation(plays_component())).receives(error).refuses(error, StanzaFault::bad_to);
}

TEST(ComponentStream, R119_addresses_that_are_none_are_answered_where_one_can) {
    const std::string_view bad_to = "<message from='a@b' to='x y@plays.shakespeare.lit' id='7'/>";
    opened_component(Conversation(plays_component()))
        .receives(bad_to)
        .sends("<message to='a@b' id='7' type='error' from='plays.shakespeare.lit'>" +
               error("modify", "jid-malformed", StanzaFault::bad_to) + "</message>")
        .refuses(bad_to, StanzaFault::bad_to);
    const std::string_view bad_from = "<message from='@' to='plays.shakespeare.lit'/>";
    opened_component(Conversation(plays_component())).receives(bad_from).refuses(bad_from, StanzaFault::bad_from);
}

// The server would take it for a forged `from`, and end the stream.
TEST(ComponentStream, R124_no_answer_goes_out_in_the_name_of_another_domain) {
    const std::string_view misrouted = "<iq from='a@b' to='elsewhere.example' id='1' type='get'/>";
    opened_component(Conversation(plays_component()))
        .receives(misrouted)
        .refuses(misrouted, StanzaFault::bad_iq_children);
}

TEST(ComponentStream, R022_F25_an_element_that_is_no_stanza_is_ignored_and_reported) {
    for (const std::string_view element : {
             "<log xmlns='jabber:client'/>",
             "<r xmlns='urn:xmpp:sm:3'/>",
             "<features xmlns='http://etherx.jabber.org/streams'/>",
             "<message xmlns='urn:other' from='a@b' to='plays.shakespeare.lit'/>",
         })
        opened_component(Conversation(plays_component()))
            .receives(element)
            .refuses(element == "<log xmlns='jabber:client'/>" ? "<log/>" : element, StanzaFault::unknown_kind)
            .receives("<presence from='a@b' to='plays.shakespeare.lit'/>")
            .gets("<presence from='a@b' to='plays.shakespeare.lit'/>");
    opened_component(Conversation(plays_component()))
        .receives("<handshake/>")  // once more
        .refuses("<handshake/>", StanzaFault::unknown_kind);
}

TEST(ComponentStream, V21_R124_T_CFROM_sends_only_in_its_own_name_and_to_somebody) {
    opened_component(Conversation(plays_component()))
        .says("<message to='a@b'/>", StreamFault::no_from)
        .says("<message from='a@example.com' to='a@b'/>", StreamFault::foreign_from)
        .says("<message from='sub.plays.shakespeare.lit' to='a@b'/>", StreamFault::foreign_from)
        .says("<message from='shakespeare.lit' to='a@b'/>", StreamFault::foreign_from)
        .says("<message from='plays.shakespeare.lib' to='a@b'/>", StreamFault::foreign_from)  // as long as its own
        .says("<message from='qlays.shakespeare.lit' to='a@b'/>", StreamFault::foreign_from)
        .says("<message from='plays.shakespeare.lit'/>", StreamFault::no_to)
        .says("<message from='anybody@plays.shakespeare.lit'/>", StreamFault::no_to)
        .does([](Stream& stream, Instant) {
            Stanza message(stanza_of("<message from='plays.shakespeare.lit' to='a@b'/>"));
            message.element().set("to", "");
            EXPECT_EQ(stream.send(message), StreamFault::no_to);
        })
        .says("<message from='plays.shakespeare.lit' to='a@b'/>")
        .sends("<message from='plays.shakespeare.lit' to='a@b'/>")
        .says("<message from='anybody@plays.shakespeare.lit/x' to='a@b'/>")
        .sends("<message from='anybody@plays.shakespeare.lit/x' to='a@b'/>");
}

TEST(ComponentStream, R023_sends_in_the_namespace_of_the_stream_without_prefixes) {
    opened_component(Conversation(plays_component()))
        .says("<message from='plays.shakespeare.lit' to='a@b'><body>x</body><q xmlns='urn:q'><r/></q></message>")
        .sends("<message from='plays.shakespeare.lit' to='a@b'><body>x</body><q xmlns='urn:q'><r/></q></message>");
}

TEST(ComponentStream, V09_R096_what_a_server_may_choke_on_is_not_sent) {
    StreamOptions options;
    options.writing = {.bytes = 80, .depth = 3};
    const std::string deep = "<message from='plays.shakespeare.lit' to='a@b'><b><c><d/></c></b></message>";
    opened_component(Conversation(plays_component(options)))
        .says("<message from='plays.shakespeare.lit' to='a@b' id='" + std::string(60, 'x') + "'/>",
              xml::WriteError::too_large)
        .says(deep, xml::WriteError::too_deep)
        .does([](Stream& stream, Instant) {
            Stanza stanza(stanza_of("<message from='plays.shakespeare.lit' to='a@b'/>"));
            stanza.set_id("\x1b[2J");
            EXPECT_EQ(stream.send(stanza), xml::WriteError::bad_character);
        })
        .says("<presence from='plays.shakespeare.lit' to='a@b'/>")
        .sends("<presence from='plays.shakespeare.lit' to='a@b'/>");
}

}  // namespace
}  // namespace rondel::stream
