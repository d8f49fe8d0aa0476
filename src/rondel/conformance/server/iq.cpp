// RFC 6120 §8.2.3, §8.3 and §8.4: requests, answers, errors.
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/stanza_errors.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

void answers_with(Stage& on, std::string_view iq, std::initializer_list<std::string_view> conditions) {
    Session& romeo = on.client("romeo", "orchard");
    expect_error(romeo.ask(iq), conditions);
}

void id_comes_back(Stage& on, const std::string& id, const std::string& escaped) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(fmt::format("<iq type='get' id='{}' to='{{domain}}'><ping xmlns='urn:xmpp:ping'/></iq>", escaped));
    const xml::Element answer = romeo.gets("<iq/>");
    if (answer.attribute("id") != id) throw Unmet("The id came back as another: " + for_a_person(answer));
}

void no_answer_to(Stage& on, const std::string& stanza) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(stanza);
    on.settle();
    for (const xml::Element& each : romeo.inbox())
        if (each.attribute("id") == "quiet") throw Unmet("It was answered with " + for_a_person(each));
    if (romeo.ended()) throw Unmet("The stream ended.");
}

// The server's own queries are many: every one has an answer, and exactly one.
void one_answer_each(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    for (int i = 0; i < 50; ++i)
        romeo.send(fmt::format("<iq type='{}' id='q{}' to='{{domain}}'><query xmlns='urn:example:{}'/></iq>",
                               i % 2 == 0 ? "get" : "set", i, i));
    on.settle();
    int answers = 0;
    for (const xml::Element& each : romeo.inbox())
        if (each.attribute("id").value_or("").starts_with("q")) ++answers;
    if (answers != 50) throw Unmet(fmt::format("Of 50 queries {} were answered.", answers));
}

void unknown_parts_of_a_message(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(
        "<message to='{juliet/balcony}' type='chat' id='1' xml:lang='de'><body>hello</body>"
        "<a xmlns='urn:example:a' b='c'>text<d xmlns='urn:example:d'/></a></message>");
    juliet.gets(
        "<message id='1' type='chat' xml:lang='de'><body>hello</body>"
        "<a xmlns='urn:example:a' b='c'><d xmlns='urn:example:d'/></a></message>");
}

void errors_are_relayed(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(
        "<iq type='error' to='{juliet/balcony}' id='e'><error type='cancel'>"
        "<undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><mine xmlns='urn:example:mine'/>"
        "</error></iq>");
    juliet.gets(
        "<iq type='error' id='e'><error type='cancel'>"
        "<undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><mine xmlns='urn:example:mine'/>"
        "</error></iq>");
}

// Two that answer each other's errors would never end: the server answers none.
void error_to_nobody(Stage& on, const char* stanza) {
    no_answer_to(on, fmt::format("<{0} type='error' id='quiet' to='nobody-there@{{domain}}'><error type='cancel'>"
                                 "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></{0}>",
                                 stanza));
}

void malformed_to(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    expect_error(romeo.ask("<iq type='get' id='j' to='a@b@c'><ping xmlns='urn:xmpp:ping'/></iq>"), {"jid-malformed"});
}

constexpr auto ping = "<ping xmlns='urn:xmpp:ping'/>";

