// Who may see whose presence: the nine states between a user and a contact, and what changes them (RFC 6121 §3 and
// Appendix A), as one table.
#pragma once

#include "rondel/stanza/presence.hpp"

#include <optional>
#include <string_view>

namespace rondel::server {

enum class Subscription {  // in the order of Appendix A.1
    none,
    none_pending_out,
    none_pending_in,
    none_pending_out_in,
    to,
    to_pending_in,
    from,
    from_pending_out,
    both,
};
std::string_view to_string(Subscription state);  // "None + Pending Out", as Appendix A has it

// The same as four facts. Not all sixteen are states: who asks for what they have does not ask.
struct SubscriptionFacts {
    bool to = false;    // the user sees the contact's presence
    bool from = false;  // the contact sees the user's
    bool ask = false;   // the user asked ("Pending Out")
    bool pending_in = false;
    friend bool operator==(const SubscriptionFacts&, const SubscriptionFacts&) = default;
};
Subscription subscription_of(const SubscriptionFacts& facts);
SubscriptionFacts facts_of(Subscription state);

enum class SubscriptionEvent {
    out_subscribe,  // the user sends
    out_unsubscribe,
    out_subscribed,
    out_unsubscribed,
    in_subscribe,  // the contact sends
    in_unsubscribe,
    in_subscribed,
    in_unsubscribed,
};
// nullopt: presence of that type is about no subscription.
std::optional<SubscriptionEvent> outbound_event(PresenceType type);
std::optional<SubscriptionEvent> inbound_event(PresenceType type);

struct SubscriptionStep {
    Subscription next = Subscription::none;
    bool pass = false;         // outbound: to be routed to the contact; inbound: to be shown to the user
    bool reply = false;        // inbound: the server answers for the user: `subscribed`, `unsubscribed` (A.3.1, A.3.2)
    bool pre_approve = false;  // outbound `subscribed` that nobody asked for (§3.4)
    friend bool operator==(const SubscriptionStep&, const SubscriptionStep&) = default;
};

// `approved`: the user has approved a request of the contact's beforehand (§3.4).
SubscriptionStep step(Subscription state, SubscriptionEvent event, bool approved = false);

}  // namespace rondel::server
