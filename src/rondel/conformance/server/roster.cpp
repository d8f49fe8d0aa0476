// RFC 6121 §2: rosters.
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/stanza_errors.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

constexpr std::string_view roster_ns = "jabber:iq:roster";

std::string set(std::string_view id, std::string_view items) {
    return fmt::format("<iq type='set' id='{}'><query xmlns='jabber:iq:roster'>{}</query></iq>", id, items);
}

constexpr auto get = "<iq type='get' id='get'><query xmlns='jabber:iq:roster'/></iq>";

xml::ElementView item_of(const xml::Element& roster, std::string_view jid) {
    for (const xml::ElementView each : roster.child("query", roster_ns).children())
        if (each.attribute_or("jid", {}) == jid) return each;
    return {};
}

void keeps(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.asks(set("1", "<item jid='nurse@elsewhere.invalid' name='Nurse'><group>Servants</group></item>"),
               "<iq type='result' id='1'/>");
    romeo.asks(get,
               "<iq type='result'><query xmlns='jabber:iq:roster'><item jid='nurse@elsewhere.invalid' name='Nurse' "
               "subscription='none'><group>Servants</group></item></query></iq>");
    romeo.asks(set("2", "<item jid='nurse@elsewhere.invalid' name='Angelica'/>"), "<iq type='result' id='2'/>");
    const xml::Element roster = romeo.ask(get);
    const xml::ElementView item = item_of(roster, "nurse@elsewhere.invalid");
    if (item.attribute_or("name", {}) != "Angelica" || item.child("group"))
        throw Unmet("The item was not replaced: " + for_a_person(item));
}

void refused(Stage& on, const std::string& iq, std::initializer_list<std::string_view> conditions) {
    Session& romeo = on.client("romeo", "orchard");
    expect_error(romeo.ask(iq), conditions);
}

// RFC 6121 §2.1.2.5: only `remove` is a wish.
void subscription_is_ignored(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.asks(set("1", "<item jid='nurse@elsewhere.invalid' subscription='both' ask='subscribe'/>"),
               "<iq type='result' id='1'/>");
    const xml::Element roster = romeo.ask(get);
    const xml::ElementView item = item_of(roster, "nurse@elsewhere.invalid");
    if (item.attribute_or("subscription", "none") != "none" || item.attribute("ask"))
        throw Unmet("The client gave itself a subscription: " + for_a_person(item));
}

void of_somebody_else(Stage& on) {
    on.account("juliet");
    Session& romeo = on.client("romeo", "orchard");
    const xml::Element answer = romeo.ask(
        "<iq type='set' id='1' to='{juliet}'><query xmlns='jabber:iq:roster'><item jid='x@y.invalid'/>"
        "</query></iq>");
    expect_error(answer, {"forbidden"});
}

void reading_somebody_elses(Stage& on) {
    on.account("juliet");
    Session& romeo = on.client("romeo", "orchard");
    expect_error(romeo.ask("<iq type='get' id='1' to='{juliet}'><query xmlns='jabber:iq:roster'/></iq>"), {});
}

void pushes(Stage& on) {
    Session& phone = on.client("romeo", "phone");
    phone.ask(get);
    Session& uninterested = on.client("romeo", "tablet");
    Session& romeo = on.client("romeo", "orchard");
    romeo.ask(get);
    romeo.asks(set("1", "<item jid='nurse@elsewhere.invalid'/>"), "<iq type='result' id='1'/>");
    for (Session* each : {&phone, &romeo}) {
        const xml::Element push = each->gets(
            "<iq type='set' id='*'><query xmlns='jabber:iq:roster'><item jid='nurse@elsewhere.invalid'/></query></iq>");
        int items = 0;
        for ([[maybe_unused]] const xml::ElementView item : push.child("query", roster_ns).children()) ++items;
        if (items != 1) throw Unmet("A push has another number of items than one: " + for_a_person(push));
        const auto from = push.attribute("from");  // none: from the account itself (RFC 6121 §2.1.6)
        if (from && *from != on.fill("{romeo}")) throw Unmet("A push is from " + std::string(*from) + ".");
    }
    uninterested.gets_no("<iq type='set'><query xmlns='jabber:iq:roster'/></iq>");
}

