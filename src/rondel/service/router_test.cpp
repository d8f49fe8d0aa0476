#include "rondel/service/router.hpp"

#include "tests/support/hand_driven.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using rondel::testing::HandDriven;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Ping {
    static constexpr auto xml = xml::element("ping", "urn:xmpp:ping");
};
struct Receipt {
    std::string id;
    static constexpr auto xml = xml::element("received", "urn:xmpp:receipts", xml::attribute("id", &Receipt::id));
};

void free_message(const Message&, Entity&) {}
Ping free_answer(const Ping&) { return {}; }
struct Functor {
    void operator()(const Message&) {}
};

// What may be a handler, and what may not.
static_assert(MessageCallable<decltype(&free_message)>);
static_assert(MessageCallable<Functor>);
static_assert(MessageCallable<decltype([](auto& in, Entity&) { static_cast<void>(in.body()); })>);
static_assert(MessageCallable<decltype([](Message) {})>);
static_assert(MessageCallable<decltype([](Message&&, Entity&) -> task<> { co_return; })>);
static_assert(MessageCallable<decltype([](const Stanza&) {})>);
static_assert(!MessageCallable<decltype([](const Presence&) {})>);
static_assert(!MessageCallable<decltype([](Message&) {})>, "It might change what others are given.");
static_assert(!MessageCallable<decltype([](const Message&) { return 7; })>,
              "Whoever returns something means something.");
static_assert(!MessageCallable<decltype([](const Message&) -> task<int> { co_return 7; })>);
static_assert(!MessageCallable<decltype([held = std::unique_ptr<int>()](const Message&) {})>, "Routers can be copied.");
static_assert(PayloadCallable<decltype([](Receipt, const Message&, Entity&) -> task<> { co_return; }), Receipt>);
static_assert(!PayloadCallable<decltype([](const Ping&) {}), Receipt>);
static_assert(QueryCallable<decltype(&free_answer), Ping>);
static_assert(!QueryCallable<decltype([](const Ping&) { return 7; }), Ping>);
static_assert(IqCallable<decltype([](const Iq&) -> task<Element> { co_return Element(); })>);
static_assert(!IqCallable<decltype([](Iq) {})>, "The router needs it for the answer; answer_later gives it away.");
static_assert(LaterCallable<decltype([](Iq, Replier) {})>);
static_assert(ErrorCallable<decltype([](const StanzaError&, const Stanza&, Entity&) {})>);
static_assert(ErrorCallable<decltype([](const Stanza&) -> task<> { co_return; })>);

