// Sessions that come and go, routers that come and go, drain and stop.
#include "rondel/service/parking.hpp"

#include <map>

#include "tests/support/hand_driven.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using namespace std::chrono_literals;
using rondel::testing::HandDriven;
using rondel::testing::stanza;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Steps = std::vector<std::string>;

Router living(Steps& steps, std::string name) {
    Router router;
    router.on_connected(
        [&steps, name](Entity& self) { steps.push_back(fmt::format("{} connected {}", name, self.in_session())); });
    router.on_session(
        [&steps, name](Entity& self) { steps.push_back(fmt::format("{} session {}", name, self.in_session())); });
    router.on_lost([&steps, name](const Lost& lost, Entity& self) {
        steps.push_back(fmt::format("{} lost {} {}", name, lost.why, self.in_session()));
    });
    router.on_message([&steps, name](const Message&) { steps.push_back(name + " message"); });
    return router;
}

constexpr std::string_view hello =
    "<message from='romeo@example.net/x' to='echo.example.com' type='chat'><body>Hi</body></message>";
constexpr std::string_view slow_query =
    "<iq from='romeo@example.net/x' to='echo.example.com' type='get' id='q'><slow xmlns='urn:example'/></iq>";

Router slow(Duration time) {
    Router router;
    router.answer(IqType::get, "slow", "urn:example",
                  [time](const Iq&, Entity& self) -> task<> { co_await self.sleep(time); });
    return router;
}

TEST(Lifecycle, routers_are_told_of_the_connection) {
    Steps steps;
    HandDriven hand("echo.example.com", living(steps, "a"));
    hand->take(living(steps, "b"));
    hand->connected(hand.now);
    hand->opened(hand.link, hand.now);
    hand.lose();
    EXPECT_THAT(steps, ElementsAre("a connected false", "b connected false", "a session true", "b session true",
                                   "a lost The test said so. false", "b lost The test said so. false"));
}

TEST(Lifecycle, a_router_taken_late_is_told_what_it_missed) {
    Steps steps;
    HandDriven hand("echo.example.com");
    hand->take(living(steps, "early"));
    hand->connected(hand.now);
    hand->take(living(steps, "middle"));
    hand->opened(hand.link, hand.now);
    hand->take(living(steps, "late"));
    EXPECT_THAT(steps, ElementsAre("early connected false", "middle connected false", "early session true",
                                   "middle session true", "late connected true", "late session true"));
}

TEST(Lifecycle, a_router_that_another_takes_is_told_once) {
    Steps steps;
    Router outer;
    outer.on_session([&](Entity& self) { self.take(living(steps, "inner")); });
    HandDriven hand("echo.example.com", outer);
    hand.open();
    EXPECT_THAT(steps, ElementsAre("inner connected true", "inner session true"));
}

TEST(Lifecycle, a_dropped_router_is_asked_no_more) {
    Steps steps;
    HandDriven hand("echo.example.com", living(steps, "stays"));
    const RouterNumber number = hand->take(living(steps, "goes"));
    hand.open();
    steps.clear();
    EXPECT_TRUE(hand->drop(number));
    EXPECT_FALSE(hand->drop(number));
    EXPECT_FALSE(hand->drop(999));
    hand.receive(hello);
    hand.lose();
    EXPECT_THAT(steps, ElementsAre("stays message", "stays lost The test said so. false"));
}

TEST(Lifecycle, drain_turns_new_work_away_and_waits_for_what_runs) {
    int drained = 0;
    Router router = slow(5s);
    router.on_message([](const Message&) { FAIL() << "Draining."; });
    HandDriven hand("echo.example.com", router);
    hand->on_drained([&] { ++drained; });
    hand.open();
    hand.receive(slow_query);
    hand->drain(hand.now);
    EXPECT_FALSE(hand->drained());
    hand.receive(
        "<iq from='romeo@example.net/x' to='echo.example.com' type='get' id='r'><slow xmlns='urn:example'/></iq>");
    hand.receive(hello);
    auto sent = hand.take_sent();
    ASSERT_EQ(sent.size(), 2u);
    for (const std::string& one : sent)
        EXPECT_EQ(StanzaError::parse(stanza(one).payload("error", xml::stanza_ns)).condition(),
                  Condition::recipient_unavailable);
    hand.advance(5s);
    ASSERT_EQ(hand.link.sent.size(), 1u);
    EXPECT_EQ(stanza(hand.link.sent[0]).id(), "q");
    EXPECT_FALSE(hand->drained()) << "The answer is not written yet.";
    EXPECT_EQ(drained, 0);
    hand.write_all();
    EXPECT_TRUE(hand->drained());
    EXPECT_EQ(drained, 1);
    hand.write_all();
    EXPECT_EQ(drained, 1);
}

