// An entity that receives messages and sends: the way of a plain handler.
#include "rondel/service/entity.hpp"

#include "tests/support/hand_driven.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using rondel::testing::HandDriven;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

void echo(const Message& in, Entity& self) {
    if (auto said = in.body()) self.send(in.reply("echo: {}", *said));
}

Router echo_router() {
    Router router;
    router.on_message(echo);
    return router;
}

TEST(Entity, echoes_a_message) {
    HandDriven hand("echo.example.com", echo_router());
    hand.open();
    hand.receive(
        "<message from='romeo@example.net/orchard' to='echo.example.com' type='chat' id='1'><body>Hi</body></message>");
    EXPECT_THAT(hand.take_sent(),
                ElementsAre("<message to='romeo@example.net/orchard' from='echo.example.com' type='chat'>"
                            "<body>echo: Hi</body></message>"));
    EXPECT_EQ(hand->ledger().received(), 1u);
    EXPECT_EQ(hand->ledger().issued(), 1u);
    EXPECT_EQ(hand->ledger().open(), 1u);
}

TEST(Entity, answers_from_the_address_that_was_written_to) {
    HandDriven hand("echo.example.com", echo_router());
    hand.open();
    hand.receive("<message from='romeo@example.net/orchard' to='alice@echo.example.com/x'><body>Hi</body></message>");
    EXPECT_THAT(hand.take_sent(), ElementsAre("<message to='romeo@example.net/orchard' from='alice@echo.example.com/x'>"
                                              "<body>echo: Hi</body></message>"));
}

TEST(Entity, stamps_its_address_where_there_is_no_from) {
    HandDriven hand("echo.example.com");
    hand.open();
    EXPECT_TRUE(hand->send(Message("juliet@capulet.lit"_jid, "Hi")));
    EXPECT_THAT(hand.take_sent(), ElementsAre("<message to='juliet@capulet.lit' type='chat' from='echo.example.com'>"
                                              "<body>Hi</body></message>"));
}

TEST(Entity, sends_from_any_address_of_its_domain) {
    HandDriven hand("echo.example.com");
    hand.open();
    EXPECT_TRUE(hand->send(Message("juliet@capulet.lit"_jid, "Hi").from("alice@echo.example.com/balcony"_jid)));
    EXPECT_EQ(hand.link.sent.size(), 1u);
}

TEST(Entity, V21_T_CFROM_refuses_an_address_outside_of_its_domain) {
    HandDriven hand("echo.example.com");
    hand.open();
    for (const char* foreign :
         {"example.com", "capulet.lit", "alice@sub.echo.example.com", "echo.example.com.evil.org"}) {
        const Ticket ticket = hand->send(Message("juliet@capulet.lit"_jid, "Hi").from(Jid::parse(foreign).value()));
        EXPECT_EQ(ticket.refused, SendFault::foreign_from) << foreign;
    }
    EXPECT_THAT(hand.take_sent(), IsEmpty());
    EXPECT_EQ(hand.ended(Outcome::rejected), 4u);
    EXPECT_EQ(hand->ledger().open(), 0u);
}

TEST(Entity, V21_T_CFROM_a_user_speaks_for_its_own_account_only) {
    HandDriven hand("romeo@example.net/orchard");
    hand.open();
    EXPECT_TRUE(hand->send(Message("juliet@capulet.lit"_jid, "Hi")));
    EXPECT_TRUE(hand->send(Message("juliet@capulet.lit"_jid, "Hi").from("romeo@example.net"_jid)));
    EXPECT_FALSE(hand->send(Message("juliet@capulet.lit"_jid, "Hi").from("romeo@example.net/other"_jid)));
    EXPECT_FALSE(hand->send(Message("juliet@capulet.lit"_jid, "Hi").from("example.net"_jid)));
}

TEST(Entity, any_from_leaves_the_address_to_the_server) {
    EntityOptions options;
    options.any_from = true;
    HandDriven hand("romeo@example.net/orchard", Router(), options);
    hand.open();
    EXPECT_TRUE(hand->send(Message("juliet@capulet.lit"_jid, "Hi")));
    EXPECT_THAT(hand.take_sent(),
                ElementsAre("<message to='juliet@capulet.lit' type='chat'><body>Hi</body></message>"));
    EXPECT_TRUE(hand->send(Presence(PresenceType::available)));
}

TEST(Entity, R077_refuses_what_has_no_to) {
    HandDriven hand("echo.example.com");
    hand.open();
    EXPECT_EQ(hand->send(Presence(PresenceType::available)).refused, SendFault::no_to);
    HandDriven user("romeo@example.net/orchard");
    user.open();
    EXPECT_TRUE(user->send(Presence(PresenceType::available)))
        << "A user's server takes it for everybody (RFC 6121 §4.2).";
}

