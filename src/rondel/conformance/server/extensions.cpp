// What a server says that it has, it has to do: XEP-0199, 0030, 0191, 0280.
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/stanza_errors.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

constexpr auto info_ns = "http://jabber.org/protocol/disco#info";

void ping(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    on.needs_feature("urn:xmpp:ping");
    const xml::Element answer =
        romeo.asks("<iq type='get' id='1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>", "<iq type='result'/>");
    if (!answer.children().empty()) throw Unmet("The pong is not empty: " + for_a_person(answer));
}

void ping_own_account(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    on.needs_feature("urn:xmpp:ping");
    romeo.asks("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "<iq type='result'/>");
}

void info(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.asks(fmt::format("<iq type='get' id='1' to='{{domain}}'><query xmlns='{}'/></iq>", info_ns),
               fmt::format("<iq type='result'><query xmlns='{0}'><identity category='server' type='im'/>"
                           "<feature var='{0}'/></query></iq>",
                           info_ns));
}

void items(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    romeo.asks("<iq type='get' id='1' to='{domain}'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>",
               "<iq type='result'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
}

void unknown_node(Stage& on) {
    Session& romeo = on.client("romeo", "orchard");
    expect_error(romeo.ask(fmt::format(
                     "<iq type='get' id='1' to='{{domain}}'><query xmlns='{}' node='urn:example:no'/></iq>", info_ns)),
                 {"item-not-found"});
}

void info_of_a_stranger(Stage& on) {
    on.account("juliet");
    Session& romeo = on.client("romeo", "orchard");
    const std::string query = fmt::format("<query xmlns='{}'/>", info_ns);
    const auto error = [&](const char* whom) {
        const xml::Element answer = romeo.ask(fmt::format("<iq type='get' id='{0}' to='{0}'>{1}</iq>", whom, query));
        return std::string(condition_of(answer));
    };
    if (error("{juliet}") != error("nobody-there@{domain}")) throw Unmet("The answers tell who has an account.");
}

// ---- XEP-0191 ----

constexpr auto blocking = "urn:xmpp:blocking";

void block(Session& juliet, std::string_view whom) {
    juliet.asks(
        fmt::format("<iq type='set' id='block'><block xmlns='{}'><item jid='{}'/></block></iq>", blocking, whom),
        "<iq type='result'/>");
}

void blocks(Stage& on) {
    on.needs_feature(blocking);
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    block(juliet, "{romeo}");
    romeo.send("<message to='{juliet/balcony}' type='chat' id='m'><body>hello</body></message>");
    romeo.send("<message to='{juliet}' type='chat' id='m2'><body>hello</body></message>");
    juliet.gets_no("<message/>");
    expect_error(romeo.gets("<message type='error' id='m2'/>"), {"service-unavailable"});
    expect_error(romeo.gets("<message type='error' id='m'/>"), {"service-unavailable"});
}

void blocked_query(Stage& on) {
    on.needs_feature(blocking);
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    block(juliet, "{romeo}");
    expect_error(romeo.ask("<iq type='get' id='q' to='{juliet/balcony}'><q xmlns='urn:example:q'/></iq>"),
                 {"service-unavailable"});
    juliet.gets_no("<iq type='get'/>");
}

void to_whom_one_blocked(Stage& on) {
    on.needs_feature(blocking);
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    block(juliet, "{romeo}");
    juliet.send("<message to='{romeo/orchard}' type='chat' id='m'><body>hello</body></message>");
    expect_error(juliet.gets("<message type='error' id='m'/>"), {"not-acceptable"});
    romeo.gets_no("<message/>");
}

void block_list(Stage& on) {
    on.needs_feature(blocking);
    Session& juliet = on.online("juliet", "balcony");
    Session& phone = on.client("juliet", "phone");
    constexpr auto list = "<iq type='get' id='list'><blocklist xmlns='urn:xmpp:blocking'/></iq>";
    phone.ask(list);
    block(juliet, "romeo@elsewhere.invalid");
    phone.gets("<iq type='set'><block xmlns='urn:xmpp:blocking'><item jid='romeo@elsewhere.invalid'/></block></iq>");
    juliet.asks(list,
                "<iq type='result'><blocklist xmlns='urn:xmpp:blocking'><item jid='romeo@elsewhere.invalid'/>"
                "</blocklist></iq>");
    juliet.asks("<iq type='set' id='u'><unblock xmlns='urn:xmpp:blocking'/></iq>", "<iq type='result'/>");
    const xml::Element left = juliet.ask(list);
    if (!left.child("blocklist", blocking).children().empty()) throw Unmet("Unblocking all left " + for_a_person(left));
}

void block_nobody(Stage& on) {
    on.needs_feature(blocking);
    Session& juliet = on.client("juliet", "balcony");
    expect_error(juliet.ask("<iq type='set' id='1'><block xmlns='urn:xmpp:blocking'/></iq>"), {"bad-request"});
}

// ---- XEP-0280 ----

constexpr auto carbons = "urn:xmpp:carbons:2";

Session& with_carbons(Stage& on) {
    Session& phone = on.online("juliet", "phone");
    phone.asks(fmt::format("<iq type='set' id='c'><enable xmlns='{}'/></iq>", carbons), "<iq type='result'/>");
    return phone;
}

std::string carbon(std::string_view kind, std::string_view id) {
    return fmt::format(
        "<message from='{{juliet}}' to='{{juliet/phone}}'><{0} xmlns='{1}'><forwarded xmlns='urn:xmpp:forward:0'>"
        "<message xmlns='jabber:client' id='{2}'/></forwarded></{0}></message>",
        kind, carbons, id);
}

void carbons_of_both(Stage& on) {
    on.needs_feature(carbons);
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    Session& phone = with_carbons(on);
    romeo.send("<message to='{juliet/balcony}' type='chat' id='in'><body>hello</body></message>");
    phone.gets(carbon("received", "in"));
    juliet.send("<message to='{romeo/orchard}' type='chat' id='out'><body>hello</body></message>");
    phone.gets(carbon("sent", "out"));
    juliet.gets_no(fmt::format("<message><received xmlns='{}'/></message>", carbons));
}

void no_carbons(Stage& on) {
    on.needs_feature(carbons);
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    Session& phone = with_carbons(on);
    romeo.send(
        "<message to='{juliet/balcony}' type='chat' id='p'><body>x</body><private xmlns='urn:xmpp:carbons:2'/>"
        "<no-copy xmlns='urn:xmpp:hints'/></message>"
        "<message to='{juliet/balcony}' type='headline' id='h'><body>x</body></message>"
        "<message to='{juliet/balcony}' type='groupchat' id='g'><body>x</body></message>");
    juliet.gets("<message id='p'/>");
    phone.gets_no("<message/>");
}

constexpr ServerCase cases[] = {
    {"R129", "XEP-0199 §4.2", "the server answers a ping, and says that it does", ping},
    {"R129", "XEP-0199 §4.2", "so it does for one's own account", ping_own_account},
    {"", "XEP-0030 §3.1", "a server says what it is: server/im, disco#info", info},
    {"", "XEP-0030 §4.1", "what it holds can be asked for", items},
    {"", "XEP-0030 §3.3", "a node that is not there: item-not-found", unknown_node},
    {"R112", "XEP-0030 §8", "who asks about a stranger learns nothing", info_of_a_stranger},
    {"", "XEP-0191 §3.3", "messages of a blocked contact: service-unavailable", blocks},
    {"", "XEP-0191 §3.3", "queries of a blocked contact: service-unavailable", blocked_query},
    {"", "XEP-0191 §3.3", "to whom one has blocked: not-acceptable", to_whom_one_blocked},
    {"", "XEP-0191 §3.2", "the list, its pushes, and unblocking all", block_list},
    {"", "XEP-0191 §3.3", "blocking nobody: bad-request", block_nobody},
    {"", "XEP-0280 §6", "copies of what is received and sent, from one's own account", carbons_of_both},
    {"", "XEP-0280 §6.1", "none of private ones, headlines and groupchat", no_carbons},
};

}  // namespace

ServerCases extension_cases() { return cases; }

}  // namespace rondel::conformance