TEST(Lifecycle, what_runs_may_send_and_ask_while_draining) {
    Router router;
    router.on_message([](const Message& in, Entity& self) -> task<> {
        co_await self.sleep(1s);
        Iq iq(IqType::get, in.from());
        iq.add("ping", "urn:xmpp:ping");
        const Answer answer = co_await self.request(std::move(iq));
        self.send(in.reply("{}", to_string(answer.outcome())));
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(hello);
    hand->drain(hand.now);
    hand.advance(1s);
    const std::string id(*stanza(hand.take_sent().at(0)).id());
    hand.receive(fmt::format("<iq from='romeo@example.net/x' to='echo.example.com' type='result' id='{}'/>", id));
    EXPECT_EQ(Message(stanza(hand.take_sent().at(0))).body(), "answered_result");
    hand.write_all();
    EXPECT_TRUE(hand->drained());
}

TEST(Lifecycle, one_that_has_nothing_to_do_is_drained_at_once) {
    HandDriven hand("echo.example.com");
    hand.open();
    EXPECT_FALSE(hand->drained()) << "Nobody asked yet.";
    hand->drain(hand.now);
    EXPECT_TRUE(hand->drained());
}

TEST(Lifecycle, drain_waits_for_a_replier_and_for_the_queue) {
    std::vector<Replier> kept;
    Router router;
    router.answer_later(IqType::get, "slow", "urn:example",
                        [&](Iq, Replier reply) { kept.push_back(std::move(reply)); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(slow_query);
    hand->drain(hand.now);
    EXPECT_FALSE(hand->drained());
    hand.lose();
    kept[0].result();
    EXPECT_FALSE(hand->drained()) << "It waits for a session.";
    hand.open();
    hand.write_all();
    EXPECT_TRUE(hand->drained());
}

TEST(Lifecycle, stop_ends_everything_that_is_open_once) {
    std::vector<std::string> told;
    const auto outcome = [&](std::string name) {
        return [&told, name](Outcome end) { told.push_back(fmt::format("{} {}", name, to_string(end))); };
    };
    HandDriven hand("echo.example.com", slow(1h));
    hand.open();
    hand->send(Message("a@b.example"_jid, "1"), outcome("written"));
    hand.write_all();
    hand->send(Message("a@b.example"_jid, "2"), outcome("accepted"));
    Iq iq(IqType::get, "capulet.lit"_jid);
    iq.add("ping", "urn:xmpp:ping");
    hand->request(std::move(iq),
                  [&](const Answer& answer) { told.push_back(fmt::format("asked {}", to_string(answer.outcome()))); });
    hand.receive(slow_query);
    hand.take_sent();
    hand.lose(1);
    hand->send(Message("a@b.example"_jid, "3"), outcome("queued"));
    hand->stop(hand.now);
    hand->stop(hand.now);
    hand.run();
    EXPECT_THAT(told, ::testing::UnorderedElementsAre("written indeterminate", "accepted undelivered",
                                                      "asked cancelled", "queued undelivered"));
    EXPECT_EQ(hand->ledger().open(), 0u);
    EXPECT_EQ(hand->ledger().replies_dropped(), 1u);
    EXPECT_EQ(hand->deadline(), never);
    EXPECT_EQ(hand->send(Message("a@b.example"_jid, "4")).refused, SendFault::shutting_down);
    EXPECT_TRUE(hand->drained() || true);
}

TEST(Lifecycle, what_the_link_has_at_a_stop_is_indeterminate) {
    HandDriven hand("echo.example.com");
    hand.open();
    hand->send(Message("a@b.example"_jid, "1"));
    hand->stop(hand.now);
    EXPECT_EQ(hand.ended(Outcome::indeterminate), 1u) << "The host may still write it.";
}

TEST(Lifecycle, R080_what_is_owed_at_the_end_is_answered_while_it_can_be) {
    for (const bool by_closing : {false, true}) {
        HandDriven hand("echo.example.com", slow(1h));
        hand.open();
        hand.receive(slow_query);
        if (by_closing)
            hand->closing(true, hand.now);
        else
            hand->stop(hand.now);
        const auto sent = hand.take_sent();
        ASSERT_EQ(sent.size(), 1u);
        EXPECT_EQ(Iq(stanza(sent[0])).error()->condition(), Condition::recipient_unavailable);
        EXPECT_EQ(hand->ledger().iqs_replied(), 1u);
        hand->stop(hand.now);
        hand.run();
    }
}

TEST(Lifecycle, tasks_may_outlive_the_entity) {
    Steps steps;
    Loop loop;
    auto gate = std::make_shared<Parking>();
    {
        HostedEntity entity("echo.example.com"_jid, loop.executor());
        Router router;
        router.on_message([&](const Message& in, Entity& self) -> task<> {
            co_await gate->wait();
            steps.push_back(std::string(in.from().str()) + " " + self.address().str());
            steps.push_back(self.send(in.reply("too late")).refused.message());
            self.after(1s, [] { FAIL(); });
            self.post([] { FAIL(); });
            self.take(Router());
            Iq iq(IqType::get, in.from());
            iq.add("ping", "urn:xmpp:ping");
            const Answer answer = co_await self.request(std::move(iq));
            steps.push_back(answer.why().message());
        });
        entity.take(router);
        entity.receive(stanza(hello), Instant(24h));
        loop.run_ready();
    }
    EXPECT_THAT(steps, IsEmpty());
    gate->wake();
    loop.run_ready();
    const std::string stopped = make_error_code(SendFault::shutting_down).message();
    EXPECT_THAT(steps, ElementsAre("romeo@example.net/x echo.example.com", stopped, stopped));
}

TEST(Lifecycle, an_entity_that_is_destroyed_calls_nobody_back) {
    HandDriven hand("echo.example.com", slow(1h));
    hand.open();
    const auto fail = [](const auto&) { FAIL() << "What this refers to may be gone."; };
    hand->send(Message("a@b.example"_jid, "1"), fail);
    Iq iq(IqType::get, "capulet.lit"_jid);
    iq.add("ping", "urn:xmpp:ping");
    hand->request(std::move(iq), fail);
    hand.receive(slow_query);
    hand.lose(2);
    hand->send(Message("a@b.example"_jid, "2"), fail);
    hand.entity.reset();
    hand.run();
    EXPECT_EQ(hand.link.sent.size(), 2u);
}

TEST(Lifecycle, a_million_requests_lost_at_once_end_in_slices) {
    constexpr int many = 50'000;
    EntityOptions options;
    options.queue_stanzas = 4 * many;
    options.high_water = 1'000'000'000;
    HandDriven hand("echo.example.com", Router(), options);
    hand.open();
    int ended = 0;
    for (int i = 0; i < many; ++i) {
        Iq iq(IqType::get, "capulet.lit"_jid);
        iq.add("ping", "urn:xmpp:ping");
        hand->request(std::move(iq),
                      [&](const Answer& answer) { ended += answer.outcome() == Outcome::indeterminate; });
    }
    hand.write_all();
    int deadlines = 0;
    hand->on_deadline([&] { ++deadlines; });
    EXPECT_GT(hand->deadline(), hand.now);
    hand.lose();
    EXPECT_GT(ended, 0);
    EXPECT_LT(ended, many) << "Not all in one call.";
    EXPECT_EQ(deadlines, 1) << "And the host is told to come back for the rest.";
    hand.advance(0s);
    EXPECT_EQ(ended, many);
    EXPECT_EQ(hand->deadline(), never);
}

TEST(Lifecycle, a_second_loss_ends_what_the_first_had_left) {
    constexpr int many = 10'000;
    EntityOptions options;
    options.queue_stanzas = 4 * many;
    options.high_water = 1'000'000'000;
    HandDriven hand("echo.example.com", Router(), options);
    std::map<Outcome, int> ends;
    const auto ask = [&] {
        Iq iq(IqType::get, "capulet.lit"_jid);
        iq.add("ping", "urn:xmpp:ping");
        hand->request(std::move(iq), [&](const Answer& answer) { ++ends[answer.outcome()]; });
    };
    hand.open();
    for (int i = 0; i < many; ++i) ask();
    hand.write_all();
    hand.lose();
    hand.open();
    for (int i = 0; i < many; ++i) ask();
    hand.lose();
    hand.advance(0s);
    EXPECT_EQ(ends[Outcome::indeterminate], many);
    EXPECT_EQ(ends[Outcome::undelivered], many);
    EXPECT_EQ(hand->ledger().open(), 0u);
}

TEST(Lifecycle, what_the_stream_refused_is_counted_and_said) {
    HandDriven hand("echo.example.com");
    const Stanza odd = stanza("<message from='romeo@example.net'/>");
    for (int i = 0; i < 100; ++i) hand->refused(odd.element(), StanzaFault::bad_to, hand.now);
    EXPECT_EQ(hand->ledger().refused(), 100u);
    EXPECT_EQ(hand.log.size(), 1u) << "Not at each: strangers must not fill the disk.";
    EXPECT_NE(hand.log[0].find("romeo@example.net"), std::string::npos);
}

}  // namespace
}  // namespace rondel
