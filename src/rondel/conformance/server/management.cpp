// XEP-0198: stream management.
#include "rondel/conformance/log_in.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <charconv>

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

constexpr std::string_view sm_ns = "urn:xmpp:sm:3";
constexpr auto ask = "<r xmlns='urn:xmpp:sm:3'/>";

void needs(const Stage& on) {
    if (!on.offered().child("sm", sm_ns)) throw NotOffered("the server does not offer urn:xmpp:sm:3");
}

Session& managed(Stage& on, const std::string& who, const std::string& resource, bool resume = false) {
    Session& session = on.client(who, resource);
    needs(on);
    session.send(fmt::format("<enable xmlns='{}'{}/>", sm_ns, resume ? " resume='true'" : ""));
    return session;
}

std::uint32_t h_of(const xml::Element& element) {
    const std::string_view text = element.view().attribute_or("h", "none");
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw Unmet("`h` is no number: " + for_a_person(element));
    return value;
}

std::uint32_t handled(Session& session) {
    session.send(ask);
    return h_of(session.gets("<a xmlns='urn:xmpp:sm:3' h='*'/>"));
}

void enables(Stage& on) { managed(on, "romeo", "orchard").gets("<enabled xmlns='urn:xmpp:sm:3'/>"); }

void too_early(Stage& on, bool authenticated) {
    RawStream stream = on.authenticated("romeo");
    needs(on);
    if (!authenticated) stream = on.before_authentication();
    stream.send(fmt::format("<enable xmlns='{}'/>", sm_ns));
    const xml::Element came = stream.expect_element();
    if (!came.is("failed", sm_ns) && !came.is("error", stream_ns))
        throw Unmet("Instead of <failed/> came " + for_a_person(came) + ".");
}

void twice(Stage& on) {
    Session& romeo = managed(on, "romeo", "orchard");
    romeo.gets("<enabled xmlns='urn:xmpp:sm:3'/>");
    romeo.send(fmt::format("<enable xmlns='{}'/>", sm_ns));
    const Instant until = romeo.stream().deadline();
    for (;;) {
        const auto came = romeo.stream().next(until);
        if (came == RawStream::Came::element) {
            const xml::Element element = romeo.stream().take();
            if (element.is("failed", sm_ns) || element.is("error", stream_ns)) return;
            if (element.is("enabled", sm_ns)) throw Unmet("It was enabled a second time.");
        } else if (came == RawStream::Came::nothing) {
            throw Unmet("A second <enable/> was not answered.");
        } else {
            throw Unmet("The stream ended without a word.");
        }
    }
}

void counts(Stage& on) {
    Session& romeo = managed(on, "romeo", "orchard");
    romeo.gets("<enabled xmlns='urn:xmpp:sm:3'/>");
    const std::uint32_t before = handled(romeo);
    if (before != 0) throw Unmet(fmt::format("Nothing was sent, and h is {}.", before));
    romeo.send(
        "<message to='{romeo}' type='chat'><body>1</body></message><presence/>"
        "<iq type='get' id='p' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>");
    romeo.gets("<iq id='p'/>");
    if (const std::uint32_t h = handled(romeo); h != 3)
        throw Unmet(fmt::format("Three stanzas were sent, and h is {}.", h));
}

void elements_do_not_count(Stage& on) {
    Session& romeo = managed(on, "romeo", "orchard");
    romeo.gets("<enabled xmlns='urn:xmpp:sm:3'/>");
    for (int i = 0; i < 5; ++i)
        if (const std::uint32_t h = handled(romeo); h != 0) throw Unmet(fmt::format("<r/> counts: h is {}.", h));
}

void too_high(Stage& on) {
    Session& romeo = managed(on, "romeo", "orchard");
    romeo.gets("<enabled xmlns='urn:xmpp:sm:3'/>");
    romeo.send(fmt::format("<a xmlns='{}' h='1000'/>", sm_ns));
    const auto ending = romeo.stream().expect_error({"undefined-condition"});
    if (romeo.stream().bytes().find("handled-count-too-high") == std::string::npos)
        throw Unmet("The error does not say handled-count-too-high.");
}

struct Lost {
    std::string id;
    std::string own;
};

// A session that can be resumed, and whose connection is gone.
Lost lost(Stage& on, Session& romeo) {
    const xml::Element enabled = romeo.gets("<enabled xmlns='urn:xmpp:sm:3' id='*' resume='*'/>");
    Lost session{std::string(enabled.view().attribute_or("id", {})), romeo.own()};
    if (const std::string_view may = enabled.view().attribute_or("resume", {}); may != "true" && may != "1")
        throw NotOffered("sessions cannot be resumed");
    (void)on;
    return session;
}

