// RFC 6120 §8.1 and §10: who gets what from whom, in which order, and what those are told whom nobody hears.
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/stanza_errors.hpp"
#include "rondel/conformance/verdict.hpp"

#include <cctype>

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

void from_is_stamped(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send("<message to='{juliet/balcony}' type='chat' id='1'><body>hello</body></message>");
    juliet.gets("<message from='{romeo/orchard}' id='1'/>");
}

void forged_from(Stage& on) {
    on.account("friar");
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(
        "<message from='{friar}' to='{juliet/balcony}' type='chat' id='1'><body>I am the friar</body></message>");
    on.settle();
    for (const xml::Element& each : juliet.inbox())
        if (each.name() == "message" && each.attribute("from") != on.fill("{romeo/orchard}"))
            throw Unmet("It was delivered as " + for_a_person(each));
    if (romeo.ended() || !juliet.inbox().empty()) return;
    throw Unmet("Neither was `from` put right, nor the stream ended, and the message is gone.");
}

void to_is_unchanged(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send("<message to='{juliet}' type='chat' id='1'><body>hello</body></message>");
    juliet.gets_next("<message to='{juliet}' id='1'/>");
}

void order(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    std::string all;
    for (int i = 0; i < 200; ++i)
        all += fmt::format("<message to='{{juliet{}}}' type='chat' id='m{}'><body>{}</body></message>",
                           i % 2 == 0 ? "" : "/balcony", i, i);
    romeo.send(all);
    for (int i = 0; i < 200; ++i) juliet.gets_next(fmt::format("<message id='m{}'/>", i));
}

void answers_keep_order_too(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    std::string all;
    for (int i = 0; i < 50; ++i)
        all += fmt::format("<iq type='get' id='p{}' to='{{domain}}'><ping xmlns='urn:xmpp:ping'/></iq>", i);
    romeo.send(all);
    for (int i = 0; i < 50; ++i) romeo.gets_next(fmt::format("<iq id='p{}'/>", i));
}

void message_without_to(Stage& on) {
    Session& romeo = on.online("romeo", "orchard");
    romeo.send("<message type='chat' id='1'><body>to myself</body></message>");
    romeo.gets("<message from='{romeo/orchard}' id='1'/>");
}

void presence_without_to(Stage& on) {
    Session& phone = on.online("romeo", "phone");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send("<presence><show>away</show></presence>");
    phone.gets("<presence from='{romeo/orchard}'><show>away</show></presence>");
}

