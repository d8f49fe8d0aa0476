// RFC 6121 §4 and §11: who learns who is there.
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

struct Friends {
    Session& juliet;
    Session& romeo;
};

Friends friends(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    on.befriend(romeo, juliet);
    return {juliet, romeo};
}

void initial(Stage& on) {
    const auto [juliet, romeo] = friends(on);
    Session& phone = on.client("romeo", "phone");
    phone.send("<presence/>");
    juliet.gets("<presence from='{romeo/phone}'/>");
    romeo.gets("<presence from='{romeo/phone}'/>");  // §4.2.2: to one's own resources, too
    phone.gets("<presence from='{juliet/balcony}'/>");
    phone.gets("<presence from='{romeo/orchard}'/>");
}

void update(Stage& on) {
    const auto [juliet, romeo] = friends(on);
    romeo.send("<presence><show>dnd</show><status>busy</status><priority>3</priority></presence>");
    juliet.gets(
        "<presence from='{romeo/orchard}'><show>dnd</show><status>busy</status><priority>3</priority></presence>");
}

void unavailable(Stage& on) {
    const auto [juliet, romeo] = friends(on);
    romeo.send("<presence type='unavailable'><status>gone</status></presence>");
    juliet.gets("<presence type='unavailable' from='{romeo/orchard}'><status>gone</status></presence>");
}

void unavailable_at_the_end(Stage& on) {
    const auto [juliet, romeo] = friends(on);
    romeo.leave();
    juliet.gets("<presence type='unavailable' from='{romeo/orchard}'/>");
}

void unavailable_when_cut_off(Stage& on) {
    const auto [juliet, romeo] = friends(on);
    romeo.stream().wire().close();
    juliet.gets("<presence type='unavailable' from='{romeo/orchard}'/>");
}

void strangers_hear_nothing(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    romeo.send("<presence><show>away</show></presence>");
    juliet.gets_no("<presence from='{romeo/orchard}'/>");
}

void directed(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    romeo.send("<presence to='{juliet}'><show>chat</show></presence>");
    juliet.gets("<presence from='{romeo/orchard}' to='{juliet}'><show>chat</show></presence>");
    romeo.send("<presence type='unavailable'/>");
    juliet.gets("<presence type='unavailable' from='{romeo/orchard}'/>");  // §4.6.3
}

void probe_of_a_stranger(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    romeo.send("<presence type='probe' to='{juliet}'/>");
    on.settle();
    (void)juliet;
    for (const xml::Element& each : romeo.inbox()) {
        const std::string_view type = each.view().attribute_or("type", {});
        if (each.name() == "presence" && type != "unsubscribed" && type != "error")
            throw Unmet("A stranger was told " + for_a_person(each));
    }
}

void probe_of_a_friend(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& echo = on.component();
    const std::string friar = "friar@" + echo.own();
    echo.send(fmt::format("<presence type='subscribe' from='{}' to='{{juliet}}'/>", friar));
    juliet.gets(fmt::format("<presence type='subscribe' from='{}'/>", friar));
    juliet.send(fmt::format("<presence type='subscribed' to='{}'/>", friar));
    echo.gets(fmt::format("<presence type='subscribed' to='{}'/>", friar));
    on.settle();
    echo.forget();
    echo.send(fmt::format("<presence type='probe' from='{}' to='{{juliet}}'/>", friar));
    echo.gets(fmt::format("<presence from='{{juliet/balcony}}' to='{}'/>", friar));
}

// RFC 6121 §4.3.1: a new session learns who is there, also of those elsewhere.
void probes(Stage& on) {
    Session& echo = on.component();
    Session& romeo = on.online("romeo", "orchard");
    const std::string friar = "friar@" + echo.own();
    romeo.send(fmt::format("<presence type='subscribe' to='{}'/>", friar));
    echo.gets(fmt::format("<presence type='subscribe' to='{}' from='{{romeo}}'/>", friar));
    echo.send(fmt::format("<presence type='subscribed' from='{}' to='{{romeo}}'/>", friar));
    romeo.gets(fmt::format("<presence type='subscribed' from='{}'/>", friar));
    on.settle();
    echo.forget();
    Session& phone = on.client("romeo", "phone");
    phone.send("<presence/>");
    const xml::Element probe = echo.gets(fmt::format("<presence type='probe' to='{}'/>", friar));
    const std::string_view from = probe.view().attribute_or("from", {});
    if (!from.starts_with(on.fill("{romeo}"))) throw Unmet("The probe is from " + std::string(from) + ".");
}

void queries_of_strangers(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    romeo.send("<iq type='get' id='q' to='{juliet/balcony}'><query xmlns='jabber:iq:version'/></iq>");
    juliet.gets_no("<iq type='get'/>");
    romeo.gets(
        "<iq type='error' id='q'><error><service-unavailable "
        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
}

constexpr ServerCase cases[] = {
    {"R107", "RFC 6121 §4.2.2", "initial presence goes to friends and to one's own resources", initial},
    {"R107", "RFC 6121 §4.4.2", "so does a change of it, whole", update},
    {"R107", "RFC 6121 §4.5.2", "so does its end", unavailable},
    {"R107", "RFC 6121 §4.5.2", "also if the stream is closed without it", unavailable_at_the_end},
    {"R107", "RFC 6121 §4.5.2", "also if the connection is lost", unavailable_when_cut_off},
    {"R107", "RFC 6121 §4.6", "directed presence, and its end when its sender goes", directed},
    {"R107", "RFC 6121 §4.3.1", "a new session has its contacts probed", probes},
    {"R107", "RFC 6121 §4.3.2", "a friend's probe is answered with presence", probe_of_a_friend},
    {"R112", "RFC 6121 §11", "strangers hear nothing", strangers_hear_nothing},
    {"R112", "RFC 6121 §4.3.2", "a stranger's probe tells nothing", probe_of_a_stranger},
    {"R112", "RFC 6121 §8.5.3.1", "a stranger's query does not reach a resource", queries_of_strangers},
};

}  // namespace

ServerCases presence_cases() { return cases; }

}  // namespace rondel::conformance
