// RFC 6121 §3 and appendix A: the whole table, nine states by eight events. The contact is a component's, so that
// nothing but the user's own side is looked at.
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <array>

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

enum State { none, none_out, none_in, none_both, to, to_in, from, from_out, both };

struct Shown {
    const char* name;
    const char* subscription;
    bool ask;
};
constexpr std::array<Shown, 9> shown = {{{"None", "none", false},
                                         {"None + Pending Out", "none", true},
                                         {"None + Pending In", "none", false},
                                         {"None + Pending Out+In", "none", true},
                                         {"To", "to", false},
                                         {"To + Pending In", "to", false},
                                         {"From", "from", false},
                                         {"From + Pending Out", "from", true},
                                         {"Both", "both", false}}};

// By an outbound and an inbound stanza each: what leads from None to a state. Upper case: the user says it.
enum Event { SUBSCRIBE, UNSUBSCRIBE, SUBSCRIBED, UNSUBSCRIBED, subscribe, unsubscribe, subscribed, unsubscribed };
constexpr std::array<const char*, 4> types = {"subscribe", "unsubscribe", "subscribed", "unsubscribed"};
constexpr std::array<std::array<int, 4>, 9> ways = {{{-1, -1, -1, -1},
                                                     {SUBSCRIBE, -1, -1, -1},
                                                     {subscribe, -1, -1, -1},
                                                     {SUBSCRIBE, subscribe, -1, -1},
                                                     {SUBSCRIBE, subscribed, -1, -1},
                                                     {SUBSCRIBE, subscribed, subscribe, -1},
                                                     {subscribe, SUBSCRIBED, -1, -1},
                                                     {subscribe, SUBSCRIBED, SUBSCRIBE, -1},
                                                     {SUBSCRIBE, subscribed, subscribe, SUBSCRIBED}}};

struct Step {
    State next;
    char passed_on;  // '+': MUST; '-': MUST NOT; ' ': the table says SHOULD NOT, so it is not looked at
};
using Row = std::array<Step, 9>;
constexpr std::array<Row, 8> table = {{
    // tables 2 to 5: what the user says
    {{{none_out, '+'},
      {none_out, '+'},
      {none_both, '+'},
      {none_both, '+'},
      {to, '+'},
      {to_in, '+'},
      {from_out, '+'},
      {from_out, '+'},
      {both, '+'}}},
    {{{none, '+'},
      {none, '+'},
      {none_in, '+'},
      {none_in, '+'},
      {none, '+'},
      {none_in, '+'},
      {from, '+'},
      {from, '+'},
      {from, '+'}}},
    {{{none, '-'},
      {none_out, '-'},
      {from, '+'},
      {from_out, '+'},
      {to, '-'},
      {both, '+'},
      {from, '-'},
      {from_out, '-'},
      {both, '-'}}},
    {{{none, ' '},
      {none_out, ' '},
      {none, '+'},
      {none_out, '+'},
      {to, ' '},
      {to, '+'},
      {none, '+'},
      {none_out, '+'},
      {to, '+'}}},
    // tables 6 to 9: what the contact says
    {{{none_in, '+'},
      {none_both, '+'},
      {none_in, ' '},
      {none_both, ' '},
      {to_in, '+'},
      {to_in, ' '},
      {from, ' '},
      {from_out, ' '},
      {both, ' '}}},
    {{{none, ' '},
      {none_out, ' '},
      {none, '+'},
      {none_out, '+'},
      {to, ' '},
      {to, '+'},
      {none, '+'},
      {none_out, '+'},
      {to, '+'}}},
    {{{none, ' '},
      {to, '+'},
      {none_in, ' '},
      {to_in, '+'},
      {to, ' '},
      {to_in, ' '},
      {from, ' '},
      {both, '+'},
      {both, ' '}}},
    {{{none, ' '},
      {none, '+'},
      {none_in, ' '},
      {none_in, '+'},
      {none, '+'},
      {none_in, '+'},
      {from, ' '},
      {from, '+'},
      {from, '+'}}},
}};

class Play {
  public:
    Play(Stage& on, State state)
        : on_(on), user_(on.online("romeo", "orchard")), contacts_(on.component()), state_(state) {}

    void all_events() {
        for (int event = 0; event < 8; ++event) one(static_cast<Event>(event));
    }

  private:
    void say(int event) {
        const char* const type = types[static_cast<std::size_t>(event) % 4];
        if (event < subscribe)
            user_.send(fmt::format("<presence type='{}' to='{}'/>", type, contact_));
        else
            contacts_.send(fmt::format("<presence type='{}' from='{}' to='{{romeo}}'/>", type, contact_));
        on_.settle();
    }

    // Each event meets a contact of its own.
    void one(Event event) {
        contact_ = fmt::format("c{}@{}", static_cast<int>(event), contacts_.own());
        for (const int step : ways[state_])
            if (step >= 0) say(step);
        user_.forget();
        contacts_.forget();
        say(event);
        const Step& step = table[event][state_];
        const std::string what = fmt::format("{} {} in state {}", event < subscribe ? "outbound" : "inbound",
                                             types[event % 4], shown[state_].name);
        check_state(what, step.next);
        check_passed_on(what, event, step.passed_on);
    }

