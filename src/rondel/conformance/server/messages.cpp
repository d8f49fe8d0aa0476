// RFC 6121 §5 and §8.5: who gets a message.
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/stanza_errors.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

std::string message(std::string_view to, std::string_view type, std::string_view id = "m") {
    return fmt::format("<message to='{}'{} id='{}'><body>hello</body></message>", to,
                       type.empty() ? "" : fmt::format(" type='{}'", type), id);
}

constexpr auto low = "<presence><priority>-1</priority></presence>";

void to_the_only_one(Stage& on, std::string_view type) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet}", type));
    juliet.gets("<message id='m' to='{juliet}'><body>hello</body></message>");
}

void unknown_type(Stage& on) { to_the_only_one(on, "strange"); }

void negative_priority(Stage& on, std::string_view type) {
    Session& chamber = on.online("juliet", "chamber", low);
    Session& balcony = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet}", type));
    balcony.gets("<message id='m'/>");
    chamber.gets_no("<message id='m'/>");
}

void only_negative(Stage& on) {
    Session& chamber = on.online("juliet", "chamber", low);
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet}", "headline"));
    chamber.gets_no("<message id='m'/>");
    for (const xml::Element& each : romeo.inbox())
        if (each.name() == "message") throw Unmet("A headline was answered with " + for_a_person(each));
}

void headline_to_all(Stage& on) {
    Session& chamber = on.online("juliet", "chamber", "<presence><priority>1</priority></presence>");
    Session& balcony = on.online("juliet", "balcony", "<presence><priority>5</priority></presence>");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet}", "headline"));
    chamber.gets("<message id='m'/>");
    balcony.gets("<message id='m'/>");
}

void groupchat(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet}", "groupchat"));
    expect_error(romeo.gets("<message type='error' id='m'/>"), {"service-unavailable"});
    juliet.gets_no("<message id='m'/>");
}

void error_to_bare(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(
        "<message to='{juliet}' type='error' id='m'><error type='cancel'>"
        "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    juliet.gets_no("<message id='m'/>");
    romeo.gets_no("<message id='m'/>");
}

void to_full(Stage& on) {
    Session& chamber = on.online("juliet", "chamber", "<presence><priority>5</priority></presence>");
    Session& balcony = on.online("juliet", "balcony", low);
    Session& romeo = on.client("romeo", "orchard");
    for (const char* const type : {"chat", "", "headline", "groupchat"}) {
        romeo.send(message("{juliet/balcony}", type, "m"));
        balcony.gets("<message id='m' to='{juliet/balcony}'/>");
    }
    chamber.gets_no("<message id='m'/>");
}

void to_full_without_presence(Stage& on) {
    Session& juliet = on.client("juliet", "balcony");  // connected, not available
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet/balcony}", "chat"));
    juliet.gets("<message id='m'/>");
}

void chat_to_no_resource(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet}/elsewhere", "chat"));
    juliet.gets("<message id='m'/>");
}

// Ignored, or answered with an error; not delivered.
void not_to_another_resource(Stage& on, std::string_view type) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet}/elsewhere", type));
    juliet.gets_no("<message id='m'/>");
    for (const xml::Element& each : romeo.inbox())
        if (each.name() == "message") condition_of(each);
}

void error_to_no_resource(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(
        "<message to='{juliet}/elsewhere' type='error' id='m'><error type='cancel'>"
        "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    juliet.gets_no("<message id='m'/>");
    romeo.gets_no("<message id='m'/>");
}

void presence_to_no_resource(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send("<presence to='{juliet}/elsewhere' id='p'/>");
    juliet.gets_no("<presence id='p'/>");
    romeo.gets_no("<presence id='p'/>");
}

void iq_to_no_resource(Stage& on) {
    on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    expect_error(romeo.ask("<iq type='get' id='1' to='{juliet}/elsewhere'><ping xmlns='urn:xmpp:ping'/></iq>"),
                 {"service-unavailable"});
}

void iq_to_bare(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    const xml::Element answer =
        romeo.ask("<iq type='get' id='1' to='{juliet}'><query xmlns='urn:example:unknown'/></iq>");
    expect_error(answer, {"service-unavailable"});
    if (answer.attribute("from") != on.fill("{juliet}"))
        throw Unmet("The answer is not from the account: " + for_a_person(answer));
    juliet.gets_no("<iq type='get'/>");
}

// RFC 6121 §8.5.2.2.1: kept, or answered with an error; never silently lost.
void nobody_is_there(Stage& on, std::string_view type) {
    on.account("juliet");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet}", type));
    on.settle();
    for (const xml::Element& each : romeo.inbox())
        if (each.name() == "message") return expect_error(each, {"service-unavailable"});
    Session& juliet = on.client("juliet", "balcony");
    juliet.send("<presence/>");
    juliet.gets("<message id='m' from='{romeo/orchard}'><body>hello</body></message>");
}