TEST(Entity, refuses_addresses_that_are_none) {
    HandDriven hand("echo.example.com");
    hand.open();
    Message bad_to("juliet@capulet.lit"_jid, "Hi");
    bad_to.element().set("to", "@@");
    EXPECT_EQ(hand->send(std::move(bad_to)).refused, SendFault::bad_address);
    Message empty_to("juliet@capulet.lit"_jid, "Hi");
    empty_to.element().set("to", "");
    EXPECT_EQ(hand->send(std::move(empty_to)).refused, SendFault::bad_address);
    Message bad_from("juliet@capulet.lit"_jid, "Hi");
    bad_from.element().set("from", "a b@echo.example.com");
    EXPECT_EQ(hand->send(std::move(bad_from)).refused, SendFault::bad_address);
}

TEST(Entity, prepares_addresses_that_are_not) {
    HandDriven hand("echo.example.com");
    hand.open();
    Message message("juliet@capulet.lit"_jid, "Hi");
    message.element().set("to", "Juliet@Capulet.Lit");
    message.element().set("from", "Alice@ECHO.example.com");
    EXPECT_TRUE(hand->send(std::move(message)));
    EXPECT_THAT(hand.take_sent(),
                ElementsAre("<message to='juliet@capulet.lit' type='chat' from='alice@echo.example.com'>"
                            "<body>Hi</body></message>"));
}

TEST(Entity, refuses_what_was_moved_from) {
    HandDriven hand("echo.example.com");
    hand.open();
    EXPECT_EQ(hand->send(Stanza()).refused, SendFault::empty);
}

TEST(Entity, refuses_what_xml_cannot_carry_in_a_session_and_without_one) {
    HandDriven hand("echo.example.com");
    for (int session = 0; session < 2; ++session) {
        EXPECT_EQ(hand->send(Message("juliet@capulet.lit"_jid, "a\x01z")).refused, xml::WriteError::bad_character);
        EXPECT_EQ(hand->send(Message("juliet@capulet.lit"_jid, std::string(300'000, 'x'))).refused,
                  xml::WriteError::too_large);
        EXPECT_TRUE(hand->send(Message("juliet@capulet.lit"_jid, "fine")));
        hand.open();
    }
    EXPECT_EQ(hand.ended(Outcome::rejected), 4u);
    EXPECT_EQ(hand->ledger().open(), 2u);
    EXPECT_EQ(hand.link.sent.size(), 2u);
}

TEST(Entity, tells_the_outcome_of_a_rejected_stanza_before_send_returns) {
    HandDriven hand("echo.example.com");
    hand.open();
    std::vector<Outcome> told;
    hand->send(Stanza(), [&](Outcome outcome) { told.push_back(outcome); });
    EXPECT_THAT(told, ElementsAre(Outcome::rejected));
}

TEST(Entity, gives_a_request_without_an_id_an_unguessable_one) {
    HandDriven hand("echo.example.com");
    hand.open();
    Iq ping(IqType::get, "capulet.lit"_jid);
    ping.add("ping", "urn:xmpp:ping");
    EXPECT_TRUE(hand->send(std::move(ping)));
    const Stanza sent = rondel::testing::stanza(hand.link.sent.at(0));
    EXPECT_GE(sent.id().value_or("").size(), 16u);
}

TEST(Entity, a_handler_that_keeps_its_message_gets_it_moved) {
    std::vector<Message> kept;
    Router router;
    router.on_message([&](Message in) { kept.push_back(std::move(in)); });
    router.on_message([&](Message in) { kept.push_back(std::move(in)); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive("<message from='romeo@example.net/orchard' to='echo.example.com'><body>Hi</body></message>");
    ASSERT_EQ(kept.size(), 2u);
    EXPECT_EQ(kept[0].body(), "Hi");
    EXPECT_EQ(kept[1].body(), "Hi");
}

TEST(Entity, send_works_from_inside_a_handler_and_outside_of_one) {
    HandDriven hand("echo.example.com");
    hand->send(Message("juliet@capulet.lit"_jid, "early"));
    EXPECT_THAT(hand.link.sent, IsEmpty());
    hand.open();
    EXPECT_EQ(hand.link.sent.size(), 1u);
    EXPECT_TRUE(hand->in_session());
    EXPECT_EQ(hand->address(), "echo.example.com"_jid);
}

}  // namespace
}  // namespace rondel
