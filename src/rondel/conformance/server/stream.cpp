// RFC 6120 §4 and §13.12: what a session's stream lives through, and what ends it.
#include "rondel/conformance/log_in.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

void closes_in_order(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.stream().send("</stream:stream>");
    const auto ending = romeo.stream().read_to_end();
    if (!ending.end_tag) throw Unmet("The end tag was not answered.");
    if (!ending.closed) throw Unmet("The connection was not closed.");
}

// What was said before the end tag is still handled, and its answers come before the server's.
void what_was_said_before_counts(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.stream().send(
        on.fill("<iq type='get' id='last' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq></stream:stream>"));
    const auto ending = romeo.stream().read_to_end();
    for (const xml::Element& each : ending.rest)
        if (each.name() == "iq" && each.attribute("id") == "last") return;
    throw Unmet("There was no answer before the end.");
}

void an_unknown_element(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.send("<strange xmlns='urn:example:strange'/>");
    try {
        romeo.round_trip();
    } catch (const Unmet&) {
        throw Unmet("The stream neither went on nor ended in order.");
    }
}

void spaces(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.stream().send(" \n\t\r\n ");
    romeo.round_trip();
    if (romeo.ended()) throw Unmet("The stream ended.");
}

void byte_by_byte(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    const std::string text = on.fill("<iq type='get' id='slow' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>");
    for (const char each : text) romeo.stream().send(std::string_view(&each, 1));
    romeo.gets("<iq id='slow'/>");
}

void a_half_is_nothing(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send("<message to='{juliet/balcony}' type='chat' id='half'><body>hello</body>");
    juliet.round_trip();
    for (const xml::Element& each : juliet.inbox())
        if (each.name() == "message") throw Unmet("It was delivered before it was whole.");
    romeo.stream().wire().close();
    juliet.gets_no("<message id='half'/>");
}

void ten_thousand_bytes(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    const std::string text(9800, 'x');
    romeo.send(fmt::format("<message to='{{juliet/balcony}}' type='chat' id='long'><body>{}</body></message>", text));
    juliet.gets("<message id='long'><body>" + text + "</body></message>");
}

// Never-ending: it has to be stopped while it comes, not when it is whole.
void too_large(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.stream().send(on.fill("<message to='{domain}'><body>"));
    const std::string piece(64 * 1024, 'x');
    for (int i = 0; i < 320; ++i) romeo.stream().send(piece);  // 20 MiB
    romeo.stream().expect_error({"policy-violation", "resource-constraint"});
}

void little_before_authentication(Stage& on) {
    RawStream stream = on.before_authentication();
    stream.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>");
    const std::string piece(64 * 1024, 'A');
    for (int i = 0; i < 80; ++i) stream.send(piece);  // 5 MiB
    stream.expect_error({"policy-violation", "resource-constraint"});
}

// §4.8.5, §8.4: a prefix of the sender's header means the same to the receiver.
void prefixes_of_the_header(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    RawStream stream = on.before_authentication();
    authenticate(stream, on.account("romeo"), on.offered());
    stream.restart();
    stream.send(header(on.domain(), client_ns, "version='1.0' xmlns:foo='urn:example:foo'"));
    stream.expect_features();
    stream.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    stream.expect("<iq type='result' id='b'/>");
    Session& romeo = on.adopt(std::move(stream), on.fill("{romeo}/made"));
    romeo.send("<message to='{juliet/balcony}' type='chat' id='ns'><body>hello</body><foo:bar/></message>");
    // It may be refused; what is passed on has to mean the same.
    try {
        juliet.gets("<message id='ns'><bar xmlns='urn:example:foo'/></message>");
    } catch (const Unmet&) {
        romeo.stream().expect_end();
    }
}

constexpr ServerCase cases[] = {
    {"R011", "RFC 6120 §4.4", "an end tag is answered with one, and the connection closed", closes_in_order},
    {"R011", "RFC 6120 §4.4", "what was said before the end tag is still answered", what_was_said_before_counts},
    {"R022", "RFC 6120 §4.8.4", "an element that is no stanza is ignored, or ends the stream", an_unknown_element},
    {"R024", "RFC 6120 §4.8.5", "a namespace of the header goes along with the stanza", prefixes_of_the_header},
    {"R034", "RFC 6120 §4.6.1", "white space between stanzas is nothing", spaces},
    {"R074", "RFC 6120 §8", "a stanza that comes byte by byte", byte_by_byte},
    {"R074", "RFC 6120 §8", "half a stanza is not processed", a_half_is_nothing},
    {"R095", "RFC 6120 §13.12", "10,000 bytes pass", ten_thousand_bytes},
    {"R096", "RFC 6120 §13.12", "a stanza without end is stopped: policy-violation", too_large},
    {"R096", "RFC 6120 §13.12", "so it is before authentication", little_before_authentication},
};

}  // namespace

ServerCases stream_cases() { return cases; }

}  // namespace rondel::conformance