void removes(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.ask(get);
    romeo.ask(set("1", "<item jid='nurse@elsewhere.invalid'/>"));
    romeo.asks(set("2", "<item jid='nurse@elsewhere.invalid' subscription='remove'/>"), "<iq type='result' id='2'/>");
    romeo.gets(
        "<iq type='set'><query xmlns='jabber:iq:roster'><item jid='nurse@elsewhere.invalid' subscription='remove'/>"
        "</query></iq>");
    const xml::Element roster = romeo.ask(get);
    if (item_of(roster, "nurse@elsewhere.invalid")) throw Unmet("It is still there.");
}

void removes_nobody(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    expect_error(romeo.ask(set("1", "<item jid='stranger@elsewhere.invalid' subscription='remove'/>")),
                 {"item-not-found"});
}

void versions(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    if (!on.offered().child("ver", "urn:xmpp:features:rosterver")) throw NotOffered("roster versions are not offered");
    const xml::Element first = romeo.ask("<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver=''/></iq>");
    const std::string ver(first.child("query", roster_ns).attribute_or("ver", {}));
    romeo.ask(set("2", "<item jid='nurse@elsewhere.invalid'/>"));
    const xml::Element push = romeo.gets("<iq type='set'><query xmlns='jabber:iq:roster' ver='*'/></iq>");
    if (push.child("query", roster_ns).attribute_or("ver", {}) == ver) throw Unmet("The version did not change.");
    const std::string now(push.child("query", roster_ns).attribute_or("ver", {}));
    const xml::Element again =
        romeo.ask(fmt::format("<iq type='get' id='3'><query xmlns='jabber:iq:roster' ver='{}'/></iq>", now));
    if (const xml::ElementView query = again.child("query", roster_ns); query && !query.children().empty())
        throw Unmet("Whoever has the newest version gets the roster once more: " + for_a_person(again));
}

void pushes_in_order(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.ask(get);
    std::string all;
    for (int i = 0; i < 20; ++i)
        all += set(fmt::format("s{}", i), fmt::format("<item jid='c{}@elsewhere.invalid'/>", i));
    romeo.send(all);
    for (int i = 0; i < 20; ++i) {
        const xml::Element push = romeo.gets("<iq type='set'><query xmlns='jabber:iq:roster'><item/></query></iq>");
        if (!item_of(push, fmt::format("c{}@elsewhere.invalid", i)))
            throw Unmet("Pushes came in another order than the changes.");
    }
}

constexpr ServerCase cases[] = {
    {"R102", "RFC 6121 §2.3", "an item is kept, and replaced", keeps},
    {"R102", "RFC 6121 §2.3.3", "a set with two items: bad-request",
     [](Stage& on) { refused(on, set("1", "<item jid='a@b.invalid'/><item jid='c@d.invalid'/>"), {"bad-request"}); }},
    {"R102", "RFC 6121 §2.3.3", "a set with none: bad-request",
     [](Stage& on) { refused(on, set("1", ""), {"bad-request"}); }},
    {"R102", "RFC 6121 §2.3.3", "the same group twice: bad-request",
     [](Stage& on) {
         refused(on, set("1", "<item jid='a@b.invalid'><group>x</group><group>x</group></item>"), {"bad-request"});
     }},
    {"R102", "RFC 6121 §2.3.3", "a group without a name: not-acceptable",
     [](Stage& on) { refused(on, set("1", "<item jid='a@b.invalid'><group/></item>"), {"not-acceptable"}); }},
    {"R102", "RFC 6121 §2.1.2.5", "a client cannot give itself a subscription", subscription_is_ignored},
    {"R102", "RFC 6121 §2.3.3", "somebody else's roster: forbidden", of_somebody_else},
    {"R112", "RFC 6121 §2.2", "nobody reads somebody else's roster", reading_somebody_elses},
    {"R103", "RFC 6121 §2.1.6", "a push of one item to each resource that asked, and no other", pushes},
    {"R103", "RFC 6121 §2.5", "a removal is pushed", removes},
    {"R104", "RFC 6121 §2.5.3", "removing what is not there: item-not-found", removes_nobody},
    {"R105", "RFC 6121 §2.6", "versions: who has the newest gets nothing", versions},
    {"R105", "RFC 6121 §2.6.4", "pushes come in the order of the changes", pushes_in_order},
};

}  // namespace

ServerCases roster_cases() { return cases; }

}  // namespace rondel::conformance