void iq_without_to(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    const xml::Element answer = romeo.ask("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    if (answer.attribute("type") != "result") throw Unmet("It was answered with " + for_a_person(answer));
    const auto from = answer.attribute("from");
    if (from && *from != on.fill("{romeo}")) throw Unmet("The answer is from " + std::string(*from) + ".");
}

void unknown_host(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    expect_error(romeo.ask("<iq type='get' id='1' to='nowhere.invalid'><ping xmlns='urn:xmpp:ping'/></iq>"),
                 {"remote-server-not-found", "remote-server-timeout"});
}

void nobody(Stage& on, const char* id_and_type, const char* inside) {
    Session& romeo = on.client("romeo", "orchard");
    const xml::Element answer =
        romeo.ask(fmt::format("<iq {} to='nobody-there@{{domain}}'>{}</iq>", id_and_type, inside));
    expect_error(answer, {"service-unavailable"});
}

void message_to_nobody(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.send("<message to='nobody-there@{domain}' type='chat' id='1'><body>hello</body></message>");
    on.settle();
    for (const xml::Element& each : romeo.inbox()) expect_error(each, {"service-unavailable"});
}

void presence_to_nobody(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.send("<presence to='nobody-there@{domain}'/><presence to='nobody-there@{domain}' type='unavailable'/>");
    on.settle();
    for (const xml::Element& each : romeo.inbox())
        if (each.name() == "presence") throw Unmet("It was answered with " + for_a_person(each));
}

// The same question to somebody who is away, to a resource that is not there, and to nobody: nothing tells them apart.
void errors_tell_nobody_who_is_there(Stage& on) {
    on.account("juliet");
    Session& romeo = on.client("romeo", "orchard");
    std::string before;
    for (const char* const whom :
         {"nobody-there@{domain}/balcony", "{juliet}/balcony", "{juliet}", "nobody-there@{domain}"}) {
        const xml::Element answer =
            romeo.ask(fmt::format("<iq type='get' id='{0}' to='{0}'><query xmlns='urn:example:u'/></iq>", whom));
        expect_error(answer, {"service-unavailable"});
        const std::string error = for_a_person(answer.child("error", xml::stanza_ns));
        if (!before.empty() && error != before)
            throw Unmet(fmt::format("One error is {}, the other {}.", before, error));
        before = error;
    }
}

// RFC 7622 §3.3: letters of a name are compared without case.
void upper_case(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    std::string name = on.fill("{juliet}");
    for (char& each : name) each = static_cast<char>(std::toupper(static_cast<unsigned char>(each)));
    romeo.send(fmt::format("<message to='{}' type='chat' id='1'><body>hello</body></message>", name));
    juliet.gets("<message from='{romeo/orchard}' id='1'/>");
}

void long_name(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    const auto answer = [&](std::size_t size) {
        return romeo.ask(fmt::format("<iq type='get' id='{0}' to='{1}@{{domain}}'><q xmlns='urn:example:q'/></iq>",
                                     size, std::string(size, 'n')));
    };
    expect_error(answer(1023), {"service-unavailable"});
    expect_error(answer(1024), {"jid-malformed"});
}

constexpr auto unknown = "<query xmlns='urn:example:unknown'/>";

constexpr ServerCase cases[] = {
    {"R076", "RFC 6120 §8.1.2.1", "`from` is the full address of who speaks", from_is_stamped},
    {"R021", "RFC 6120 §4.8.3", "what a client gets is in jabber:client", from_is_stamped},
    {"R076", "RFC 6120 §8.1.2.1", "a client cannot speak as somebody else", forged_from},
    {"R075", "RFC 6120 §8.1.1.1", "`to` is delivered as it was written", to_is_unchanged},
    {"R089", "RFC 6120 §10.1", "200 messages to bare and full address keep their order", order},
    {"R089", "RFC 6120 §10.1", "50 queries are answered in their order", answers_keep_order_too},
    {"R090", "RFC 6120 §10.3.1", "a message without `to` is to one's own account", message_without_to},
    {"R090", "RFC 6120 §10.3.2", "a presence without `to` is spread", presence_without_to},
    {"R090", "RFC 6120 §10.3.3", "a query without `to` is the account's", iq_without_to},
    {"R092", "RFC 6120 §10.4.3", "a domain that cannot be found", unknown_host},
    {"R094", "RFC 6121 §8.5.1", "a get to nobody: service-unavailable",
     [](Stage& on) { nobody(on, "type='get' id='1'", unknown); }},
    {"R094", "RFC 6121 §8.5.1", "a set to nobody: service-unavailable",
     [](Stage& on) { nobody(on, "type='set' id='1'", unknown); }},
    {"R094", "RFC 6121 §8.5.1", "a message to nobody: nothing, or service-unavailable", message_to_nobody},
    {"R094", "RFC 6121 §8.5.1", "presence to nobody: nothing", presence_to_nobody},
    {"R120", "RFC 7622 §3.3", "names are compared without case", upper_case},
    {"R118", "RFC 7622 §3.3", "a name has 1,023 bytes at most: then jid-malformed", long_name},
    {"R086", "RFC 6120 §13.10.2", "errors tell nobody who is there", errors_tell_nobody_who_is_there},
};

}  // namespace

ServerCases routing_cases() { return cases; }

}  // namespace rondel::conformance
