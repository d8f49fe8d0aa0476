// RFC 6120 §7: how a client gets its address.
#include "rondel/conformance/log_in.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

std::string bind_request(std::string_view id, std::string_view resource) {
    return fmt::format("<iq type='set' id='{}'><bind xmlns='{}'>{}</bind></iq>", id, bind_ns,
                       resource.empty() ? "" : fmt::format("<resource>{}</resource>", resource));
}

std::string bound(RawStream& stream, std::string_view resource) {
    stream.send(bind_request("b", resource));
    const xml::Element answer =
        stream.expect(fmt::format("<iq type='result' id='b'><bind xmlns='{}'><jid/></bind></iq>", bind_ns));
    return std::string(answer.child("bind", bind_ns).child("jid", bind_ns).text());
}

void offered_after_authentication(Stage& on) {
    on.authenticated("romeo");
    if (!on.offered().child("bind", bind_ns)) throw Unmet("It is not offered.");
}

void stanza_first(Stage& on) {
    RawStream stream = on.authenticated("romeo");
    stream.send(on.fill("<message to='{domain}'><body>hello</body></message>"));
    const xml::Element came = stream.expect_element();
    if (came.is("error", stream_ns) && came.child("not-authorized", stream_error_ns)) return;
    throw Unmet("Instead of the stream error not-authorized came " + for_a_person(came) + ".");
}

void no_restart(Stage& on) {
    RawStream stream = on.authenticated("romeo");
    bound(stream, "orchard");
    stream.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    stream.expect("<iq type='result' id='r'/>");
}

void generated_resources(Stage& on) {
    std::set<std::string> addresses;
    std::vector<RawStream> streams;
    for (int i = 0; i < 4; ++i) {
        RawStream stream = on.authenticated("romeo");
        const std::string jid = bound(stream, {});
        const std::size_t slash = jid.find('/');
        if (slash == std::string::npos || jid.size() - slash < 9) throw Unmet("\"" + jid + "\" can be guessed.");
        addresses.insert(jid);
        streams.push_back(std::move(stream));
    }
    if (addresses.size() != 4) throw Unmet("Two sessions have the same address.");
}

void canonical(Stage& on) {
    RawStream stream = on.authenticated("romeo");
    const std::string jid = bound(stream, "\xEF\xBC\xA1 b");  // a full-width A stays one (RFC 7622 §3.4, OpaqueString)
    if (!jid.starts_with(on.fill("{romeo}/"))) throw Unmet("The address is \"" + jid + "\".");
    stream.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    stream.expect("<iq type='result' id='r'/>");
}

void conflict(Stage& on) {
    Session& first = on.client("romeo", "orchard");
    const std::string own = first.own();
    RawStream stream = on.authenticated("romeo");
    stream.send(bind_request("b", "orchard"));
    const xml::Element answer = stream.expect("<iq id='b'/>");
    if (answer.attribute("type") == "error") {  // the old one stays
        if (!answer.child("error", xml::stanza_ns).child("conflict", "urn:ietf:params:xml:ns:xmpp-stanzas"))
            throw Unmet("The error is not conflict: " + for_a_person(answer));
        first.round_trip();
        return;
    }
    if (answer.child("bind", bind_ns).child("jid", bind_ns).text() != own) return first.round_trip();  // renamed
    first.stream().expect_error({"conflict"});
}

// A server may have no limit; where there is one, it is told so.
void too_many(Stage& on) {
    std::vector<RawStream> streams;
    for (int i = 0; i < 40; ++i) {
        streams.push_back(on.authenticated("romeo"));
        streams.back().send(bind_request("b", fmt::format("r{}", i)));
        const xml::Element answer = streams.back().expect("<iq id='b'/>");
        if (answer.attribute("type") == "result") {
            for (RawStream& each : streams)
                if (each.next(Clock::now()) == RawStream::Came::element) {
                    const xml::Element came = each.take();
                    if (!came.is("error", stream_ns)) continue;
                    if (!came.child("resource-constraint", stream_error_ns) &&
                        !came.child("policy-violation", stream_error_ns) && !came.child("conflict", stream_error_ns))
                        throw Unmet("An older session ended with " + for_a_person(came) + ".");
                    return;
                }
            continue;
        }
        if (!answer.child("error", xml::stanza_ns).child("resource-constraint", "urn:ietf:params:xml:ns:xmpp-stanzas"))
            throw Unmet("Instead of resource-constraint came " + for_a_person(answer) + ".");
        return;
    }
    throw NotOffered("forty resources of one account are not too many here");
}

void retries(Stage& on) {
    RawStream stream = on.authenticated("romeo");
    const std::string longest(1100, 'r');  // RFC 7622 §3.4: no resource
    for (int i = 0; i < 15; ++i) {
        stream.send(bind_request(fmt::format("b{}", i), longest));
        const auto came = stream.next(stream.deadline());
        if (came == RawStream::Came::end || came == RawStream::Came::end_tag) return;
        if (came != RawStream::Came::element) throw Unmet("Nothing came in answer.");
        const xml::Element answer = stream.take();
        if (answer.is("error", stream_ns)) return;
        if (answer.attribute("type") == "result") throw NotOffered("a resource of 1,100 bytes is cut, and bound");
    }
    throw Unmet("After fifteen failures the stream was still open.");
}

constexpr ServerCase cases[] = {
    {"R068", "RFC 6120 §7.4", "binding is offered after authentication", offered_after_authentication},
    {"R067", "RFC 6120 §7.1", "a stanza before binding: not-authorized", stanza_first},
    {"R073", "RFC 6120 §7.3.2", "the stream goes on after binding as it is", no_restart},
    {"R069", "RFC 6120 §7.6", "resources that the server makes are random, and differ", generated_resources},
    {"R010", "RFC 6120 §4.3.6", "the bound address is the account's, and canonical", canonical},
    {"R071", "RFC 6120 §7.7.2.2", "a resource that is taken: renamed, refused, or the old one is told", conflict},
    {"R070", "RFC 6120 §7.6.2.1", "too many resources: resource-constraint", too_many},
    {"R072", "RFC 6120 §7.7.3", "binding is tried a few times only", retries},
};

}  // namespace

ServerCases binding_cases() { return cases; }

}  // namespace rondel::conformance
