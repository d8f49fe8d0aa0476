// RFC 7395: XMPP over WebSocket.
#include "rondel/conformance/websocket.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/conformance/log_in.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

constexpr auto framing_ns = "urn:ietf:params:xml:ns:xmpp-framing";

WebSocket connected(Stage& on, std::string_view protocol = "xmpp") {
    const ServerUnderTest& server = on.server();
    if (!server.websocket.at.known()) throw NotOffered("no WebSocket was given");
    return {server.websocket, server.trust, server.domain, protocol, server.limit};
}

std::string open(const std::string& to) {
    return fmt::format("<open xmlns='{}' to='{}' version='1.0'/>", framing_ns, to);
}

xml::Element begin(WebSocket& socket, Stage& on) {
    socket.send(open(on.domain()));
    const xml::Element theirs = socket.expect("open", framing_ns);
    if (theirs.attribute("from") != on.domain()) throw Unmet("<open/> is not from the domain: " + for_a_person(theirs));
    if (!theirs.attribute("id")) throw Unmet("<open/> has no id: " + for_a_person(theirs));
    return socket.expect("features", stream_ns);
}

void subprotocol(Stage& on) {
    const WebSocket socket = connected(on);
    if (socket.status() != 101) throw Unmet(fmt::format("The answer is {}.", socket.status()));
    if (socket.protocol() != "xmpp") throw Unmet("The subprotocol is \"" + socket.protocol() + "\".");
}

void another_subprotocol(Stage& on) {
    WebSocket socket = connected(on, "strange");
    if (socket.status() != 101) return;
    if (socket.protocol() == "strange") throw Unmet("The server agrees to a subprotocol that it does not know.");
    socket.send(open(on.domain()));
    if (const auto came = socket.receive()) throw Unmet("Without the subprotocol it answers " + *came);
}

void opens(Stage& on) {
    WebSocket socket = connected(on);
    begin(socket, on);
}

void no_starttls(Stage& on) {
    WebSocket socket = connected(on);
    if (begin(socket, on).child("starttls", tls_ns)) throw Unmet("STARTTLS is offered.");
}

void closes(Stage& on) {
    WebSocket socket = connected(on);
    begin(socket, on);
    socket.send(fmt::format("<close xmlns='{}'/>", framing_ns));
    socket.expect("close", framing_ns);
    if (const auto more = socket.receive()) throw Unmet("Behind <close/> came " + *more);
}

// The whole way in, with the restart that is another <open/> (§3.7).
void session(Stage& on) {
    WebSocket socket = connected(on);
    const xml::Element features = begin(socket, on);
    const Account& romeo = on.account("romeo");
    sasl::Offer offer = offer_in(features);
    offer.encrypted = on.server().websocket.tls;
    sasl::Credentials who;
    who.username = romeo.name;
    who.password = romeo.password;
    auto mechanism = sasl::choose_mechanism(who, offer, {.plain = true});
    if (!mechanism) throw Unmet("There is no way to authenticate: " + mechanism.error().message());
    const auto decoded = [](const xml::Element& of) { return *parse_base64(of.text()); };
    socket.send(auth((*mechanism)->name(), (*mechanism)->initial().value_or("")));
    if ((*mechanism)->name() != "PLAIN") {
        const xml::Element challenge = socket.expect("challenge", sasl_ns);
        const auto response = (*mechanism)->respond(decoded(challenge));
        if (!response) throw Unmet("The challenge is refused: " + response.error().message());
        socket.send(fmt::format("<response xmlns='{}'>{}</response>", sasl_ns, to_base64(*response)));
    }
    socket.expect("success", sasl_ns);
    begin(socket, on);
    socket.send(fmt::format("<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='{}'/></iq>", bind_ns));
    socket.expect("iq", "jabber:client");
    socket.send("<iq xmlns='jabber:client' type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    socket.expect("iq", "jabber:client");
}

void stream_tag(Stage& on) {
    WebSocket socket = connected(on);
    socket.send(header(on.domain()));
    for (;;) {
        const auto came = socket.receive();
        if (!came) return;
        if (came->find("<stream:stream") != std::string::npos)
            throw Unmet("A stream header is answered with one: " + *came);
        if (came->find("features") != std::string::npos) throw Unmet("A stream header is taken for <open/>.");
    }
}

void unknown_host(Stage& on) {
    WebSocket socket = connected(on);
    socket.send(open("nobody.invalid"));
    while (const auto came = socket.receive()) {
        if (came->find("host-unknown") != std::string::npos) return;
        if (came->find("features") != std::string::npos) break;
    }
    throw Unmet("There was no host-unknown.");
}

constexpr ServerCase cases[] = {
    {"R113", "RFC 7395 §3.1", "the subprotocol is `xmpp`", subprotocol},
    {"R113", "RFC 7395 §3.1", "another one is not agreed to", another_subprotocol},
    {"R115", "RFC 7395 §3.4", "<open/> is answered with <open/>, and features", opens},
    {"R115", "RFC 7395 §3.6", "<close/> is answered with <close/>, and the end", closes},
    {"R115", "RFC 7395 §3.7", "after authentication another <open/> comes, and a session", session},
    {"R115", "RFC 7395 §3.3", "a <stream:stream> is none", stream_tag},
    {"R030", "RFC 7395 §3.4.1", "<open/> to a domain that is not served: host-unknown", unknown_host},
    {"R114", "RFC 7395 §3.3.3", "each message is one whole element", session},
    {"R117", "RFC 7395 §3.9", "no STARTTLS is offered", no_starttls},
};

}  // namespace

ServerCases websocket_cases() { return cases; }

}  // namespace rondel::conformance