xml::Element resume(RawStream& stream, const std::string& id, std::uint32_t h) {
    stream.send(fmt::format("<resume xmlns='{}' previd='{}' h='{}'/>", sm_ns, id, h));
    return stream.expect_element();
}

void resumes(Stage& on) {
    Session& romeo = managed(on, "romeo", "orchard", true);
    const Lost session = lost(on, romeo);
    romeo.send("<presence/>");
    romeo.round_trip();
    std::uint32_t got = 1;  // the pong
    for (const xml::Element& each : romeo.inbox()) got += each.ns() == xml::stanza_ns ? 1 : 0;
    Session& juliet = on.client("juliet", "balcony");
    romeo.stream().wire().close();
    for (int i = 0; i < 5; ++i)
        juliet.send(
            fmt::format("<message to='{{romeo/orchard}}' type='chat' id='m{}'><body>{}</body></message>", i, i));
    juliet.round_trip();
    RawStream stream = on.authenticated("romeo");
    const xml::Element resumed = resume(stream, session.id, got);
    if (!resumed.is("resumed", sm_ns)) throw Unmet("Instead of <resumed/> came " + for_a_person(resumed) + ".");
    if (h_of(resumed) != 2) throw Unmet("Two stanzas were sent before, and h is another: " + for_a_person(resumed));
    Session& again = on.adopt(std::move(stream), session.own);
    for (int i = 0; i < 5; ++i) again.gets_next(fmt::format("<message from='{{juliet/balcony}}' id='m{}'/>", i));
    again.gets_no("<message/>");
    juliet.gets_no("<presence type='unavailable'/>");
}

void not_again(Stage& on) {
    Session& romeo = managed(on, "romeo", "orchard", true);
    const Lost session = lost(on, romeo);
    RawStream first = on.authenticated("romeo");
    if (!resume(first, session.id, 0).is("resumed", sm_ns)) throw Unmet("It was not resumed the first time.");
    const auto ending = romeo.stream().read_to_end();
    if (!ending.closed) throw Unmet("The old stream of the session stayed open.");
}

void resume_of_somebody_else(Stage& on) {
    Session& romeo = managed(on, "romeo", "orchard", true);
    const Lost session = lost(on, romeo);
    RawStream stream = on.authenticated("juliet");
    const xml::Element came = resume(stream, session.id, 0);
    if (!came.is("failed", sm_ns)) throw Unmet("Instead of <failed/> came " + for_a_person(came) + ".");
}

void resume_of_nothing(Stage& on) {
    RawStream stream = on.authenticated("romeo");
    needs(on);
    const xml::Element came = resume(stream, "no-such-session", 0);
    if (!came.is("failed", sm_ns)) throw Unmet("Instead of <failed/> came " + for_a_person(came) + ".");
    // … and the client may bind instead (§5).
    stream.send(fmt::format("<iq type='set' id='b'><bind xmlns='{}'/></iq>", bind_ns));
    stream.expect("<iq type='result' id='b'/>");
}

constexpr ServerCase cases[] = {
    {"R125", "XEP-0198 §3", "<enable/> after binding", enables},
    {"R125", "XEP-0198 §3", "<enable/> before binding fails", [](Stage& on) { too_early(on, true); }},
    {"R125", "XEP-0198 §3", "<enable/> before authentication fails", [](Stage& on) { too_early(on, false); }},
    {"R125", "XEP-0198 §3", "a second <enable/> fails", twice},
    {"R126", "XEP-0198 §4", "<r/> is answered with the number of stanzas", counts},
    {"R126", "XEP-0198 §4", "only stanzas count", elements_do_not_count},
    {"R127", "XEP-0198 §4", "an `h` that is too high ends the stream", too_high},
    {"R128", "XEP-0198 §5", "a lost session goes on; what was not acknowledged comes once, in order", resumes},
    {"R128", "XEP-0198 §5", "a session that goes on elsewhere ends its old stream", not_again},
    {"R128", "XEP-0198 §5", "nobody resumes somebody else's session", resume_of_somebody_else},
    {"R128", "XEP-0198 §5", "an unknown session: <failed/>, and one may bind", resume_of_nothing},
};

}  // namespace

ServerCases management_cases() { return cases; }

}  // namespace rondel::conformance