    void check_state(const std::string& what, State next) {
        const xml::Element roster = user_.ask("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
        std::string subscription = "none", ask;
        for (const xml::ElementView each : roster.child("query", "jabber:iq:roster").children())
            if (each.attribute_or("jid", {}) == contact_) {
                subscription = each.attribute_or("subscription", "none");
                ask = each.attribute_or("ask", {});
            }
        if (subscription != shown[next].subscription || (ask == "subscribe") != shown[next].ask)
            throw Unmet(fmt::format("{}: the roster says subscription='{}'{}, and should say {}.", what, subscription,
                                    ask.empty() ? "" : " ask='" + ask + "'", shown[next].name));
    }

    void check_passed_on(const std::string& what, Event event, char wanted) {
        Session& hearing = event < subscribe ? contacts_ : user_;
        bool came = false;
        for (const xml::Element& each : hearing.inbox()) {
            if (each.name() != "presence" || each.attribute("type") != types[event % 4]) continue;
            const std::string_view from = each.view().attribute_or("from", {});
            came = came || from == contact_ || from == on_.fill("{romeo}");
        }
        if (wanted == '+' && !came) throw Unmet(what + ": it was not passed on.");
        if (wanted == '-' && came) throw Unmet(what + ": it was passed on.");
    }

    Stage& on_;
    Session& user_;
    Session& contacts_;
    State state_;
    std::string contact_;
};

template <State state>
void play(Stage& on) {
    Play(on, state).all_events();
}

// RFC 6121 §3.1.2: subscriptions are between bare JIDs, whoever sends them.
void from_the_bare_address(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    romeo.send("<presence type='subscribe' to='{juliet}/balcony' id='s'/>");
    juliet.gets("<presence type='subscribe' from='{romeo}'/>");
}

void waits_for_her(Stage& on) {
    on.account("juliet");
    Session& romeo = on.online("romeo", "orchard");
    romeo.send("<presence type='subscribe' to='{juliet}'/>");
    on.settle();
    Session& juliet = on.client("juliet", "balcony");
    juliet.send("<presence/>");
    juliet.gets("<presence type='subscribe' from='{romeo}'/>");
}

void presence_follows_approval(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    romeo.send("<presence type='subscribe' to='{juliet}'/>");
    juliet.gets("<presence type='subscribe' from='{romeo}'/>");
    juliet.send("<presence type='subscribed' to='{romeo}'/>");
    romeo.gets("<presence type='subscribed' from='{juliet}'/>");
    romeo.gets("<presence from='{juliet/balcony}'/>");
}

void unavailable_follows_the_end(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    on.befriend(romeo, juliet);
    juliet.send("<presence type='unsubscribed' to='{romeo}'/>");
    romeo.gets("<presence type='unsubscribed' from='{juliet}'/>");
    romeo.gets("<presence type='unavailable' from='{juliet/balcony}'/>");
    juliet.send("<presence><show>away</show></presence>");
    romeo.gets_no("<presence><show>away</show></presence>");
}

void removal_ends_both(Stage& on) {
    Session& juliet = on.online("juliet", "balcony");
    Session& romeo = on.online("romeo", "orchard");
    on.befriend(romeo, juliet);
    romeo.asks(
        "<iq type='set' id='x'><query xmlns='jabber:iq:roster'><item jid='{juliet}' "
        "subscription='remove'/></query></iq>",
        "<iq type='result'/>");
    juliet.gets("<presence type='unsubscribe' from='{romeo}'/>");
    juliet.gets("<presence type='unsubscribed' from='{romeo}'/>");
}

constexpr ServerCase cases[] = {
    {"R106", "RFC 6121 §A.2, §A.3", "None: eight events", play<none>},
    {"R106", "RFC 6121 §A.2, §A.3", "None + Pending Out: eight events", play<none_out>},
    {"R106", "RFC 6121 §A.2, §A.3", "None + Pending In: eight events", play<none_in>},
    {"R106", "RFC 6121 §A.2, §A.3", "None + Pending Out+In: eight events", play<none_both>},
    {"R106", "RFC 6121 §A.2, §A.3", "To: eight events", play<to>},
    {"R106", "RFC 6121 §A.2, §A.3", "To + Pending In: eight events", play<to_in>},
    {"R106", "RFC 6121 §A.2, §A.3", "From: eight events", play<from>},
    {"R106", "RFC 6121 §A.2, §A.3", "From + Pending Out: eight events", play<from_out>},
    {"R106", "RFC 6121 §A.2, §A.3", "Both: eight events", play<both>},
    {"R076", "RFC 6121 §3.1.2", "a request comes from the bare address", from_the_bare_address},
    {"R106", "RFC 6121 §3.1.3", "a request waits for whoever is away", waits_for_her},
    {"R106", "RFC 6121 §3.1.5", "behind the approval comes the contact's presence", presence_follows_approval},
    {"R106", "RFC 6121 §3.2.2", "behind its end comes unavailable, and then nothing", unavailable_follows_the_end},
    {"R106", "RFC 6121 §2.5.2", "removing a contact ends both subscriptions", removal_ends_both},
};

}  // namespace

ServerCases subscription_cases() { return cases; }

}  // namespace rondel::conformance
