// What is sent from our own address to who was heard goes out at one look (Entity::State::is_as_usual). Whatever else
// is asked of a stanza is asked of that one, too.
#include "tests/support/hand_driven.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using rondel::testing::HandDriven;
using rondel::testing::stanza;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view question =
    "<message from='romeo@example.net/orchard' to='echo.example.com'><body>Hi</body></message>";

TEST(Admitting, an_answer_goes_out_as_it_is) {
    HandDriven hand("echo.example.com");
    hand.open();
    EXPECT_TRUE(hand->send(Message(stanza(question)).reply("Hello")));
    EXPECT_THAT(hand.take_sent(), ElementsAre("<message to='romeo@example.net/orchard' from='echo.example.com'>"
                                              "<body>Hello</body></message>"));
}

TEST(Admitting, addresses_that_were_changed_are_judged) {
    HandDriven hand("echo.example.com");
    hand.open();
    const Message in(stanza(question));
    Message odd = in.reply("Hello");
    odd.element().set("to", "@@");
    EXPECT_EQ(hand->send(std::move(odd)).refused, SendFault::bad_address);
    EXPECT_EQ(hand->send(in.reply("Hello").to(JidView())).refused, SendFault::no_to);
    EXPECT_EQ(hand->send(in.reply("Hello").from("capulet.lit"_jid)).refused, SendFault::foreign_from);
    EXPECT_THAT(hand.take_sent(), IsEmpty());
    Message large = in.reply("Hello");
    large.element().set("to", "Romeo@Example.Net");
    EXPECT_TRUE(hand->send(std::move(large)));
    EXPECT_THAT(hand.take_sent(), ElementsAre("<message to='romeo@example.net' from='echo.example.com'>"
                                              "<body>Hello</body></message>"));
}

TEST(Admitting, an_answer_to_an_iq_has_an_id) {
    HandDriven hand("echo.example.com");
    hand.open();
    Iq answer =
        Iq(stanza("<iq from='romeo@example.net' to='echo.example.com' id='1' type='get'><q xmlns='urn:x'/></iq>"))
            .result();
    answer.element().ref().unset("id");
    EXPECT_EQ(hand->send(std::move(answer)).refused, SendFault::no_id);
}

TEST(Admitting, filters_are_asked) {
    Router router;
    router.filter_out([](Stanza& out, Entity&) { return out.to() != "romeo@example.net/orchard"_jid; });
    HandDriven hand("echo.example.com", std::move(router));
    hand.open();
    EXPECT_EQ(hand->send(Message(stanza(question)).reply("Hello")).refused, SendFault::filtered);
}

// Once it leaves, the server may know us by another resource, and would take our address for a forgery.
TEST(Admitting, a_client_says_no_address) {
    EntityOptions options;
    options.any_from = true;
    HandDriven hand("juliet@example.net/balcony", Router(), options);
    hand.open();
    const Message in(
        stanza("<message from='romeo@example.net' to='juliet@example.net/balcony'><body>Hi</body></message>"));
    EXPECT_TRUE(hand->send(in.reply("Hello")));
    EXPECT_THAT(hand.take_sent(), ElementsAre("<message to='romeo@example.net'><body>Hello</body></message>"));
}

TEST(Admitting, rooms_hear_of_presence) {
    int heard = 0;
    Router router;
    router.on_message(MessageType::groupchat, [&](const Message&) { ++heard; });
    HandDriven hand("bot@example.net/x", std::move(router));
    hand.open();
    EXPECT_TRUE(
        hand->send(stanza("<presence from='bot@example.net/x' to='heath@rooms.lit/bot' id='1'>"
                          "<x xmlns='http://jabber.org/protocol/muc'/></presence>")));
    for (const char* who : {"witch", "bot"})
        hand.receive(
            fmt::format("<message from='heath@rooms.lit/{}' to='bot@example.net/x' type='groupchat'>"
                        "<body>Hi</body></message>",
                        who));
    EXPECT_EQ(heard, 1) << "Its own words are not for it.";
}

}  // namespace
}  // namespace rondel
