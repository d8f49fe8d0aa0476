// RFC 6120 §4 and §11: what a server says that is no stanza, and how a component ends.
#include "rondel/conformance/component/cases.hpp"
#include "rondel/conformance/encounter.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

using Conditions = std::initializer_list<std::string_view>;
const Conditions restricted = {"restricted-xml", "bad-format"};
const Conditions ill_formed = {"not-well-formed", "bad-format", "invalid-xml"};

std::string message(std::string_view inside) {
    return fmt::format("<message from='a@server.example/b' to='x@{{domain}}' type='chat' id='bad'>{}</message>",
                       inside);
}

// It ends the stream with an error, answers nothing of it, and comes back.
void refused(Encounter& on, const std::string& text, Conditions conditions) {
    Session& session = on.session();
    session.send(text);
    RawStream::Ending ending;
    std::string why;
    try {
        ending = session.stream().expect_error(conditions);
    } catch (const Unmet& unmet) {
        why = unmet.what();
    }
    on.is_back();
    if (!why.empty()) throw Unmet(why);
    for (const xml::Element& each : ending.rest)
        if (each.attribute("id") == "bad") throw Unmet("It answered with " + for_a_person(each));
}

void lives(Encounter& on, const std::string& text) {
    Session& session = on.session();
    session.send(text);
    session.round_trip();
    if (session.ended()) throw Unmet("The stream ended. " + session.stream().tail());
}

void ends(Encounter& on, const std::string& text) {
    Session& session = on.session();
    session.send(text);
    const bool closed = session.stream().read_to_end().closed;
    on.is_back();
    if (!closed) throw Unmet("It keeps the connection.");
}

void a_header_inside_the_stream(Encounter& on) {
    Session& session = on.session();
    session.send(fmt::format("<stream:stream xmlns='{}' xmlns:stream='{}' from='a' id='2'></stream:stream>",
                             component_ns, stream_ns));
    const auto came = session.stream().next(Clock::now() + std::chrono::milliseconds(500));
    if (came == RawStream::Came::element) {
        const xml::Element element = session.stream().take();
        if (element.name() == "handshake") throw Unmet("It shakes hands once more.");
    }
    on.is_back();
}

void end_tag(Encounter& on) {
    Session& session = on.session();
    session.stream().send("</stream:stream>");
    const auto ending = session.stream().read_to_end();
    on.is_back();
    if (!ending.end_tag) throw Unmet("The end tag was not answered.");
    if (!ending.closed) throw Unmet("The connection was not closed.");
}

void byte_by_byte(Encounter& on) {
    Session& session = on.session();
    const std::string text =
        on.fill("<iq type='get' id='slow' from='server.example' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>");
    for (const char each : text) session.stream().send(std::string_view(&each, 1));
    session.gets("<iq id='slow'/>");
}

void prefixed(Encounter& on) {
    Session& session = on.session();
    session.ask(
        "<x:iq xmlns:x='jabber:component:accept' type='get' id='p' from='server.example' to='{domain}'>"
        "<y:ping xmlns:y='urn:xmpp:ping'/></x:iq>");
}

void own_prefixes(Encounter& on) {
    Session& session = on.session();
    session.round_trip();
    if (session.stream().bytes().find(":iq") != std::string::npos)
        throw Unmet("It writes its stanzas with a prefix. " + session.stream().tail());
}

std::string stream_error(std::string_view condition) {
    return fmt::format("<stream:error><{} xmlns='{}'/></stream:error></stream:stream>", condition, stream_error_ns);
}

constexpr ComponentCase cases[] = {
    {"R097", "RFC 6120 §11.1", "a comment", [](Encounter& on) { refused(on, "<!-- a -->", restricted); }},
    {"R097", "RFC 6120 §11.1", "a comment in a stanza",
     [](Encounter& on) { refused(on, message("<body>a<!-- b -->c</body>"), restricted); }},
    {"R097", "RFC 6120 §11.1", "a processing instruction",
     [](Encounter& on) { refused(on, message("<?a b?><body>c</body>"), restricted); }},
    {"R097", "RFC 6120 §11.1", "a document type",
     [](Encounter& on) {
         refused(on, "<!DOCTYPE a>", {"restricted-xml", "bad-format", "not-well-formed"});
     }},
    {"R097", "RFC 6120 §11.1", "an entity that XML does not predefine",
     [](Encounter& on) {
         refused(on, message("<body>&nbsp;</body>"), {"restricted-xml", "bad-format", "not-well-formed"});
     }},
    {"R098", "RFC 6120 §11.3", "an end tag of another element",
     [](Encounter& on) { refused(on, "<message><body></message>", ill_formed); }},
    {"R098", "RFC 6120 §11.3", "an attribute twice",
     [](Encounter& on) { refused(on, "<message id='1' id='2'/>", ill_formed); }},
    {"R098", "RFC 6120 §11.3", "a prefix that nobody declared",
     [](Encounter& on) { refused(on, message("<foo:bar/>"), ill_formed); }},
    {"R098", "RFC 6120 §11.3", "a control character, as a reference",
     [](Encounter& on) { refused(on, message("<body>&#1;</body>"), ill_formed); }},
    {"R098", "RFC 6120 §11.3", "UTF-8 that is too long (CVE-2022-25235)",
     [](Encounter& on) { refused(on, message("<body>\xC0\xBC</body>"), ill_formed); }},
    {"R098", "RFC 6120 §11.3", "a byte that is no UTF-8",
     [](Encounter& on) { refused(on, message("<body>\xFF</body>"), ill_formed); }},
    {"", "RFC 6120 §4.2 (V04)", "a stream header inside a stream begins nothing", a_header_inside_the_stream},
    {"R022", "RFC 6120 §4.8.4", "an element that is no stanza is ignored",
     [](Encounter& on) { lives(on, "<strange xmlns='urn:example:strange'/>"); }},
    {"R034", "RFC 6120 §4.6.1", "white space between stanzas is nothing",
     [](Encounter& on) { lives(on, " \n\t\r\n "); }},
    {"R074", "RFC 6120 §8", "a stanza that comes byte by byte", byte_by_byte},
    {"R101", "RFC 6120 §11.2", "stanzas may have a prefix", prefixed},
    {"R023", "RFC 6120 §4.8.5", "its own have none", own_prefixes},
    {"R095", "RFC 6120 §13.12", "10,000 bytes pass",
     [](Encounter& on) { lives(on, message("<body>" + std::string(9800, 'x') + "</body>")); }},
    {"R100", "RFC 6120 §11.6", "inside a stream U+FEFF is a character",
     [](Encounter& on) { lives(on, message("<body>a\xEF\xBB\xBF</body>")); }},
    {"R011", "RFC 6120 §4.4", "an end tag is answered with one, and the connection closed", end_tag},
    {"R025", "RFC 6120 §4.9.1.1", "a stream error of the server ends the connection, and it tries again",
     [](Encounter& on) { ends(on, stream_error("system-shutdown")); }},
    {"R028", "RFC 6120 §4.9.2", "so does one that nobody knows",
     [](Encounter& on) { ends(on, stream_error("strange")); }},
};

}  // namespace

ComponentCases input_cases() { return cases; }

}  // namespace rondel::conformance
