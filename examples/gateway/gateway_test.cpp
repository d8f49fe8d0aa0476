// The gateway in process, with a carrier that answers, one that refuses, and one that never says anything.
#include "gateway.hpp"

#include <gtest/gtest.h>

using namespace rondel;

namespace {

// [test]
class GatewayTest : public testing::Test {
  protected:
    void begin(const Router& other_side) {
        Router router;
        send_texts(router, "carrier.example.net"_jid);
        take_texts(router, "carrier.example.net"_jid);
        local.attach("sms.example.com"_jid, router);
        carrier = &local.attach("carrier.example.net"_jid, other_side);
        juliet = &local.attach("juliet@example.com/balcony"_jid);
    }
    Message heard() { return Message(std::move(local.received(*juliet).at(0))); }

    server::Local local;
    Entity* carrier = nullptr;
    Entity* juliet = nullptr;
};

TEST_F(GatewayTest, what_is_written_to_a_telephone_is_sent) {
    Router answers;
    ::carrier(answers);
    begin(answers);
    juliet->send(Message("+15550100@sms.example.com"_jid, "Wherefore?"));
    local.settle();
    const Message answer = heard();
    EXPECT_EQ(answer.body(), "Sent, for 7 cents.");
    EXPECT_EQ(answer.from(), JidView("+15550100@sms.example.com"_jid));
}

TEST_F(GatewayTest, a_carrier_that_says_nothing_is_waited_for_five_seconds) {
    Router silent;
    silent.answer_set([](const Submit&, Entity& self) -> task<Submitted> {
        co_await self.sleep(std::chrono::hours(1));
        co_return Submitted{};
    });
    begin(silent);
    juliet->send(Message("+15550100@sms.example.com"_jid, "Wherefore?"));
    local.advance(std::chrono::seconds(4));
    EXPECT_TRUE(local.received(*juliet).empty());
    local.advance(std::chrono::seconds(1));  // of the test's clock: nobody waits
    EXPECT_EQ(heard().error()->condition(), Condition::remote_server_timeout);
}
// [/test]

TEST_F(GatewayTest, what_the_carrier_refuses_is_told_to_who_wrote_it) {
    Router answers;
    ::carrier(answers);
    begin(answers);
    juliet->send(Message("nobody@sms.example.com"_jid, "Wherefore?"));
    local.settle();
    const Message answer = heard();
    ASSERT_TRUE(answer.error());
    EXPECT_EQ(answer.error()->condition(), Condition::item_not_found);
    EXPECT_EQ(answer.error()->text(), "Numbers begin with +.");
}

TEST_F(GatewayTest, what_a_telephone_says_comes_from_its_address) {
    begin({});
    const Arrived text{.number = "+15550100", .whom = "juliet@example.com"_jid, .text = "Here."};
    carrier->send(Message("sms.example.com"_jid).with(xml::encode(text)));
    local.settle();
    const Message message = heard();
    EXPECT_EQ(message.from(), JidView("+15550100@sms.example.com"_jid));
    EXPECT_EQ(message.body(), "Here.");
}

TEST_F(GatewayTest, only_the_carrier_is_believed) {
    begin({});
    const Arrived text{.number = "+15550100", .whom = "juliet@example.com"_jid, .text = "I am the bank."};
    Entity& somebody = local.attach("mallory@example.org/x"_jid);
    somebody.send(Message("sms.example.com"_jid).with(xml::encode(text)));
    local.settle();
    EXPECT_TRUE(local.received(*juliet).empty());
}

}  // namespace
