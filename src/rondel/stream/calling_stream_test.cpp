// The server calls a component that listens (XEP-0114, jabber:component:connect).
#include "rondel/stream/calling_stream.hpp"

#include "tests/support/conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace literals;
using test::Conversation;

test::MakeStream caller(AcceptingOptions options = {}) {
    return [options] {
        return std::make_unique<CallingStream>(ComponentCredentials{"plays.shakespeare.lit"_jid, "test"}, options);
    };
}

constexpr std::string_view our_header =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:connect' "
    "xmlns:stream='http://etherx.jabber.org/streams' from='plays.shakespeare.lit'>";
constexpr std::string_view their_header =
    "<stream:stream xmlns='jabber:component:connect' xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32'>";

Conversation& opened(Conversation&& conversation) {
    return conversation.sends(our_header)
        .receives(their_header)
        .connects()
        .sends(test::plays_handshake)
        .receives("<handshake/>")
        .opens();
}

TEST(CallingStream, R001_the_server_greets_shows_the_secret_and_is_let_in) {
    opened(Conversation(caller()))
        .says("<message from='romeo@example.net' to='plays.shakespeare.lit'/>")
        .sends("<message from='romeo@example.net' to='plays.shakespeare.lit'/>")
        .receives("<message from='plays.shakespeare.lit' to='romeo@example.net'/>")
        .gets("<message from='plays.shakespeare.lit' to='romeo@example.net'/>")
        .closes()
        .sends("</stream:stream>")
        .receives("</stream:stream>")
        .ends(CloseCause::closed_by_us);
}

TEST(CallingStream, V21_a_foreign_from_ends_the_stream) {
    opened(Conversation(caller()))
        .receives("<message from='romeo@example.net' to='juliet@example.net'/>")
        .sends(test::stream_error(StreamCondition::invalid_from, make_error_code(StreamFault::foreign_from).message()))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, StreamCondition::invalid_from);
}

TEST(CallingStream, a_component_that_wants_to_be_called_otherwise_is_told) {
    Conversation(caller())
        .sends(our_header)
        .receives(
            "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1'>")
        .sends(test::stream_error(
            StreamCondition::invalid_namespace,
            "This is a stream for components: its default namespace must be jabber:component:connect."))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_us, StreamCondition::invalid_namespace)
        .because("is no component that waits to be called");
}

TEST(CallingStream, a_component_that_refuses_the_secret_is_believed) {
    Conversation(caller())
        .sends(our_header)
        .receives(their_header)
        .connects()
        .sends(test::plays_handshake)
        .receives("<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
        .sends("</stream:stream>")
        .ends(CloseCause::refused, StreamCondition::not_authorized);
}

TEST(CallingStream, only_a_domain_can_be_called) {
    EXPECT_THROW(CallingStream({"romeo@example.net"_jid, "test"}), std::invalid_argument);
    EXPECT_THROW(CallingStream({Jid(), "test"}), std::invalid_argument);
}

}  // namespace
}  // namespace rondel::stream
