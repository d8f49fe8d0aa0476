// What a coroutine can wait for, and what else happens later.
#include "tests/support/hand_driven.hpp"
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using namespace std::chrono_literals;
using rondel::testing::HandDriven;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Steps = std::vector<std::string>;

bool any_message(const Message&) { return true; }

TEST(Waiting, sleep_ends_at_its_time) {
    HandDriven hand("echo.example.com");
    Steps steps;
    auto work = [&](Entity& self) -> task<> {
        co_await self.sleep(5s);
        steps.emplace_back("five");
        co_await self.sleep(0s);
        steps.emplace_back("at once");
    };
    hand->spawn(work(*hand));
    hand.advance(4999ms);
    EXPECT_THAT(steps, IsEmpty());
    hand.advance(1ms);
    EXPECT_THAT(steps, ElementsAre("five", "at once"));
    EXPECT_EQ(hand->deadline(), never);
}

TEST(Waiting, after_calls_in_the_order_of_time) {
    HandDriven hand("echo.example.com");
    Steps steps;
    hand->after(3s, [&] { steps.emplace_back("3"); });
    hand->after(1s, [&] {
        steps.emplace_back("1");
        hand->after(1s, [&] { steps.emplace_back("2"); });
    });
    hand->after(1s, [&] { throw std::runtime_error("broken"); });
    hand->after(4s, {});
    hand.advance(10s);
    EXPECT_THAT(steps, ElementsAre("1", "2", "3"));
    EXPECT_EQ(hand.log.size(), 1u);
}

TEST(Waiting, post_calls_soon_and_never_at_once) {
    HandDriven hand("echo.example.com");
    Steps steps;
    hand->post([&] { steps.emplace_back("posted"); });
    hand->post([&] { throw 1; });
    steps.emplace_back("here");
    hand.run();
    EXPECT_THAT(steps, ElementsAre("here", "posted"));
    EXPECT_EQ(hand.log.size(), 1u);
}

TEST(Waiting, spawn_logs_what_a_task_throws) {
    HandDriven hand("echo.example.com");
    auto broken = []() -> task<> {
        throw StanzaError(Condition::gone, "No more.");
        co_return;
    };
    hand->spawn(broken());
    hand.run();
    EXPECT_THAT(hand.log, ElementsAre("A spawned task threw: No more."));
}