constexpr ServerCase cases[] = {
    {"R078", "RFC 6120 §8.1.3", "an answer has the id of its query",
     [](Stage& on) { id_comes_back(on, "a-b_c.1", "a-b_c.1"); }},
    {"R078", "RFC 6120 §8.1.3", "… with characters that XML escapes",
     [](Stage& on) { id_comes_back(on, "<&>'\"", "&lt;&amp;&gt;&apos;&quot;"); }},
    {"R078", "RFC 6120 §8.1.3", "… of 8 KiB",
     [](Stage& on) { id_comes_back(on, std::string(8192, 'i'), std::string(8192, 'i')); }},
    {"R079", "RFC 6120 §8.2.3", "a query without a child: bad-request",
     [](Stage& on) { answers_with(on, "<iq type='get' id='1' to='{domain}'/>", {"bad-request"}); }},
    {"R079", "RFC 6120 §8.2.3", "a query with two children: bad-request",
     [](Stage& on) {
         answers_with(on, fmt::format("<iq type='get' id='1' to='{{domain}}'>{0}{0}</iq>", ping), {"bad-request"});
     }},
    {"R079", "RFC 6120 §8.2.3", "an IQ of an unknown type: bad-request",
     [](Stage& on) {
         answers_with(on, fmt::format("<iq type='strange' id='1' to='{{domain}}'>{}</iq>", ping), {"bad-request"});
     }},
    {"R079", "RFC 6120 §8.2.3", "an IQ without a type: bad-request",
     [](Stage& on) { answers_with(on, fmt::format("<iq id='1' to='{{domain}}'>{}</iq>", ping), {"bad-request"}); }},
    {"R079", "RFC 6120 §8.2.3", "an IQ without an id: bad-request",
     [](Stage& on) {
         Session& romeo = on.client("romeo", "orchard");
         romeo.send(fmt::format("<iq type='get' to='{{domain}}'>{}</iq>", ping));
         expect_error(romeo.gets("<iq/>"), {"bad-request"});
     }},
    {"R080", "RFC 6120 §8.2.3", "each of 50 queries has exactly one answer", one_answer_each},
    {"R081", "RFC 6120 §8.2.3", "a result is not answered",
     [](Stage& on) { no_answer_to(on, "<iq type='result' id='quiet' to='{domain}'/>"); }},
    {"R091", "RFC 6120 §10.3.3", "a result to one's own account is not answered",
     [](Stage& on) { no_answer_to(on, "<iq type='result' id='quiet'/>"); }},
    {"R081", "RFC 6120 §8.2.3", "a result to nobody is not answered",
     [](Stage& on) { no_answer_to(on, "<iq type='result' id='quiet' to='nobody-there@{domain}'/>"); }},
    {"R083", "RFC 6120 §8.3.1", "an IQ error to nobody is not answered", [](Stage& on) { error_to_nobody(on, "iq"); }},
    {"R083", "RFC 6120 §8.3.1", "a message of type error to nobody is not answered",
     [](Stage& on) { error_to_nobody(on, "message"); }},
    {"R083", "RFC 6120 §8.3.1", "a presence of type error to nobody is not answered",
     [](Stage& on) { error_to_nobody(on, "presence"); }},
    {"R087", "RFC 6120 §8.4", "a get that the server does not know: service-unavailable",
     [](Stage& on) {
         answers_with(on, "<iq type='get' id='1' to='{domain}'><query xmlns='urn:example:unknown'/></iq>",
                      {"service-unavailable"});
     }},
    {"R087", "RFC 6120 §8.4", "a set that it does not know",
     [](Stage& on) {
         answers_with(on, "<iq type='set' id='1' to='{domain}'><query xmlns='urn:example:unknown'/></iq>",
                      {"service-unavailable"});
     }},
    {"R087", "RFC 6120 §8.4", "… to one's own account",
     [](Stage& on) {
         answers_with(on, "<iq type='get' id='1'><query xmlns='urn:example:unknown'/></iq>", {"service-unavailable"});
     }},
    {"R088", "RFC 6120 §8.4", "unknown content is passed on as it is", unknown_parts_of_a_message},
    {"R017", "RFC 6120 §8.1.5", "the language of a stanza is not changed", unknown_parts_of_a_message},
    {"R085", "RFC 6120 §8.3.2", "an error with a condition of somebody's own is passed on", errors_are_relayed},
    {"R082", "RFC 6120 §8.3.2", "an error of the server has a type and exactly one condition",
     [](Stage& on) {
         answers_with(on, "<iq type='get' id='1' to='nobody-there@{domain}'><query xmlns='urn:example:u'/></iq>", {});
     }},
    {"R119", "RFC 7622 §4", "a `to` that is no address: jid-malformed", malformed_to},
};

}  // namespace

ServerCases iq_cases() { return cases; }

}  // namespace rondel::conformance
