// XEP-0114 §3: how a component begins.
#include "rondel/conformance/component/cases.hpp"
#include "rondel/conformance/encounter.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

void first_header(Encounter& on) {
    RawStream stream = on.accept();
    stream.expect_header();
    if (stream.header_attribute("to") != on.domain())
        throw Unmet("`to` of its header is \"" + stream.header_attribute("to") + "\".");
    if (stream.bytes().find(fmt::format("xmlns='{}'", component_ns)) == std::string::npos &&
        stream.bytes().find(fmt::format("xmlns=\"{}\"", component_ns)) == std::string::npos)
        throw Unmet("Its header is not of jabber:component:accept. " + stream.tail());
}

void plain_header(Encounter& on) {
    RawStream stream = on.accept();
    stream.expect_header();
    if (stream.bytes().starts_with("\xEF\xBB\xBF")) throw Unmet("It begins with a byte order mark.");
    if (stream.bytes().find("standalone") != std::string::npos) throw Unmet("It says standalone.");
}

void digest(Encounter& on, std::string_view id) {
    RawStream stream = on.greeted(id);
    stream.expect("<handshake>" + on.handshake_for(id) + "</handshake>");
}

// Between its header and ours, and between its handshake and ours, it has nothing to say.
void says_nothing_else(Encounter& on) {
    const auto quiet = [](RawStream& stream, const char* when) {
        if (stream.next(Clock::now() + std::chrono::milliseconds(300)) != RawStream::Came::nothing)
            throw Unmet(fmt::format("It said more {}. {}", when, stream.tail()));
    };
    RawStream stream = on.greeted();
    stream.expect("<handshake/>");
    quiet(stream, "before its handshake was answered");
}

void another_handshake(Encounter& on, const char* answer) {
    RawStream stream = on.greeted();
    stream.expect("<handshake/>");
    stream.send(fmt::format("{}<iq type='get' id='p' from='{}' to='{}'><ping xmlns='urn:xmpp:ping'/></iq>", answer,
                            Encounter::server, on.domain()));
    const auto came = stream.next(Clock::now() + std::chrono::milliseconds(500));
    if (came == RawStream::Came::element && !stream.take().is("error", stream_ns))
        throw Unmet("It takes this for the server's consent, and answers. " + stream.tail());
}

void refused(Encounter& on) {
    RawStream stream = on.greeted();
    stream.expect("<handshake/>");
    stream.send(
        fmt::format("<stream:error><not-authorized xmlns='{}'/></stream:error></stream:stream>", stream_error_ns));
    if (!stream.read_to_end().closed) throw Unmet("It keeps the connection.");
    on.is_back();
}

void wrong_stream(Encounter& on, const std::string& first) {
    RawStream stream = on.accept();
    stream.expect_header();
    stream.send(first);
    const auto ending = stream.read_to_end();
    for (const xml::Element& each : ending.rest)
        if (each.name() == "handshake") throw Unmet("It shows the digest of its secret to what is no such stream.");
    if (!ending.closed && ending.condition.empty()) throw Unmet("It waits for more. " + stream.tail());
}

std::string header_of(const char* ns, std::string_view stream) {
    return fmt::format("<?xml version='1.0'?><stream:stream xmlns='{}' xmlns:stream='{}' from='a' id='1'>", ns, stream);
}

constexpr ComponentCase cases[] = {
    {"R014", "XEP-0114 §3", "its header says who it is, in jabber:component:accept", first_header},
    {"R099", "RFC 6120 §11.5", "it begins without standalone and byte order mark", plain_header},
    {"R121", "XEP-0114 §3", "the digest of id and secret, in lower case",
     [](Encounter& on) { digest(on, "3BF96D32"); }},
    {"R121", "XEP-0114 §3", "… of the id without its escapes", [](Encounter& on) { digest(on, "a&b<c>'\"d"); }},
    {"R121", "XEP-0114 §3", "… of an id of 1 KiB", [](Encounter& on) { digest(on, std::string(1024, 'i')); }},
    {"R123", "XEP-0114 §3", "nothing else before the handshake is answered", says_nothing_else},
    {"R123", "XEP-0114 §3", "<handshake/> of another namespace is no consent",
     [](Encounter& on) { another_handshake(on, "<handshake xmlns='urn:example:other'/>"); }},
    {"R123", "XEP-0114 §3", "nor is something else", [](Encounter& on) { another_handshake(on, "<message/>"); }},
    {"R122", "XEP-0114 §3", "not-authorized ends the connection, and it tries again", refused},
    {"R019", "RFC 6120 §4.8.1", "an answer of another stream namespace",
     [](Encounter& on) { wrong_stream(on, header_of("jabber:component:accept", "urn:example:stream")); }},
    {"R020", "RFC 6120 §4.8.3", "an answer of another content namespace",
     [](Encounter& on) { wrong_stream(on, header_of("urn:example:content", stream_ns)); }},
};

}  // namespace

ComponentCases opening_cases() { return cases; }

}  // namespace rondel::conformance
