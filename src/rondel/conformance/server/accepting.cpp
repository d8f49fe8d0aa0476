// XEP-0114: the server's side of components.
#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/stanza_errors.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

RawStream begun(Stage& on, const std::string& first) {
    RawStream stream = on.component_stream();
    stream.send(first);
    return stream;
}

RawStream greeted(Stage& on) {
    RawStream stream = begun(on, header(on.component_account(0).domain, component_ns, ""));
    stream.expect_header();
    return stream;
}

std::string digest(const RawStream& stream, std::string_view secret) {
    return to_hex(sha1({stream.header_attribute("id"), secret}));
}

void good(Stage& on) {
    RawStream stream = greeted(on);
    if (stream.header_attribute("id").empty()) throw Unmet("The header has no id.");
    stream.send("<handshake>" + digest(stream, on.component_account(0).secret.reveal()) + "</handshake>");
    const xml::Element answer = stream.expect("<handshake/>");
    if (!answer.text().empty()) throw Unmet("The answer is not empty.");
}

void no_features(Stage& on) {
    RawStream stream = greeted(on);
    if (stream.next(Clock::now() + std::chrono::milliseconds(300)) == RawStream::Came::element)
        throw Unmet("Before the handshake came " + for_a_person(stream.take()) + ".");
}

void wrong_secret(Stage& on) {
    RawStream stream = greeted(on);
    stream.send("<handshake>" + digest(stream, "something else") + "</handshake>");
    stream.expect_error({"not-authorized"});
}

void nothing_before(Stage& on) {
    RawStream stream = greeted(on);
    stream.send(on.fill("<message from='x@" + on.component_account(0).domain +
                        "' to='nobody@{domain}'><body>hello</body></message>"));
    stream.expect_error({"not-authorized"});
}

void refused(Stage& on, const std::string& first, std::initializer_list<std::string_view> conditions) {
    begun(on, first).expect_error(conditions);
}

void refused_header(Stage& on, std::string_view to, std::string_view ns,
                    std::initializer_list<std::string_view> conditions) {
    refused(on, header(to, ns, ""), conditions);
}

void no_to(Stage& on) {
    refused(on, fmt::format("<stream:stream xmlns='{}' xmlns:stream='{}'>", component_ns, stream_ns),
            {"improper-addressing", "host-unknown"});
}

void conflict(Stage& on) {
    on.component();
    RawStream stream = begun(on, header(on.component_account(0).domain, component_ns, ""));
    if (stream.next(stream.deadline()) == RawStream::Came::header)
        stream.send("<handshake>" + digest(stream, on.component_account(0).secret.reveal()) + "</handshake>");
    stream.expect_error({"conflict"});
}

void any_address_of_the_domain(Stage& on) {
    Session& echo = on.component();
    Session& juliet = on.online("juliet", "balcony");
    for (const char* const from : {"{echo}", "a@{echo}", "a@{echo}/b"}) {
        echo.send(fmt::format("<message from='{}' to='{{juliet/balcony}}' type='chat' id='1'><body>x</body></message>",
                              from));
        juliet.gets(fmt::format("<message from='{}' id='1'/>", from));
    }
}

void foreign_from(Stage& on, const char* from) {
    Session& echo = on.component();
    Session& juliet = on.online("juliet", "balcony");
    echo.send(
        fmt::format("<message from='{}' to='{{juliet/balcony}}' type='chat' id='1'><body>x</body></message>", from));
    const auto ending = echo.stream().read_to_end();
    juliet.gets_no("<message id='1'/>");
    if (ending.condition != "invalid-from" && ending.condition != "improper-addressing")
        throw Unmet("It was not delivered, but the stream error invalid-from did not come. " + echo.stream().tail());
}

void no_from(Stage& on) {
    Session& echo = on.component();
    Session& juliet = on.online("juliet", "balcony");
    echo.send("<message to='{juliet/balcony}' type='chat' id='1'><body>x</body></message>");
    juliet.gets_no("<message id='1'/>");
}

