// XEP-0313 and XEP-0059, where the server says that it keeps an archive.
#include "rondel/base/random.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/stanza_errors.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

constexpr auto mam = "urn:xmpp:mam:2";
constexpr auto rsm = "http://jabber.org/protocol/rsm";

// A query for what was said with one address.
std::string query(std::string_view id, std::string_view with, std::string_view page = {}) {
    return fmt::format(
        "<iq type='set' id='{0}'><query xmlns='{1}' queryid='{0}'><x xmlns='jabber:x:data' type='submit'>"
        "<field var='FORM_TYPE' type='hidden'><value>{1}</value></field><field "
        "var='with'><value>{2}</value></field></x>"
        "{3}</query></iq>",
        id, mam, with, page.empty() ? "" : fmt::format("<set xmlns='{}'>{}</set>", rsm, page));
}

// The results that came before the answer, in their order.
std::vector<xml::Element> results(Session& session, std::string_view id) {
    std::vector<xml::Element> found;
    for (xml::Element& each : session.inbox())
        if (const auto result = each.child("result", mam); result && result.attribute_or("queryid", {}) == id)
            found.push_back(std::move(each));
    session.forget();
    return found;
}

std::string inner_id(const xml::Element& result) {
    return std::string(result.child("result", mam)
                           .child("forwarded", "urn:xmpp:forward:0")
                           .child("message", "jabber:client")
                           .attribute_or("id", {}));
}

struct Said {
    Session& juliet;
    std::string mark;  // the ids of the messages begin with it
};

// Five messages of a component's user, whom nobody has talked to before.
Said said(Stage& on) {
    on.needs_feature(mam);
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.client("romeo", "orchard");
    const std::string mark = random_token(48);
    for (int i = 0; i < 5; ++i)
        romeo.send(fmt::format("<message to='{{juliet/balcony}}' type='chat' id='{}{}'><body>{}</body></message>", mark,
                               i, i));
    for (int i = 0; i < 5; ++i) juliet.gets_next(fmt::format("<message id='{}{}'/>", mark, i));
    on.settle();
    juliet.forget();
    return {juliet, mark};
}

void keeps(Stage& on) {
    const auto [juliet, mark] = said(on);
    juliet.asks(
        query("q", "{romeo}", "<before/><max>5</max>"),
        fmt::format("<iq type='result'><fin xmlns='{}'><set xmlns='{}'><first/><last/></set></fin></iq>", mam, rsm));
    const auto found = results(juliet, "q");
    if (found.size() != 5) throw Unmet(fmt::format("Of the last five messages {} came.", found.size()));
    for (int i = 0; i < 5; ++i) {
        const xml::Element& each = found[static_cast<std::size_t>(i)];
        if (inner_id(each) != mark + std::to_string(i)) throw Unmet("They came in another order than they were said.");
        if (!each.child("result", mam).child("forwarded", "urn:xmpp:forward:0").child("delay", "urn:xmpp:delay"))
            throw Unmet("A result does not say when: " + for_a_person(each));
        const auto from = each.attribute("from");
        if (from && *from != on.fill("{juliet}")) throw Unmet("A result is from " + std::string(*from) + ".");
    }
}

void pages(Stage& on) {
    const auto [juliet, mark] = said(on);
    const xml::Element last = juliet.ask(query("q", "{romeo}", "<before/><max>5</max>"));
    const std::string first(last.child("fin", mam).child("set", rsm).child("first", rsm).text());
    juliet.forget();
    const xml::Element answer = juliet.ask(query("p", "{romeo}", fmt::format("<after>{}</after><max>2</max>", first)));
    if (const xml::ElementView fin = answer.child("fin", mam); fin.attribute_or("complete", "false") == "true")
        throw Unmet("There is more, and the page says that it is complete.");
    const auto found = results(juliet, "p");
    if (found.size() != 2 || inner_id(found[0]) != mark + "1" || inner_id(found[1]) != mark + "2")
        throw Unmet("The page after the first of five messages is not the second and the third.");
}

void no_such_entry(Stage& on) {
    on.needs_feature(mam);
    Session& juliet = on.client("juliet", "balcony");
    expect_error(juliet.ask(query("q", "a@b.invalid", "<after>no-such-entry</after><max>2</max>")), {"item-not-found"});
}

void of_somebody_else(Stage& on) {
    on.needs_feature(mam);
    on.account("juliet");
    Session& romeo = on.client("romeo", "orchard");
    expect_error(romeo.ask(fmt::format("<iq type='set' id='q' to='{{juliet}}'><query xmlns='{}'/></iq>", mam)), {});
    if (!results(romeo, "").empty()) throw Unmet("Something of the archive came all the same.");
}

void nothing(Stage& on) {
    on.needs_feature(mam);
    Session& juliet = on.client("juliet", "balcony");
    const xml::Element answer = juliet.asks(query("q", "nobody@elsewhere.invalid"), "<iq type='result'/>");
    if (answer.child("fin", mam).attribute_or("complete", "false") != "true")
        throw Unmet("An empty page does not say that it is complete: " + for_a_person(answer));
}

void form(Stage& on) {
    on.needs_feature(mam);
    Session& juliet = on.client("juliet", "balcony");
    juliet.asks(fmt::format("<iq type='get' id='f'><query xmlns='{}'/></iq>", mam),
                fmt::format("<iq type='result'><query xmlns='{}'><x xmlns='jabber:x:data' type='form'>"
                            "<field var='with'/><field var='start'/><field var='end'/></x></query></iq>",
                            mam));
}

constexpr ServerCase cases[] = {
    {"", "XEP-0313 §4.1", "what was said can be asked for, in its order, with its time", keeps},
    {"", "XEP-0059 §2.2", "in pages", pages},
    {"", "XEP-0059 §2.2", "a page after an entry that does not exist: item-not-found", no_such_entry},
    {"", "XEP-0313 §4.1", "an archive is nobody else's", of_somebody_else},
    {"", "XEP-0313 §4.3.2", "an empty archive is complete", nothing},
    {"", "XEP-0313 §4.1.5", "the form of a query can be asked for", form},
};

}  // namespace

ServerCases archive_cases() { return cases; }

}  // namespace rondel::conformance
