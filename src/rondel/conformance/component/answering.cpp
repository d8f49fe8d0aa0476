// RFC 6120 §8: how a component answers, and what it does not answer.
#include "rondel/conformance/component/cases.hpp"
#include "rondel/conformance/encounter.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/stanza_errors.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

constexpr auto romeo = "romeo@server.example/orchard";
constexpr auto ping = "<ping xmlns='urn:xmpp:ping'/>";

std::string iq(std::string_view type_and_id, std::string_view inside, std::string_view to = "{domain}") {
    return fmt::format("<iq {} from='{}' to='{}'>{}</iq>", type_and_id, romeo, to, inside);
}

// Whatever it sends has an address of its domain, and somebody whom it is to (RFC 6120 §8.1.1.2, §8.1.2.2).
void properly_addressed(Encounter& on, const xml::Element& stanza, std::string_view from) {
    if (stanza.attribute("to") != romeo) throw Unmet("This is not to the one who asked: " + for_a_person(stanza));
    if (stanza.attribute("from") != on.fill(from))
        throw Unmet("This is not from the address that was asked: " + for_a_person(stanza));
}

void answers_with(Encounter& on, const std::string& query, std::initializer_list<std::string_view> conditions) {
    expect_error(on.session().ask(query), conditions);
}

void id_comes_back(Encounter& on, const std::string& id, const std::string& escaped) {
    Session& session = on.session();
    session.send(iq(fmt::format("type='get' id='{}'", escaped), ping));
    const xml::Element answer = session.gets("<iq/>");
    if (answer.attribute("id") != id) throw Unmet("The id came back as another: " + for_a_person(answer));
}

void no_answer_to(Encounter& on, const std::string& stanza) {
    Session& session = on.session();
    session.send(stanza);
    on.settle();
    if (session.ended()) throw Unmet("The stream ended. " + session.stream().tail());
    for (const xml::Element& each : session.inbox()) throw Unmet("It was answered with " + for_a_person(each));
}

void one_answer_each(Encounter& on) {
    Session& session = on.session();
    std::string all;
    for (int i = 0; i < 50; ++i)
        all += iq(fmt::format("type='{}' id='q{}'", i % 2 == 0 ? "get" : "set", i),
                  fmt::format("<query xmlns='urn:example:{}'/>", i));
    session.send(all);
    on.settle();
    int answers = 0;
    for (const xml::Element& each : session.inbox())
        if (each.attribute("id").value_or("").starts_with("q")) ++answers;
    if (answers != 50) throw Unmet(fmt::format("To 50 queries there were {} answers.", answers));
}

void in_order(Encounter& on) {
    Session& session = on.session();
    std::string all;
    for (int i = 0; i < 100; ++i) all += iq(fmt::format("type='get' id='p{}'", i), ping);
    session.send(all);
    for (int i = 0; i < 100; ++i) session.gets_next(fmt::format("<iq id='p{}'/>", i));
}

void addresses(Encounter& on) {
    Session& session = on.session();
    for (const char* const to : {"{domain}", "a@{domain}", "a@{domain}/b"})
        properly_addressed(on, session.ask(iq("type='get' id='1'", ping, to)), to);
}

void pong(Encounter& on) {
    const xml::Element answer = on.session().ask(iq("type='get' id='1'", ping));
    if (answer.attribute("type") == "error") return expect_error(answer, {"service-unavailable"});
    if (!answer.children().empty()) throw Unmet("The pong is not empty: " + for_a_person(answer));
}

