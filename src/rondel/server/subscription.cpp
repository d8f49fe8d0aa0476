#include "rondel/server/subscription.hpp"

#include <array>

namespace rondel::server {

namespace {

using S = Subscription;

constexpr std::array<std::string_view, 9> names = {
    "None",
    "None + Pending Out",
    "None + Pending In",
    "None + Pending Out+In",
    "To",
    "To + Pending In",
    "From",
    "From + Pending Out",
    "Both",
};

constexpr SubscriptionStep pass(S next) { return {next, true, false, false}; }
constexpr SubscriptionStep silent(S next) { return {next, false, false, false}; }
constexpr SubscriptionStep pass_and_reply(S next) { return {next, true, true, false}; }
constexpr SubscriptionStep reply(S next) { return {next, false, true, false}; }
constexpr SubscriptionStep pre_approve(S next) { return {next, false, false, true}; }

// One row for each event, one column for each state: Tables 2 to 9.
constexpr std::array<std::array<SubscriptionStep, 9>, 8> table = {{
    // None, None + Pending Out, None + Pending In, None + Pending Out+In, To, To + Pending In,
    // From, From + Pending Out, Both
    {pass(S::none_pending_out), pass(S::none_pending_out), pass(S::none_pending_out_in), pass(S::none_pending_out_in),
     pass(S::to), pass(S::to_pending_in), pass(S::from_pending_out), pass(S::from_pending_out), pass(S::both)},
    {pass(S::none), pass(S::none), pass(S::none_pending_in), pass(S::none_pending_in), pass(S::none),
     pass(S::none_pending_in), pass(S::from), pass(S::from), pass(S::from)},
    {pre_approve(S::none), pre_approve(S::none_pending_out), pass(S::from), pass(S::from_pending_out),
     pre_approve(S::to), pass(S::both), silent(S::from), silent(S::from_pending_out), silent(S::both)},
    {silent(S::none), silent(S::none_pending_out), pass(S::none), pass(S::none_pending_out), silent(S::to), pass(S::to),
     pass(S::none), pass(S::none_pending_out), pass(S::to)},

    {pass(S::none_pending_in), pass(S::none_pending_out_in), silent(S::none_pending_in), silent(S::none_pending_out_in),
     pass(S::to_pending_in), silent(S::to_pending_in), reply(S::from), reply(S::from_pending_out), reply(S::both)},
    {silent(S::none), silent(S::none_pending_out), pass_and_reply(S::none), pass_and_reply(S::none_pending_out),
     silent(S::to), pass_and_reply(S::to), pass_and_reply(S::none), pass_and_reply(S::none_pending_out),
     pass_and_reply(S::to)},
    {silent(S::none), pass(S::to), silent(S::none_pending_in), pass(S::to_pending_in), silent(S::to),
     silent(S::to_pending_in), silent(S::from), pass(S::both), silent(S::both)},
    {silent(S::none), pass(S::none), silent(S::none_pending_in), pass(S::none_pending_in), pass(S::none),
     pass(S::none_pending_in), silent(S::from), pass(S::from), pass(S::from)},
}};

std::optional<SubscriptionEvent> event_of(PresenceType type, SubscriptionEvent subscribe) {
    switch (type) {
        case PresenceType::subscribe:
            return subscribe;
        case PresenceType::unsubscribe:
            return static_cast<SubscriptionEvent>(static_cast<int>(subscribe) + 1);
        case PresenceType::subscribed:
            return static_cast<SubscriptionEvent>(static_cast<int>(subscribe) + 2);
        case PresenceType::unsubscribed:
            return static_cast<SubscriptionEvent>(static_cast<int>(subscribe) + 3);
        default:
            return std::nullopt;
    }
}

}  // namespace

std::string_view to_string(Subscription state) { return names[static_cast<std::size_t>(state)]; }

Subscription subscription_of(const SubscriptionFacts& facts) {
    if (facts.to && facts.from) return S::both;
    if (facts.to) return facts.pending_in ? S::to_pending_in : S::to;
    if (facts.from) return facts.ask ? S::from_pending_out : S::from;
    if (facts.ask) return facts.pending_in ? S::none_pending_out_in : S::none_pending_out;
    return facts.pending_in ? S::none_pending_in : S::none;
}

SubscriptionFacts facts_of(Subscription state) {
    SubscriptionFacts facts;
    facts.to = state == S::to || state == S::to_pending_in || state == S::both;
    facts.from = state == S::from || state == S::from_pending_out || state == S::both;
    facts.ask = state == S::none_pending_out || state == S::none_pending_out_in || state == S::from_pending_out;
    facts.pending_in = state == S::none_pending_in || state == S::none_pending_out_in || state == S::to_pending_in;
    return facts;
}

std::optional<SubscriptionEvent> outbound_event(PresenceType type) {
    return event_of(type, SubscriptionEvent::out_subscribe);
}
std::optional<SubscriptionEvent> inbound_event(PresenceType type) {
    return event_of(type, SubscriptionEvent::in_subscribe);
}

SubscriptionStep step(Subscription state, SubscriptionEvent event, bool approved) {
    if (approved && event == SubscriptionEvent::in_subscribe) {
        SubscriptionFacts facts = facts_of(state);
        facts.from = true;
        facts.pending_in = false;
        return reply(subscription_of(facts));
    }
    return table[static_cast<std::size_t>(event)][static_cast<std::size_t>(state)];
}

}  // namespace rondel::server
