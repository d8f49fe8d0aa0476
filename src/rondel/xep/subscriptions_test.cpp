#include "rondel/xep/subscriptions.hpp"

#include "rondel/service/router.hpp"

#include "tests/support/hand_driven.hpp"
#include <gtest/gtest.h>

namespace rondel::subscriptions {
namespace {

using testing::HandDriven;
using Sent = std::vector<std::string>;

Sent answered(std::string_view address, Router router, std::string_view stanza) {
    HandDriven hand(address, std::move(router));
    hand.open();
    hand.receive(stanza);
    return hand.take_sent();
}

Router with(Policy policy) {
    Router router;
    install(router, policy);
    return router;
}

constexpr std::string_view client = "echo@example.com/here";
constexpr std::string_view component = "echo.example.com";
constexpr std::string_view asks_client =
    "<presence from='juliet@capulet.lit' to='echo@example.com' type='subscribe' id='1'/>";
constexpr std::string_view asks_component =
    "<presence from='juliet@capulet.lit' to='alice@echo.example.com' type='subscribe' id='1'/>";

TEST(Subscriptions, a_client_says_yes_and_its_server_does_the_rest) {
    EXPECT_EQ(answered(client, with(Policy::approve), asks_client),
              Sent{"<presence to='juliet@capulet.lit' from='echo@example.com' type='subscribed'/>"});
}

TEST(Subscriptions, may_be_asked_back) {
    EXPECT_EQ(answered(client, with(Policy::both_ways), asks_client),
              (Sent{"<presence to='juliet@capulet.lit' from='echo@example.com' type='subscribed'/>",
                    "<presence to='juliet@capulet.lit' type='subscribe' from='echo@example.com'/>"}));
}

TEST(Subscriptions, may_be_denied) {
    EXPECT_EQ(answered(client, with(Policy::deny), asks_client),
              Sent{"<presence to='juliet@capulet.lit' from='echo@example.com' type='unsubscribed'/>"});
}

TEST(Subscriptions, a_component_tells_its_presence_itself_from_the_address_that_was_asked) {
    EXPECT_EQ(answered(component, with(Policy::both_ways), asks_component),
              (Sent{"<presence to='juliet@capulet.lit' from='alice@echo.example.com' type='subscribed'/>",
                    "<presence to='juliet@capulet.lit' from='alice@echo.example.com'/>",
                    "<presence to='juliet@capulet.lit' type='subscribe' from='alice@echo.example.com'/>"}));
}

TEST(Subscriptions, a_component_answers_probes) {  // RFC 6121 §4.3.2
    constexpr std::string_view probe =
        "<presence from='juliet@capulet.lit/balcony' to='alice@echo.example.com' type='probe'/>";
    EXPECT_EQ(answered(component, with(Policy::approve), probe),
              Sent{"<presence to='juliet@capulet.lit/balcony' from='alice@echo.example.com'/>"});
    EXPECT_EQ(answered(component, with(Policy::deny), probe), Sent{}) << "who may not see us learns nothing";
}

TEST(Subscriptions, a_client_leaves_probes_to_its_server) {
    EXPECT_EQ(answered(client, with(Policy::approve),
                       "<presence from='juliet@capulet.lit' to='echo@example.com' type='probe'/>"),
              Sent{});
}

TEST(Subscriptions, the_application_may_choose_or_leave_it_open) {
    Router router;
    install(router, [](const Presence& asked, Entity&) -> std::optional<Policy> {
        if (asked.from().domain() == "capulet.lit") return Policy::approve;
        return std::nullopt;
    });
    EXPECT_EQ(answered(client, router, asks_client).size(), 1u);
    EXPECT_EQ(answered(client, router, "<presence from='tybalt@evil.example' to='echo@example.com' type='subscribe'/>"),
              Sent{});
}

TEST(Subscriptions, are_between_bare_addresses) {  // §3.1.1
    HandDriven hand(client);
    hand.open();
    const Jid juliet = "juliet@capulet.lit/balcony"_jid;
    request(*hand, juliet);
    approve(*hand, juliet);
    deny(*hand, juliet);
    give_up(*hand, juliet);
    EXPECT_EQ(hand.take_sent(),
              (Sent{"<presence to='juliet@capulet.lit' type='subscribe' from='echo@example.com/here'/>",
                    "<presence to='juliet@capulet.lit' type='subscribed' from='echo@example.com/here'/>",
                    "<presence to='juliet@capulet.lit' type='unsubscribed' from='echo@example.com/here'/>",
                    "<presence to='juliet@capulet.lit' type='unsubscribe' from='echo@example.com/here'/>"}));
}

TEST(Subscriptions, a_component_speaks_for_any_of_its_addresses) {
    HandDriven hand(component);
    hand.open();
    EXPECT_TRUE(probe(*hand, "juliet@capulet.lit"_jid, "alice@echo.example.com/x"_jid));
    EXPECT_FALSE(request(*hand, "juliet@capulet.lit"_jid, "alice@other.example"_jid));
    EXPECT_EQ(hand.take_sent(), Sent{"<presence to='juliet@capulet.lit' type='probe' from='alice@echo.example.com'/>"});
}

TEST(Subscriptions, each_of_the_four_words_has_its_handler) {
    std::vector<std::string> heard;
    Router router;
    router.on_subscribe([&](const Presence&) { heard.emplace_back("subscribe"); })
        .on_subscribed([&](const Presence&) { heard.emplace_back("subscribed"); })
        .on_unsubscribe([&](const Presence&) { heard.emplace_back("unsubscribe"); })
        .on_unsubscribed([&](const Presence&) { heard.emplace_back("unsubscribed"); });
    HandDriven hand(client, router);
    hand.open();
    const std::vector<std::string> words = {"subscribe", "subscribed", "unsubscribe", "unsubscribed"};
    for (const std::string& word : words)
        hand.receive("<presence from='juliet@capulet.lit' to='echo@example.com' type='" + word + "'/>");
    hand.receive("<presence from='juliet@capulet.lit/balcony' to='echo@example.com'/>");
    hand.receive("<presence from='juliet@capulet.lit' to='echo@example.com' type='error'/>");
    EXPECT_EQ(heard, words);
}

TEST(Subscriptions, an_error_in_answer_to_ours_is_not_answered) {
    EXPECT_EQ(answered(client, with(Policy::both_ways),
                       "<presence from='juliet@capulet.lit' to='echo@example.com' type='error'><error type='cancel'>"
                       "<remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>"),
              Sent{});
}

}  // namespace
}  // namespace rondel::subscriptions
