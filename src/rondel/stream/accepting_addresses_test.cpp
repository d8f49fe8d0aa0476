// Addresses that are none, on the server's side: whose is the slip, and who is told (RFC 7622 §4).
#include "rondel/stream/accepting_stream.hpp"
#include "rondel/xml/writer.hpp"

#include "tests/support/conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

using namespace test;

TEST(AcceptingStream, R119_a_malformed_to_is_told_to_the_sender_and_the_stream_lives) {
    AcceptingOptions options;
    options.server = Jid::parse("shakespeare.lit").value();
    std::string why;
    xml::append_escaped_text(make_error_code(StanzaFault::bad_to).message(), why);
    for (const std::string_view to : {"@", "x y@example.com", "a@b@c/", "\xe2\x99\x9a@example.com"}) {
        const std::string lost =
            "<message from='a@plays.shakespeare.lit' to='" + std::string(to) + "' id='7'><body>x</body></message>";
        const std::string good = "<message from='a@plays.shakespeare.lit' to='b@c'/>";
        opened_server(Conversation(plays_server(options)))
            .receives(lost)
            .sends(
                "<message to='a@plays.shakespeare.lit' id='7' type='error' from='shakespeare.lit'>"
                "<error type='modify'><jid-malformed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
                why + "</text></error></message>")
            .refuses(lost, StanzaFault::bad_to)
            .receives(good)
            .gets(good);
    }
    // Nobody is told of what is wrong with an error or an answer.
    const std::string answer = "<iq from='a@plays.shakespeare.lit' to='@' id='7' type='result'/>";
    opened_server(Conversation(plays_server(options))).receives(answer).refuses(answer, StanzaFault::bad_to);
}

}  // namespace
}  // namespace rondel::stream