void no_to_in_a_stanza(Stage& on) {
    Session& echo = on.component();
    echo.send("<iq type='get' from='a@{echo}' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
    const Instant until = echo.stream().deadline();
    const auto came = echo.stream().next(until);
    if (came == RawStream::Came::element) {
        const xml::Element element = echo.stream().take();
        if (element.is("error", stream_ns)) return;
        if (element.attribute("type") == "error") return;
        throw Unmet("It was answered with " + for_a_person(element));
    }
    throw Unmet("A query without `to` was not answered, and the stream did not end.");
}

void bad_iq(Stage& on) {
    Session& echo = on.component();
    expect_error(echo.ask("<iq type='get' from='a@{echo}' to='{domain}' id='1'/>"), {"bad-request"});
}

void unknown_query(Stage& on) {
    Session& echo = on.component();
    expect_error(echo.ask("<iq type='get' from='a@{echo}' to='{domain}' id='1'><q xmlns='urn:example:u'/></iq>"),
                 {"service-unavailable"});
}

void answers_reach(Stage& on) {
    Session& echo = on.component();
    Session& romeo = on.client("romeo", "orchard");
    romeo.send("<iq type='get' id='q' to='service@{echo}/x'><query xmlns='urn:example:q'/></iq>");
    echo.gets("<iq type='get' id='q' from='{romeo/orchard}' to='service@{echo}/x'><query xmlns='urn:example:q'/></iq>");
    echo.send(
        "<iq type='result' id='q' from='service@{echo}/x' to='{romeo/orchard}'><query xmlns='urn:example:q'/></iq>");
    romeo.gets("<iq type='result' id='q' from='service@{echo}/x'><query xmlns='urn:example:q'/></iq>");
}

void nobody_connected(Stage& on) {
    on.name("peer", on.component_account(1).domain);
    Session& romeo = on.client("romeo", "orchard");
    expect_error(romeo.ask("<iq type='get' id='1' to='{peer}'><ping xmlns='urn:xmpp:ping'/></iq>"),
                 {"remote-server-timeout", "remote-server-not-found", "service-unavailable"});
}

void to_each_other(Stage& on) {
    Session& echo = on.component("echo");
    Session& peer = on.component("peer");
    echo.send("<message from='a@{echo}' to='b@{peer}' id='1'><body>hello</body></message>");
    peer.gets("<message from='a@{echo}' to='b@{peer}' id='1'><body>hello</body></message>");
}

void bad_xml(Stage& on, const char* text, std::initializer_list<std::string_view> conditions) {
    Session& echo = on.component();
    echo.send(text);
    echo.stream().expect_error(conditions);
}

void upper_case(Stage& on) {
    RawStream stream = greeted(on);
    std::string text = digest(stream, on.component_account(0).secret.reveal());
    text.replace(0, text.size(), std::string(40, 'g'));
    stream.send("<handshake>" + text + "</handshake>");
    stream.expect_error({"not-authorized"});
}

constexpr ServerCase cases[] = {
    {"R121", "XEP-0114 §3", "who knows the secret is let in", good},
    {"R004", "XEP-0114 §3", "no features come before the handshake", no_features},
    {"R122", "XEP-0114 §3", "a wrong secret: not-authorized, closed", wrong_secret},
    {"R122", "XEP-0114 §3", "a handshake that is no digest: not-authorized, closed", upper_case},
    {"R122", "XEP-0114 §3", "a name that is not served: host-unknown",
     [](Stage& on) {
         refused_header(on, "unknown.invalid", component_ns, {"host-unknown", "conflict"});
     }},
    {"R020", "XEP-0114 §3", "another namespace: invalid-namespace",
     [](Stage& on) { refused_header(on, on.component_account(0).domain, "urn:example:x", {"invalid-namespace"}); }},
    {"R031", "RFC 6120 §4.9.3.7", "a header without `to`: improper-addressing", no_to},
    {"R008", "XEP-0114 §3", "a stanza before the handshake: not-authorized", nothing_before},
    {"", "XEP-0114 (V38)", "a second connection of one name: conflict", conflict},
    {"R124", "XEP-0114 §3", "a component speaks for each address of its domain", any_address_of_the_domain},
    {"R124", "XEP-0114 §3", "but for no other domain: invalid-from",
     [](Stage& on) { foreign_from(on, "a@elsewhere.invalid"); }},
    {"R124", "XEP-0114 §3", "nor for the server's own users",
     [](Stage& on) { foreign_from(on, "nobody-there@{domain}"); }},
    {"R077", "XEP-0114 §3", "a stanza without `from` is not passed on", no_from},
    {"R077", "RFC 6120 §8.1.1.2", "a stanza without `to` is refused", no_to_in_a_stanza},
    {"R079", "RFC 6120 §8.2.3", "a component's query without a child: bad-request", bad_iq},
    {"R087", "RFC 6120 §8.4", "a component's query that the server does not know", unknown_query},
    {"R088", "RFC 6120 §8.4", "queries and answers pass between users and components", answers_reach},
    {"R092", "RFC 6120 §10.4.3", "a component that is not connected", nobody_connected},
    {"R075", "RFC 6120 §8.1.1.1", "two components reach each other", to_each_other},
    {"R098", "RFC 6120 §11.3", "a component's bad XML: not-well-formed",
     [](Stage& on) {
         bad_xml(on, "<message><body></message>", {"not-well-formed", "bad-format"});
     }},
    {"R097", "RFC 6120 §11.1", "a component's comment: restricted-xml",
     [](Stage& on) {
         bad_xml(on, "<!-- a -->", {"restricted-xml", "bad-format"});
     }},
    {"R097", "RFC 6120 §11.1", "a component's processing instruction: restricted-xml",
     [](Stage& on) {
         bad_xml(on, "<?a b?>", {"restricted-xml", "bad-format"});
     }},
};

}  // namespace

ServerCases accepting_cases() { return cases; }

}  // namespace rondel::conformance