void headline_to_nobody(Stage& on) {
    on.account("juliet");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet}", "headline"));
    romeo.gets_no("<message id='m'/>");
    Session& juliet = on.client("juliet", "balcony");
    juliet.send("<presence/>");
    juliet.gets_no("<message id='m'/>");
}

void groupchat_to_nobody(Stage& on) {
    on.account("juliet");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send(message("{juliet}", "groupchat"));
    expect_error(romeo.gets("<message type='error' id='m'/>"), {"service-unavailable"});
}

constexpr ServerCase cases[] = {
    {"R109", "RFC 6121 §8.5.2.1.1", "a chat message to the bare address",
     [](Stage& on) { to_the_only_one(on, "chat"); }},
    {"R109", "RFC 6121 §8.5.2.1.1", "a normal one", [](Stage& on) { to_the_only_one(on, ""); }},
    {"R109", "RFC 6121 §8.5.2.1.1", "a headline", [](Stage& on) { to_the_only_one(on, "headline"); }},
    {"R108", "RFC 6121 §5.2.2", "an unknown type is taken for normal", unknown_type},
    {"R109", "RFC 6121 §8.5.2.1.1", "a negative priority gets no chat message",
     [](Stage& on) { negative_priority(on, "chat"); }},
    {"R109", "RFC 6121 §8.5.2.1.1", "a negative priority gets no normal message",
     [](Stage& on) { negative_priority(on, ""); }},
    {"R109", "RFC 6121 §8.5.2.1.1", "a headline where all are negative: nothing", only_negative},
    {"R109", "RFC 6121 §8.5.2.1.1", "a headline goes to all", headline_to_all},
    {"R109", "RFC 6121 §8.5.2.1.1", "groupchat to an account: service-unavailable", groupchat},
    {"R109", "RFC 6121 §8.5.2.1.1", "an error to an account: nothing", error_to_bare},
    {"R109", "RFC 6121 §8.5.2.2.1", "a chat message to whoever is away is kept or answered",
     [](Stage& on) { nobody_is_there(on, "chat"); }},
    {"R109", "RFC 6121 §8.5.2.2.1", "so is a normal one", [](Stage& on) { nobody_is_there(on, ""); }},
    {"R109", "RFC 6121 §8.5.2.2.1", "a headline to whoever is away: nothing", headline_to_nobody},
    {"R109", "RFC 6121 §8.5.2.2.1", "groupchat to whoever is away: service-unavailable", groupchat_to_nobody},
    {"R110", "RFC 6121 §8.5.3.1", "to a resource: there, and there only", to_full},
    {"R110", "RFC 6121 §8.5.3.1", "also if it is connected without presence", to_full_without_presence},
    {"R110", "RFC 6121 §8.5.3.2.1", "a chat message to a resource that is not there goes to another",
     chat_to_no_resource},
    {"R110", "RFC 6121 §8.5.3.2.1", "a normal one does not", [](Stage& on) { not_to_another_resource(on, "normal"); }},
    {"R110", "RFC 6121 §8.5.3.2.1", "a headline does not", [](Stage& on) { not_to_another_resource(on, "headline"); }},
    {"R110", "RFC 6121 §8.5.3.2.1", "groupchat does not", [](Stage& on) { not_to_another_resource(on, "groupchat"); }},
    {"R110", "RFC 6121 §8.5.3.2.1", "an error to a resource that is not there: nothing", error_to_no_resource},
    {"R110", "RFC 6121 §8.5.3.2.2", "presence to a resource that is not there: nothing", presence_to_no_resource},
    {"R110", "RFC 6121 §8.5.3.2.3", "a query to a resource that is not there: service-unavailable", iq_to_no_resource},
    {"R111", "RFC 6121 §8.5.2.1.3", "a query to the bare address is answered by the server", iq_to_bare},
};

}  // namespace

ServerCases message_cases() { return cases; }

}  // namespace rondel::conformance