TEST(Waiting, next_message_takes_it_from_the_handlers) {
    Steps steps;
    Router router;
    router.on_message([&](const Message& in) { steps.push_back("handler " + std::string(*in.body())); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    auto work = [&](Entity& self) -> task<> {
        auto wanted = [](const Message& in) { return in.body() == "yes"; };
        const auto message = co_await self.next_message(wanted, 1min);
        steps.push_back("waited " + std::string(*message->body()));
    };
    hand->spawn(work(*hand));
    hand.run();
    for (const char* body : {"no", "yes", "yes"})
        hand.receive("<message from='a@b.example'><body>" + std::string(body) + "</body></message>");
    EXPECT_THAT(steps, ElementsAre("handler no", "waited yes", "handler yes"));
    hand.advance(2min);
    EXPECT_EQ(hand->deadline(), never) << "Its timer went with it.";
}

TEST(Waiting, next_presence_and_errors_can_be_waited_for) {
    Steps steps;
    HandDriven hand("echo.example.com");
    hand.open();
    auto work = [&](Entity& self) -> task<> {
        auto from_room = [](const Presence& in) { return in.from().bare() == "heath@rooms.lit"_jid; };
        const auto presence = co_await self.next_presence(from_room, 1min);
        steps.push_back(std::string(presence->from().resource()) + (presence->error() ? " error" : ""));
    };
    for (int i = 0; i < 2; ++i) hand->spawn(work(*hand));
    hand.run();
    hand.receive("<presence from='other@rooms.lit/x'/>");
    hand.receive("<presence from='heath@rooms.lit/bot' type='error'><error/></presence>");
    hand.receive("<presence from='heath@rooms.lit/bot2'/>");
    EXPECT_THAT(steps, ElementsAre("bot error", "bot2")) << "First come, first served.";
}

TEST(Waiting, ends_with_nothing_when_the_time_is_up_or_the_entity_stops) {
    Steps steps;
    HandDriven hand("echo.example.com");
    hand.open();
    auto work = [&](Entity& self, Duration timeout) -> task<> {
        std::function<bool(const Message&)> wanted = any_message;
        const auto message = co_await self.next_message(wanted, timeout);
        steps.emplace_back(message ? "message" : "nothing");
    };
    hand->spawn(work(*hand, 5s));
    hand->spawn(work(*hand, 1h));
    hand.advance(5s);
    EXPECT_THAT(steps, ElementsAre("nothing"));
    hand->stop(hand.now);
    hand.run();
    EXPECT_THAT(steps, ElementsAre("nothing", "nothing"));
    hand->spawn(work(*hand, 1h));
    hand.run();
    EXPECT_EQ(steps.size(), 3u) << "Afterwards nothing is waited for.";
}

TEST(Waiting, a_predicate_that_throws_takes_nothing) {
    Steps steps;
    Router router;
    router.on_message([&](const Message&) { steps.emplace_back("handler"); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    auto work = [&](Entity& self) -> task<> {
        std::function<bool(const Message&)> wanted = [](const Message&) -> bool { throw std::runtime_error("broken"); };
        co_await self.next_message(wanted, 1min);
        steps.emplace_back("never");
    };
    hand->spawn(work(*hand));
    hand.run();
    hand.receive("<message from='a@b.example'/>");
    EXPECT_THAT(steps, ElementsAre("handler"));
    EXPECT_EQ(hand.log.size(), 1u);
    hand.advance(1min);
}

TEST(Waiting, whichever_comes_first_cancels_the_other) {
    using namespace boost::asio::experimental::awaitable_operators;
    Steps steps;
    HandDriven hand("echo.example.com");
    hand.open();
    auto work = [&](Entity& self) -> task<> {
        Iq iq(IqType::get, "capulet.lit"_jid);
        iq.add("ping", "urn:xmpp:ping");
        std::function<bool(const Message&)> wanted = any_message;
        auto answered = self.request(std::move(iq));
        auto message = self.next_message(wanted, 1h);
        auto slept = self.sleep(5s);
        const auto first = co_await (std::move(answered) || std::move(message) || std::move(slept));
        steps.push_back(std::to_string(first.index()));
    };
    hand->spawn(work(*hand));
    hand.advance(5s);
    EXPECT_THAT(steps, ElementsAre("2"));
    EXPECT_EQ(hand.ended(Outcome::cancelled), 1u);
    EXPECT_EQ(hand->ledger().open(), 0u);
    EXPECT_EQ(hand->deadline(), never) << "No timer is left of what was cancelled.";
}

TEST(Waiting, deliver_waits_for_the_end_of_a_stanza) {
    Steps steps;
    HandDriven hand("echo.example.com");
    auto work = [&](Entity& self, Stanza stanza) -> task<> {
        const Outcome outcome = co_await self.deliver(std::move(stanza));
        steps.emplace_back(to_string(outcome));
    };
    hand->spawn(work(*hand, Stanza()));
    hand.run();
    EXPECT_THAT(steps, ElementsAre("rejected"));
    hand->spawn(work(*hand, Message("a@b.example"_jid, "1")));
    hand.run();
    hand.open();
    hand.write_all();
    hand->spawn(work(*hand, Message("a@b.example"_jid, "2")));
    hand.run();
    EXPECT_EQ(steps.size(), 1u);
    hand.lose();
    hand.run();
    EXPECT_THAT(steps, ElementsAre("rejected", "indeterminate", "undelivered"));
}

TEST(Waiting, what_is_asked_of_a_stopped_entity_ends_at_once_and_lets_others_run) {
    Steps steps;
    HandDriven hand("echo.example.com");
    hand.open();
    hand->stop(hand.now);
    auto work = [&](Entity& self) -> task<> {
        Iq iq(IqType::get, "capulet.lit"_jid);
        iq.add("ping", "urn:xmpp:ping");
        const Answer answer = co_await self.request(std::move(iq));
        steps.emplace_back(answer.why().message());
        Message message("a@b.example"_jid, "1");
        const Outcome outcome = co_await self.deliver(std::move(message));
        steps.emplace_back(to_string(outcome));
        try {
            co_await self.sleep(1s);
        } catch (const std::system_error& error) {
            steps.emplace_back(error.code() == std::errc::operation_canceled ? "cancelled" : "other");
        }
        co_await self.writable();
        steps.emplace_back("never");
    };
    hand->spawn(work(*hand));
    hand.run();
    EXPECT_THAT(steps, ElementsAre(make_error_code(SendFault::shutting_down).message(), "rejected", "cancelled"));
    EXPECT_THAT(hand.log, IsEmpty()) << "To be cancelled by the stop is no mistake.";
}

TEST(Waiting, a_sleeper_is_woken_by_the_stop) {
    Steps steps;
    HandDriven hand("echo.example.com");
    auto work = [&](Entity& self) -> task<> {
        for (;;) {
            co_await self.sleep(1s);
            steps.emplace_back("tick");
        }
    };
    hand->spawn(work(*hand));
    hand.advance(3s);
    hand->stop(hand.now);
    hand.run();
    EXPECT_EQ(steps.size(), 3u);
    EXPECT_EQ(hand->deadline(), never);
    EXPECT_THAT(hand.log, IsEmpty());
}

TEST(Waiting, calls_for_later_do_not_come_after_the_stop) {
    int calls = 0;
    HandDriven hand("echo.example.com");
    hand->after(1s, [&] { ++calls; });
    hand->post([&] { ++calls; });
    hand->stop(hand.now);
    hand->after(1s, [&] { ++calls; });
    hand.advance(1h);
    EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace rondel
