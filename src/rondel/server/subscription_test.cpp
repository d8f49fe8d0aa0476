#include "rondel/server/subscription.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace rondel::server {
namespace {

using S = Subscription;
using E = SubscriptionEvent;

constexpr std::array<E, 8> events = {E::out_subscribe, E::out_unsubscribe, E::out_subscribed, E::out_unsubscribed,
                                     E::in_subscribe,  E::in_unsubscribe,  E::in_subscribed,  E::in_unsubscribed};

// Tables 2 to 9 of RFC 6121, Appendix A, typed from the text a second time: existing state, whether it is routed or
// delivered, new state ("" for "no state change"), and what its notes say.
struct Row {
    E event;
    const char* state;
    bool pass;
    const char* next;
    const char* note = "";
};
const Row rows[] = {
    {E::out_subscribe, "None", true, "None + Pending Out"},
    {E::out_subscribe, "None + Pending Out", true, ""},
    {E::out_subscribe, "None + Pending In", true, "None + Pending Out+In"},
    {E::out_subscribe, "None + Pending Out+In", true, ""},
    {E::out_subscribe, "To", true, ""},
    {E::out_subscribe, "To + Pending In", true, ""},
    {E::out_subscribe, "From", true, "From + Pending Out"},
    {E::out_subscribe, "From + Pending Out", true, ""},
    {E::out_subscribe, "Both", true, ""},

    {E::out_unsubscribe, "None", true, ""},
    {E::out_unsubscribe, "None + Pending Out", true, "None"},
    {E::out_unsubscribe, "None + Pending In", true, ""},
    {E::out_unsubscribe, "None + Pending Out+In", true, "None + Pending In"},
    {E::out_unsubscribe, "To", true, "None"},
    {E::out_unsubscribe, "To + Pending In", true, "None + Pending In"},
    {E::out_unsubscribe, "From", true, ""},
    {E::out_unsubscribe, "From + Pending Out", true, "From"},
    {E::out_unsubscribe, "Both", true, "From"},

    {E::out_subscribed, "None", false, "", "pre-approval"},
    {E::out_subscribed, "None + Pending Out", false, "", "pre-approval"},
    {E::out_subscribed, "None + Pending In", true, "From"},
    {E::out_subscribed, "None + Pending Out+In", true, "From + Pending Out"},
    {E::out_subscribed, "To", false, "", "pre-approval"},
    {E::out_subscribed, "To + Pending In", true, "Both"},
    {E::out_subscribed, "From", false, ""},
    {E::out_subscribed, "From + Pending Out", false, ""},
    {E::out_subscribed, "Both", false, ""},

    {E::out_unsubscribed, "None", false, ""},
    {E::out_unsubscribed, "None + Pending Out", false, ""},
    {E::out_unsubscribed, "None + Pending In", true, "None"},
    {E::out_unsubscribed, "None + Pending Out+In", true, "None + Pending Out"},
    {E::out_unsubscribed, "To", false, ""},
    {E::out_unsubscribed, "To + Pending In", true, "To"},
    {E::out_unsubscribed, "From", true, "None"},
    {E::out_unsubscribed, "From + Pending Out", true, "None + Pending Out"},
    {E::out_unsubscribed, "Both", true, "To"},

    {E::in_subscribe, "None", true, "None + Pending In"},
    {E::in_subscribe, "None + Pending Out", true, "None + Pending Out+In"},
    {E::in_subscribe, "None + Pending In", false, ""},
    {E::in_subscribe, "None + Pending Out+In", false, ""},
    {E::in_subscribe, "To", true, "To + Pending In"},
    {E::in_subscribe, "To + Pending In", false, ""},
    {E::in_subscribe, "From", false, "", "reply"},
    {E::in_subscribe, "From + Pending Out", false, "", "reply"},
    {E::in_subscribe, "Both", false, "", "reply"},

    {E::in_unsubscribe, "None", false, ""},
    {E::in_unsubscribe, "None + Pending Out", false, ""},
    {E::in_unsubscribe, "None + Pending In", true, "None", "reply"},
    {E::in_unsubscribe, "None + Pending Out+In", true, "None + Pending Out", "reply"},
    {E::in_unsubscribe, "To", false, ""},
    {E::in_unsubscribe, "To + Pending In", true, "To", "reply"},
    {E::in_unsubscribe, "From", true, "None", "reply"},
    {E::in_unsubscribe, "From + Pending Out", true, "None + Pending Out", "reply"},
    {E::in_unsubscribe, "Both", true, "To", "reply"},

    {E::in_subscribed, "None", false, ""},
    {E::in_subscribed, "None + Pending Out", true, "To"},
    {E::in_subscribed, "None + Pending In", false, ""},
    {E::in_subscribed, "None + Pending Out+In", true, "To + Pending In"},
    {E::in_subscribed, "To", false, ""},
    {E::in_subscribed, "To + Pending In", false, ""},
    {E::in_subscribed, "From", false, ""},
    {E::in_subscribed, "From + Pending Out", true, "Both"},
    {E::in_subscribed, "Both", false, ""},

    {E::in_unsubscribed, "None", false, ""},
    {E::in_unsubscribed, "None + Pending Out", true, "None"},
    {E::in_unsubscribed, "None + Pending In", false, ""},
    {E::in_unsubscribed, "None + Pending Out+In", true, "None + Pending In"},
    {E::in_unsubscribed, "To", true, "None"},
    {E::in_unsubscribed, "To + Pending In", true, "None + Pending In"},
    {E::in_unsubscribed, "From", false, ""},
    {E::in_unsubscribed, "From + Pending Out", true, "From"},
    {E::in_unsubscribed, "Both", true, "From"},
};

Subscription named(std::string_view name) {
    for (int i = 0; i < 9; ++i)
        if (to_string(static_cast<S>(i)) == name) return static_cast<S>(i);
    throw std::logic_error("no such state");
}

TEST(Subscription, R106_nine_states_and_eight_events_are_as_the_tables_say) {
    EXPECT_EQ(std::size(rows), 72u);
    for (const Row& row : rows) {
        const SubscriptionStep got = step(named(row.state), row.event);
        const std::string where = std::to_string(static_cast<int>(row.event)) + " in " + row.state;
        EXPECT_EQ(to_string(got.next), *row.next ? row.next : row.state) << where;
        EXPECT_EQ(got.pass, row.pass) << where;
        EXPECT_EQ(got.reply, std::string_view(row.note) == "reply") << where;
        EXPECT_EQ(got.pre_approve, std::string_view(row.note) == "pre-approval") << where;
    }
}

TEST(Subscription, R106_who_was_approved_beforehand_is_answered_and_not_shown) {
    const struct {
        S before;
        S after;
    } cases[] = {{S::none, S::from}, {S::none_pending_out, S::from_pending_out},
                 {S::to, S::both},   {S::none_pending_in, S::from},
                 {S::from, S::from}, {S::both, S::both}};
    for (const auto& one : cases) {
        const SubscriptionStep got = step(one.before, E::in_subscribe, true);
        EXPECT_EQ(to_string(got.next), to_string(one.after));
        EXPECT_TRUE(got.reply);
        EXPECT_FALSE(got.pass);
    }
    EXPECT_EQ(step(S::both, E::in_unsubscribe, true), step(S::both, E::in_unsubscribe, false));
}

TEST(Subscription, states_and_facts_are_the_same) {
    for (int i = 0; i < 9; ++i) EXPECT_EQ(subscription_of(facts_of(static_cast<S>(i))), static_cast<S>(i));
    EXPECT_EQ(facts_of(S::to_pending_in), (SubscriptionFacts{true, false, false, true}));
    EXPECT_EQ(facts_of(S::from_pending_out), (SubscriptionFacts{false, true, true, false}));
}

TEST(Subscription, only_four_types_of_presence_are_about_subscriptions) {
    EXPECT_EQ(outbound_event(PresenceType::subscribe), E::out_subscribe);
    EXPECT_EQ(outbound_event(PresenceType::subscribed), E::out_subscribed);
    EXPECT_EQ(outbound_event(PresenceType::unsubscribe), E::out_unsubscribe);
    EXPECT_EQ(outbound_event(PresenceType::unsubscribed), E::out_unsubscribed);
    EXPECT_EQ(inbound_event(PresenceType::subscribe), E::in_subscribe);
    EXPECT_EQ(inbound_event(PresenceType::subscribed), E::in_subscribed);
    EXPECT_EQ(inbound_event(PresenceType::unsubscribe), E::in_unsubscribe);
    EXPECT_EQ(inbound_event(PresenceType::unsubscribed), E::in_unsubscribed);
    for (const PresenceType type :
         {PresenceType::available, PresenceType::unavailable, PresenceType::probe, PresenceType::error})
        EXPECT_FALSE(outbound_event(type) || inbound_event(type));
}

// Two servers with one table: whatever the two users do, in any order, both sides agree in the end about who sees whom.
TEST(Subscription, R106_both_sides_agree_after_every_four_acts) {
    const auto act = [](S& mine, S& theirs, PresenceType type) {
        const SubscriptionStep out = step(mine, *outbound_event(type));
        mine = out.next;
        if (!out.pass) return;
        const SubscriptionStep in = step(theirs, *inbound_event(type));
        theirs = in.next;
        if (!in.reply) return;
        const PresenceType answer =
            type == PresenceType::subscribe ? PresenceType::subscribed : PresenceType::unsubscribed;
        mine = step(mine, *inbound_event(answer)).next;
    };
    const PresenceType types[] = {PresenceType::subscribe, PresenceType::subscribed, PresenceType::unsubscribe,
                                  PresenceType::unsubscribed};
    for (int history = 0; history < 8 * 8 * 8 * 8; ++history) {
        S juliet = S::none;
        S romeo = S::none;
        for (int rest = history, i = 0; i < 4; ++i, rest /= 8) {
            if (rest % 2 != 0)
                act(juliet, romeo, types[rest / 2 % 4]);
            else
                act(romeo, juliet, types[rest / 2 % 4]);
            const SubscriptionFacts hers = facts_of(juliet);
            const SubscriptionFacts his = facts_of(romeo);
            EXPECT_EQ(hers.to, his.from) << history;
            EXPECT_EQ(hers.from, his.to) << history;
            EXPECT_EQ(hers.ask, his.pending_in) << history;
            EXPECT_EQ(hers.pending_in, his.ask) << history;
        }
    }
}

}  // namespace
}  // namespace rondel::server