void says_what_it_does(Encounter& on) {
    Session& session = on.session();
    const xml::Element pinged = session.ask(iq("type='get' id='1'", ping));
    const xml::Element answer =
        session.ask(iq("type='get' id='2'", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
    if (answer.attribute("type") == "error") {
        expect_error(answer, {});
        throw NotOffered("it does not know disco#info");
    }
    const auto says = [&](std::string_view feature) {
        for (const xml::ElementView each : answer.child("query", "http://jabber.org/protocol/disco#info").children())
            if (each.name() == "feature" && each.attribute_or("var", {}) == feature) return true;
        return false;
    };
    if (!says("http://jabber.org/protocol/disco#info")) throw Unmet("disco#info is not among its features.");
    if (pinged.attribute("type") == "result" && !says("urn:xmpp:ping"))
        throw Unmet("It answers pings, and does not say so.");
}

void nested(Encounter& on) {  // CVE-2022-20917
    no_answer_to(
        on, fmt::format("<message from='{}' to='a@{{domain}}' id='outer'><forwarded "
                        "xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='juliet@elsewhere.example' "
                        "to='a@{{domain}}' type='chat' id='inner'><body>hello</body></message></forwarded></message>",
                        romeo));
}

std::string error(const char* kind, std::string_view condition = "item-not-found") {
    return fmt::format(
        "<{0} type='error' id='e' from='{1}' to='a@{{domain}}'><error type='cancel'><{2} "
        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></{0}>",
        kind, romeo, condition);
}

std::string presence(std::string_view type) {
    return fmt::format("<presence{} from='{}' to='a@{{domain}}' id='p'/>",
                       type.empty() ? "" : fmt::format(" type='{}'", type), romeo);
}

void lives_through_presence(Encounter& on) {
    Session& session = on.session();
    for (const char* const type :
         {"", "unavailable", "subscribe", "subscribed", "unsubscribe", "unsubscribed", "probe", "error", "strange"})
        session.send(presence(type));
    on.settle();
    if (session.ended()) throw Unmet("The stream ended. " + session.stream().tail());
    for (const xml::Element& each : session.inbox())
        if (each.attribute("to").value_or("").substr(0, 20) != "romeo@server.example")
            throw Unmet("This is to nobody who said something: " + for_a_person(each));
}

constexpr ComponentCase cases[] = {
    {"R078", "RFC 6120 §8.1.3", "an answer has the id of its query",
     [](Encounter& on) { id_comes_back(on, "a.1", "a.1"); }},
    {"R078", "RFC 6120 §8.1.3", "… with characters that XML escapes",
     [](Encounter& on) { id_comes_back(on, "<&>'\"", "&lt;&amp;&gt;&apos;&quot;"); }},
    {"R078", "RFC 6120 §8.1.3", "… of 8 KiB",
     [](Encounter& on) { id_comes_back(on, std::string(8192, 'i'), std::string(8192, 'i')); }},
    {"R079", "RFC 6120 §8.2.3", "a query without a child: bad-request",
     [](Encounter& on) { answers_with(on, iq("type='get' id='1'", ""), {"bad-request"}); }},
    {"R079", "RFC 6120 §8.2.3", "a query with two children: bad-request",
     [](Encounter& on) { answers_with(on, iq("type='get' id='1'", std::string(ping) + ping), {"bad-request"}); }},
    {"R079", "RFC 6120 §8.2.3", "an IQ of an unknown type: bad-request",
     [](Encounter& on) { answers_with(on, iq("type='strange' id='1'", ping), {"bad-request"}); }},
    {"R080", "RFC 6120 §8.2.3", "each of 50 queries has exactly one answer", one_answer_each},
    {"R089", "RFC 6120 §10.1", "100 pings are answered in their order", in_order},
    {"R087", "RFC 6120 §8.4", "a get that it does not know: service-unavailable",
     [](Encounter& on) {
         answers_with(on, iq("type='get' id='1'", "<query xmlns='urn:example:u'/>"), {"service-unavailable"});
     }},
    {"R087", "RFC 6120 §8.4", "a set that it does not know: service-unavailable",
     [](Encounter& on) {
         answers_with(on, iq("type='set' id='1'", "<query xmlns='urn:example:u'/>"), {"service-unavailable"});
     }},
    {"R082", "RFC 6120 §8.3.2", "its error has a type and exactly one condition",
     [](Encounter& on) {
         answers_with(on, iq("type='get' id='1'", "<query xmlns='urn:example:u'/>", "a@{domain}/b"), {});
     }},
    {"R124", "XEP-0114 §3", "it answers from the address that was asked, to who asked", addresses},
    {"R077", "RFC 6120 §8.1.2.2", "answers have `from` and `to`", addresses},
    {"R081", "RFC 6120 §8.2.3", "a result is not answered",
     [](Encounter& on) { no_answer_to(on, iq("type='result' id='unasked'", "")); }},
    {"R091", "RFC 6120 §10.3.3", "nor is a result with a payload",
     [](Encounter& on) { no_answer_to(on, iq("type='result' id='unasked'", "<query xmlns='urn:example:u'/>")); }},
    {"R083", "RFC 6120 §8.3.1", "an IQ error is not answered", [](Encounter& on) { no_answer_to(on, error("iq")); }},
    {"R083", "RFC 6120 §8.3.1", "a message of type error is not answered",
     [](Encounter& on) { no_answer_to(on, error("message")); }},
    {"R083", "RFC 6120 §8.3.1", "a presence of type error is not answered",
     [](Encounter& on) { no_answer_to(on, error("presence")); }},
    {"R085", "RFC 6120 §8.3.2", "nor is an error with a condition that nobody knows",
     [](Encounter& on) { no_answer_to(on, error("message", "strange")); }},
    {"", "RFC 6120 §8 (V20)", "a message inside a message is not answered", nested},
    {"", "RFC 6121 §3, §4", "presence of all types, and of none that there is, is lived through",
     lives_through_presence},
    {"R129", "XEP-0199 §4", "a ping has an empty result, or service-unavailable", pong},
    {"R129", "XEP-0030 §3.1", "disco#info says what it does, and itself", says_what_it_does},
};

}  // namespace

ComponentCases answering_cases() { return cases; }

}  // namespace rondel::conformance
