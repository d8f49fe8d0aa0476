// Contacts, in process: the component does what its server does for the bot.
#include "contacts.hpp"

#include <gtest/gtest.h>

using namespace rondel;

namespace {

std::vector<std::string> types_received(server::Local& local, Entity& by) {
    std::vector<std::string> types;
    for (const Stanza& one : local.received(by))
        types.push_back(one.kind() == StanzaKind::message ? "message"
                        : one.type().empty()              ? "available"
                                                          : std::string(one.type()));
    return types;
}

TEST(Contacts, of_a_component_are_answered_told_and_asked_back) {
    server::Local local;
    Router router;
    greet_contacts(router);
    local.attach("echo.example.com"_jid, router);
    Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
    const Jid alice = "alice@echo.example.com"_jid;

    subscriptions::request(romeo, alice);
    local.settle();
    EXPECT_EQ(types_received(local, romeo), (std::vector<std::string>{"subscribed", "available", "subscribe"}));
    local.received(romeo).clear();

    subscriptions::approve(romeo, alice);
    local.settle();
    ASSERT_EQ(local.received(romeo).size(), 1u);
    const Message greeting(std::move(local.received(romeo)[0]));
    EXPECT_EQ(greeting.body(), "Now I see you, too.");
    EXPECT_EQ(greeting.from(), JidView(alice));
}

TEST(Contacts, of_a_bot_are_those_of_its_roster) {
    server::Local local;
    Router router;
    const auto contacts = follow_roster(router);
    // The account's server, as far as it goes here.
    Router account;
    account.answer([](const roster::Query&) {
        roster::Query whole;
        whole.items.push_back({.jid = "romeo@example.net"_jid, .subscription = roster::Subscription::both});
        return whole;
    });
    account.on_message([](const Message&, Entity& self) {
        roster::Query push;
        push.items.push_back({.jid = "nurse@example.com"_jid});
        Iq iq(IqType::set, "echo@example.com/bot"_jid);
        iq.add(xml::encode(push));
        self.request(std::move(iq), [](const Answer& answer) { EXPECT_TRUE(answer); });
    });
    Entity& server = local.attach("echo@example.com"_jid, account);
    Entity& bot = local.attach("echo@example.com/bot"_jid, router);
    local.run(roster::fetch(bot, *contacts));  // as the client host does
    EXPECT_EQ(contacts->size(), 1u);
    EXPECT_TRUE(contacts->find("romeo@example.net"_jid)->sees_us());

    server.send(Message(server.address(), "push"));
    local.settle();
    EXPECT_EQ(contacts->size(), 2u);
}

}  // namespace