TEST(Router, takes_functions_functors_and_lambdas) {
    Router router;
    router.on_message(free_message).on_message(&free_message).on_message(Functor()).on_message([](Message) {});
    router.on([](const Receipt&, Entity&) {}).on<Receipt>([](const auto&, const auto&, auto&) {});
    router.answer(free_answer).answer_set([](const Ping&, const Iq&) -> task<Ping> { co_return Ping(); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive("<iq from='a@b.example' to='echo.example.com' type='set' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
    EXPECT_EQ(hand.take_sent().size(), 1u);
}

TEST(Router, a_handler_may_keep_state_of_its_own) {
    std::vector<int> counts;
    Router router;
    router.on_message([&counts, count = 0](const Message&) mutable { counts.push_back(++count); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    for (int i = 0; i < 3; ++i) hand.receive("<message from='a@b.example'/>");
    EXPECT_THAT(counts, ElementsAre(1, 2, 3));
}

TEST(Router, a_copy_is_a_router_of_its_own) {
    int calls = 0;
    Router router;
    router.on_message([&](const Message&) { ++calls; });
    Router copy(router);
    copy.on_message([&](const Message&) { ++calls; });
    copy.features().add("urn:only:here");
    EXPECT_FALSE(router.features().has("urn:only:here"));
    Router assigned;
    assigned = copy;
    HandDriven one("one.example.com", router);
    HandDriven two("two.example.com", std::move(assigned));
    one.receive("<message from='a@b.example'/>");
    EXPECT_EQ(calls, 1);
    two.receive("<message from='a@b.example'/>");
    EXPECT_EQ(calls, 3);
}

TEST(Router, a_query_has_one_answer) {
    Router router;
    router.answer([](const Ping&) {});
    EXPECT_THROW(router.answer([](const Ping&) {}), std::logic_error);
    EXPECT_THROW(router.answer(IqType::get, "ping", "urn:xmpp:ping", [](const Iq&) {}), std::logic_error);
    router.answer_set([](const Ping&) {});
    router.answer(IqType::get, "ping", "urn:other", [](const Iq&) {});
}

TEST(Router, refuses_what_can_never_be_called) {
    Router router;
    EXPECT_THROW(router.on_message(MessageType::error, [](const Message&) {}), std::logic_error);
    EXPECT_THROW(router.on_presence(PresenceType::error, [](const Presence&) {}), std::logic_error);
    EXPECT_THROW(router.answer(IqType::result, "a", "b", [](const Iq&) {}), std::logic_error);
    EXPECT_THROW(router.answer_later(IqType::error, "a", "b", [](Iq, Replier) {}), std::logic_error);
}

TEST(Router, what_it_answers_becomes_a_feature_of_the_entity) {
    Router router;
    router.answer([](const Ping&) {});
    router.features().add("urn:example:extra").add(Identity{"client", "bot"});
    Router other;
    other.answer(IqType::get, "query", "jabber:iq:version", [](const Iq&) {});
    HandDriven hand("echo.example.com", router);
    const RouterNumber number = hand->take(other);
    EXPECT_THAT(hand->features().list(), ElementsAre("jabber:iq:version", "urn:example:extra", "urn:xmpp:ping"));
    EXPECT_EQ(hand->features().identities().size(), 1u);
    hand->drop(number);
    EXPECT_THAT(hand->features().list(), ElementsAre("urn:example:extra", "urn:xmpp:ping"));
}

TEST(Router, the_payload_of_a_task_lives_as_long_as_the_task) {
    std::string seen;
    Router router;
    router.on([&](const Receipt& receipt, const Message& in, Entity& self) -> task<> {
        co_await self.sleep(std::chrono::seconds(1));
        seen = receipt.id + " " + std::string(in.from().str());
    });
    router.on_error([&](const StanzaError& error, const Stanza& in, Entity& self) -> task<> {
        co_await self.sleep(std::chrono::seconds(1));
        seen = error.text() + " " + std::string(in.from().str());
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(
        "<message from='romeo@example.net/a-long-resource'><received xmlns='urn:xmpp:receipts' id='an id of some "
        "length'/></message>");
    EXPECT_EQ(seen, "");
    hand.advance(std::chrono::seconds(1));
    EXPECT_EQ(seen, "an id of some length romeo@example.net/a-long-resource");
    hand.receive(
        "<message from='romeo@example.net/a-long-resource' type='error'><error type='cancel'>"
        "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>"
        "a text of some length</text></error></message>");
    hand.advance(std::chrono::seconds(1));
    EXPECT_EQ(seen, "a text of some length romeo@example.net/a-long-resource");
}

TEST(Router, filters_see_everything_and_may_change_it) {
    std::vector<std::string> seen;
    Router router;
    router.filter_in([&](Stanza& in, Entity&) {
        seen.push_back("in " + std::string(in.element().name()));
        if (in.kind() == StanzaKind::message) in.set_id("changed");
        return true;
    });
    router.filter_out([&](Stanza& out, Entity&) {
        seen.push_back("out " + std::string(out.element().name()));
        out.add("stamp", "urn:example:stamp");
        return true;
    });
    router.on_message([&](const Message& in, Entity& self) {
        seen.emplace_back(in.id().value_or("no id"));
        self.send(in.reply());
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive("<message from='a@b.example' to='echo.example.com' type='chat'/>");
    hand.receive("<iq from='a@b.example' to='echo.example.com' type='result' id='1'/>");
    EXPECT_THAT(seen, ElementsAre("in message", "changed", "out message", "in iq"));
    EXPECT_THAT(hand.take_sent(), ElementsAre("<message to='a@b.example' from='echo.example.com' type='chat'>"
                                              "<stamp xmlns='urn:example:stamp'/></message>"));
}

TEST(Router, R080_a_query_that_a_filter_drops_is_answered_all_the_same) {
    enum class How { drop, throw_error, throw_other, change_kind, answer_by_hand, empty };
    const std::vector<std::pair<How, std::string_view>> cases = {{How::drop, "service-unavailable"},
                                                                 {How::throw_error, "forbidden"},
                                                                 {How::throw_other, "internal-server-error"},
                                                                 {How::change_kind, "service-unavailable"},
                                                                 {How::answer_by_hand, "result"},
                                                                 {How::empty, "service-unavailable"}};
    for (const auto& [how, expected] : cases) {
        Router router;
        router.answer([](const Ping&) {});
        router.filter_in([how = how](Stanza& in, Entity& self) {
            switch (how) {
                case How::drop:
                    return false;
                case How::throw_error:
                    throw StanzaError(Condition::forbidden);
                case How::throw_other:
                    throw 1;
                case How::change_kind:
                    in = Message("a@b.example"_jid, "now it is a message");
                    return true;
                case How::answer_by_hand:
                    self.send(Iq(in.copy()).result());
                    return false;
                case How::empty:
                    in = Stanza();
                    return true;
            }
            return true;
        });
        HandDriven hand("echo.example.com", router);
        hand.open();
        hand.receive(
            "<iq from='a@b.example' to='echo.example.com' type='get' id='the id'><ping xmlns='urn:xmpp:ping'/></iq>");
        const auto sent = hand.take_sent();
        ASSERT_EQ(sent.size(), 1u) << expected;
        const Iq answer(rondel::testing::stanza(sent[0]));
        EXPECT_EQ(answer.id(), "the id");
        EXPECT_EQ(answer.to(), "a@b.example"_jid);
        EXPECT_EQ(answer.type() == IqType::result ? "result" : to_string(answer.error()->condition()), expected);
        EXPECT_EQ(hand->ledger().iqs_replied(), 1u);
    }
}

TEST(Router, a_message_that_a_filter_refuses_is_bounced_and_one_that_it_drops_is_not) {
    for (const bool throws : {false, true}) {
        Router router;
        router.on_message([](const Message&) { FAIL(); });
        router.filter_in([throws](Stanza&, Entity&) -> bool {
            if (throws) throw StanzaError(Condition::not_acceptable);
            return false;
        });
        HandDriven hand("echo.example.com", router);
        hand.open();
        hand.receive("<message from='a@b.example' to='echo.example.com'/>");
        EXPECT_EQ(hand.take_sent().size(), throws ? 1u : 0u);
    }
}

TEST(Router, what_a_filter_holds_back_is_rejected) {
    Router router;
    bool throws = false;
    router.filter_out([&](Stanza&, Entity&) -> bool {
        if (throws) throw std::runtime_error("broken");
        return false;
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    EXPECT_EQ(hand->send(Message("a@b.example"_jid, "Hi")).refused, SendFault::filtered);
    throws = true;
    EXPECT_EQ(hand->send(Message("a@b.example"_jid, "Hi")).refused, SendFault::filtered);
    EXPECT_EQ(hand.ended(Outcome::rejected), 2u);
    EXPECT_EQ(hand.log.size(), 1u);
}

TEST(Router, V21_T_CFROM_what_a_filter_makes_is_checked_again) {
    Router router;
    router.filter_out([](Stanza& out, Entity&) {
        out.set_from("eve@evil.example"_jid);
        return true;
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    EXPECT_EQ(hand->send(Message("a@b.example"_jid, "Hi")).refused, SendFault::foreign_from);
}

TEST(Router, what_a_filter_sends_is_not_filtered) {
    Router router;
    router.filter_out([](Stanza& out, Entity& self) {
        self.send(Message("log@echo.example.com"_jid, out.element().name()));
        return true;
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand->send(Message("a@b.example"_jid, "Hi"));
    EXPECT_EQ(hand.take_sent().size(), 2u);
}

}  // namespace
}  // namespace rondel
