// The server's side on a WebSocket (RFC 7395): each message ends with a NUL here, which the transport makes a frame of.
#include "rondel/stream/accepting_client_stream.hpp"

#include "tests/support/client_conversation.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;

std::string message(std::string_view text) { return std::string(text) + '\0'; }

std::string stand_alone(std::string_view features) {
    std::string text(features);
    return message(
        text.insert(std::string_view("<stream:features").size(), " xmlns:stream='http://etherx.jabber.org/streams'"));
}
std::string opened(std::string_view id) {
    return message("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='capulet.example' id='" + std::string(id) +
                   "' version='1.0' xml:lang='en'/>");
}
const std::string open =
    message("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='capulet.example' version='1.0'/>");
const std::string close = message("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");

std::string error(StreamCondition condition, std::string_view text) {
    return message("<stream:error xmlns:stream='http://etherx.jabber.org/streams'><" +
                   std::string(to_string(condition)) +
                   " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams' "
                   "xml:lang='en'>" +
                   std::string(text) + "</text></stream:error>");
}

MakeStream server(std::optional<stream::TlsFacts> tls = usual_tls(), bool require_tls = true) {
    stream::AcceptingClientOptions options = capulet_options();
    options.framing = stream::Framing::websocket;
    options.require_tls = require_tls;
    return accepting_client(capulet(), options, std::move(tls));
}

Conversation& begun(Conversation&& conversation) {
    return conversation.receives(open).connects().sends(opened("s1")).sends(stand_alone(features_of_sasl));
}

TEST(AcceptingClientWebSocket, R114_R115_R117_goes_the_whole_way) {
    begun(Conversation(server()))
        .receives(message(auth("PLAIN", juliets_plain)))
        .sends(message(sasl_success))
        .receives(open)
        .sends(opened("s2"))
        .sends(stand_alone(features_of_bind))
        .receives(message("<iq xmlns='jabber:client' type='set' id='b1'>"
                          "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>"))
        .sends(message("<iq xmlns='jabber:client' id='b1' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                       "<jid>juliet@capulet.example/balcony</jid></bind></iq>"))
        .reports("opened s2 juliet@capulet.example/balcony")
        .receives(message("<message xmlns='jabber:client' to='a@b'><body>Hi</body></message>"))
        .gets("<message to='a@b' from='juliet@capulet.example/balcony'><body>Hi</body></message>")
        .says("<message from='a@b' to='juliet@capulet.example'><body>Ho</body></message>")
        .sends(
            message("<message xmlns='jabber:client' from='a@b' to='juliet@capulet.example'><body>Ho</body></message>"))
        .receives(close)
        .sends(close)
        .ends(CloseCause::closed_by_peer);
}

TEST(AcceptingClientWebSocket, opens_a_session_inline_too) {
    begun(Conversation(server()))
        .receives(message("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>" +
                          std::string(juliets_plain) +
                          "</initial-response><bind xmlns='urn:xmpp:bind:0'/></authenticate>"))
        .sends(message("<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@capulet.example/r1"
                       "</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/></success>"))
        .sends(stand_alone("<stream:features><sm xmlns='urn:xmpp:sm:3'/><csi xmlns='urn:xmpp:csi:0'/>"
                           "<ver xmlns='urn:xmpp:features:rosterver'/><sub xmlns='urn:xmpp:features:pre-approval'/>"
                           "</stream:features>"))
        .opens()
        .closes()
        .sends(close)
        .receives(close)
        .ends(CloseCause::closed_by_us);
}

TEST(AcceptingClientWebSocket, R117_offers_no_STARTTLS) {
    Conversation(server(std::nullopt))
        .receives(open)
        .connects()
        .sends(opened("s1"))
        .sends(stand_alone("<stream:features/>"))
        .receives(message(auth("PLAIN", juliets_plain)))
        .sends(message(sasl_failure("encryption-required")))
        .receives(message(starttls))
        .sends(message("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"))
        .sends(close)
        .ends(CloseCause::error_from_us);
}

TEST(AcceptingClientWebSocket, R114_R115_refuses_what_is_no_message) {
    begun(Conversation(server()))
        .receives(message(" <presence xmlns='jabber:client'/>"))
        .sends(error(bad_format, make_error_code(xml::ReadError::text_between_stanzas).message()))
        .sends(close)
        .ends(CloseCause::error_from_us, bad_format);
    Conversation(server())
        .receives(message(client_header() + "</stream:stream>"))
        .sends(opened("s1"))
        .sends(error(invalid_namespace,
                     "A stream begins with &lt;open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/&gt; here (RFC 7395)."))
        .sends(close)
        .ends(CloseCause::error_from_us, invalid_namespace);
    begun(Conversation(server()))
        .receives(open)
        .sends(error(bad_format, "A stream header must not come again."))
        .sends(close)
        .ends(CloseCause::error_from_us, bad_format);
    begun(Conversation(server()))
        .receives(message("<message xmlns='jabber:client'/>"))
        .sends(error(not_authorized, "Authenticate first (RFC 6120 §4.3.5)."))
        .sends(close)
        .ends(CloseCause::error_from_us, not_authorized);
}

}  // namespace
}  // namespace rondel::test
