// Requests of an entity: who may answer, and that each ends exactly once.
#include "tests/support/figure.hpp"
#include "tests/support/hand_driven.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using namespace std::chrono_literals;
using rondel::testing::HandDriven;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Iq ping(JidView to) {
    Iq iq(IqType::get, to);
    iq.add("ping", "urn:xmpp:ping");
    return iq;
}

struct Asking {
    explicit Asking(EntityOptions options = {}) : hand("echo.example.com", Router(), std::move(options)) {}

    std::uint64_t ask(JidView to = "juliet@capulet.lit/balcony"_jid, RequestOptions options = RequestOptions()) {
        return hand->request(
            ping(to), [this](Answer answer) { ends.push_back(answer.outcome()); }, std::move(options));
    }
    std::string last_id() { return std::string(rondel::testing::stanza(hand.link.sent.back()).id().value_or("")); }
    void answer(std::string_view id, std::string_view from = "juliet@capulet.lit/balcony",
                std::string_view type = "result", std::string_view kind = "iq") {
        const std::string sender = from.empty() ? "" : fmt::format(" from='{}'", from);
        hand.receive(fmt::format("<{}{} to='echo.example.com' type='{}' id='{}'/>", kind, sender, type, id));
    }

    HandDriven hand;
    std::vector<Outcome> ends;
};

TEST(Requesting, stamps_from_and_an_id) {
    Asking a;
    a.hand.open();
    EXPECT_NE(a.ask(), 0u);
    const Stanza sent = rondel::testing::stanza(a.hand.link.sent.at(0));
    EXPECT_EQ(sent.from(), "echo.example.com"_jid);
    EXPECT_EQ(sent.to(), "juliet@capulet.lit/balcony"_jid);
    EXPECT_GE(sent.id().value_or("").size(), 16u);
    EXPECT_EQ(sent.type(), "get");
}

TEST(Requesting, sends_from_the_address_that_it_is_told) {
    Asking a;
    a.hand.open();
    a.ask("juliet@capulet.lit/balcony"_jid, RequestOptions().from("alice@echo.example.com"_jid));
    EXPECT_EQ(rondel::testing::stanza(a.hand.link.sent.at(0)).from(), "alice@echo.example.com"_jid);
}

TEST(Requesting, replaces_an_id_that_could_be_guessed) {
    Asking a;
    a.hand.open();
    Iq iq = ping("juliet@capulet.lit/balcony"_jid);
    iq.set_id("1");
    a.hand->request(std::move(iq), [](const Answer&) {});
    EXPECT_NE(a.last_id(), "1");
}

TEST(Requesting, ends_with_the_answer) {
    Asking a;
    a.hand.open();
    a.ask();
    a.answer(a.last_id());
    EXPECT_THAT(a.ends, ElementsAre(Outcome::answered_result));
    a.ask();
    a.answer(a.last_id(), "juliet@capulet.lit/balcony", "error");
    EXPECT_THAT(a.ends, ElementsAre(Outcome::answered_result, Outcome::answered_error));
    EXPECT_EQ(a.hand->ledger().open(), 0u);
}

TEST(Requesting, V17_T_IQSPOOF_only_whom_we_asked_can_answer) {
    Asking a;
    a.hand.open();
    a.ask();
    const std::string id = a.last_id();
    for (const char* other : {"eve@evil.example/x", "juliet@capulet.lit", "capulet.lit", "",
                              "juliet@capulet.lit/chamber", "echo.example.com", "alice@echo.example.com"})
        a.answer(id, other);
    a.answer(id, "juliet@capulet.lit/balcony", "chat", "message");  // the right peer and id, the wrong kind
    a.answer(id, "juliet@capulet.lit/balcony", "unavailable", "presence");
    a.hand.receive(
        fmt::format("<iq from='juliet@capulet.lit/balcony' to='echo.example.com' type='get' id='{}'>"
                    "<ping xmlns='urn:xmpp:ping'/></iq>",
                    id));
    EXPECT_THAT(a.ends, IsEmpty());
    test::figure("spoofs-honoured", static_cast<double>(a.ends.size()), "of 10 answers");
    EXPECT_EQ(a.hand->ledger().late_answers(), 7u);
    a.answer(id);
    EXPECT_THAT(a.ends, ElementsAre(Outcome::answered_result));
    a.answer(id);  // twice
    EXPECT_EQ(a.ends.size(), 1u);
    EXPECT_EQ(a.hand->ledger().late_answers(), 8u);
}

TEST(Requesting, V17_T_IQSPOOF_for_a_bare_address_and_for_a_server) {
    Asking a;
    a.hand.open();
    a.ask("juliet@capulet.lit"_jid);
    a.answer(a.last_id(), "juliet@capulet.lit/balcony");
    a.answer(a.last_id(), "capulet.lit");
    EXPECT_THAT(a.ends, IsEmpty());
    a.answer(a.last_id(), "juliet@capulet.lit");
    EXPECT_EQ(a.ends.size(), 1u);
    a.ask("capulet.lit"_jid);
    a.answer(a.last_id(), "");
    EXPECT_EQ(a.ends.size(), 1u);
    a.answer(a.last_id(), "capulet.lit");
    EXPECT_EQ(a.ends.size(), 2u);
}

TEST(Requesting, compares_addresses_as_prepared) {
    Asking a;
    a.hand.open();
    a.ask("juliet@capulet.lit/balcony"_jid);
    a.answer(a.last_id(), "Juliet@Capulet.LIT/balcony");
    EXPECT_EQ(a.ends.size(), 1u);
}

TEST(Requesting, R081_never_replies_to_an_answer) {
    Asking a;
    a.hand.open();
    a.answer("nobody-asked");
    a.answer("nobody-asked", "juliet@capulet.lit/balcony", "error");
    EXPECT_THAT(a.hand.take_sent(), IsEmpty());
    EXPECT_EQ(a.hand->ledger().late_answers(), 2u);
}

TEST(Requesting, ends_when_its_time_is_up) {
    Asking a;
    a.hand.open();
    a.ask();
    a.ask("juliet@capulet.lit/balcony"_jid, RequestOptions().timeout(5s));
    a.hand.advance(4999ms);
    EXPECT_THAT(a.ends, IsEmpty());
    a.hand.advance(1ms);
    EXPECT_THAT(a.ends, ElementsAre(Outcome::timed_out));
    a.hand.advance(25s);
    EXPECT_THAT(a.ends, ElementsAre(Outcome::timed_out, Outcome::timed_out));
    EXPECT_EQ(a.hand->deadline(), never);
}

TEST(Requesting, an_answer_after_the_timeout_is_late) {
    Asking a;
    a.hand.open();
    a.ask();
    const std::string id = a.last_id();
    a.hand.advance(1min);
    a.answer(id);
    EXPECT_THAT(a.ends, ElementsAre(Outcome::timed_out));
    EXPECT_EQ(a.hand->ledger().late_answers(), 1u);
}

TEST(Requesting, waits_for_a_session_and_its_time_runs_meanwhile) {
    Asking a;
    a.ask();
    a.ask("juliet@capulet.lit/balcony"_jid, RequestOptions().timeout(5s));
    a.hand.advance(10s);
    EXPECT_THAT(a.ends, ElementsAre(Outcome::timed_out));
    a.hand.open();
    EXPECT_EQ(a.hand.link.sent.size(), 1u) << "The one that has ended is not sent any more.";
    a.answer(a.last_id());
    EXPECT_EQ(a.ends.size(), 2u);
}

TEST(Requesting, nothing_answers_what_was_not_sent_yet) {
    Asking a;
    a.hand.open();
    a.ask();
    const std::string id = a.last_id();
    a.hand.lose(1);  // kept, for the next session
    a.answer(id, "eve@evil.example");
    EXPECT_THAT(a.ends, IsEmpty());
}

TEST(Requesting, can_be_cancelled_once) {
    Asking a;
    a.hand.open();
    const auto number = a.ask();
    const std::string id = a.last_id();
    EXPECT_TRUE(a.hand->cancel(number));
    EXPECT_FALSE(a.hand->cancel(number));
    EXPECT_FALSE(a.hand->cancel(0));
    EXPECT_FALSE(a.hand->cancel(12345));
    a.answer(id);
    EXPECT_THAT(a.ends, ElementsAre(Outcome::cancelled));
}

// Whoever stops the host from within a filter ends everything that is open, and so it is tempting to end the request
// there too whose filter that is; it ended a second time then, and the books said that less than nothing was open.
TEST(Requesting, V11_a_filter_that_stops_the_host_ends_it_once) {
    Asking a;
    Router stopping;
    stopping.filter_out([&a](Stanza&, Entity&) {
        a.hand->stop(a.hand.now);
        return true;
    });
    a.hand.open();
    const std::uint64_t before = a.ask();
    a.hand->take(std::move(stopping));
    EXPECT_NE(before, 0u);
    EXPECT_EQ(a.ask(), 0u);
    EXPECT_THAT(a.ends, ElementsAre(Outcome::cancelled, Outcome::rejected));
    EXPECT_EQ(a.hand.ended(Outcome::cancelled), 1u);
    EXPECT_EQ(a.hand.ended(Outcome::rejected), 1u);
    EXPECT_EQ(a.hand->ledger().open(), 0u);
    EXPECT_EQ(a.hand->deadline(), never);
    EXPECT_THAT(a.hand.take_sent(), ::testing::SizeIs(1));
}

TEST(Requesting, V11_nor_does_one_that_has_nobody_who_hears_its_end) {
    Asking a;
    Router stopping;
    stopping.filter_out([&a](Stanza&, Entity&) {
        a.hand->stop(a.hand.now);
        return false;
    });
    a.hand->take(std::move(stopping));
    EXPECT_EQ(a.hand->request(ping("juliet@capulet.lit"_jid), AnswerCallback()), 0u);
    EXPECT_EQ(a.hand->ledger().issued(), 1u);
    EXPECT_EQ(a.hand.ended(Outcome::rejected), 1u);
    EXPECT_EQ(a.hand->ledger().open(), 0u);
}

// A task that asks may outlive the host, and waits for the answer.
TEST(Requesting, V11_so_does_a_filter_that_destroys_the_host) {
    Asking a;
    Router destroying;
    destroying.filter_out([&a](Stanza&, Entity&) {
        a.hand.entity.reset();
        return true;
    });
    a.hand.open();
    a.hand->take(std::move(destroying));
    EXPECT_EQ(a.ask(), 0u);
    EXPECT_THAT(a.ends, ElementsAre(Outcome::rejected));
}

TEST(Requesting, a_loss_ends_what_was_written_and_what_is_given_up) {
    Asking a;
    a.hand.open();
    for (int i = 0; i < 3; ++i) a.ask();
    a.hand.write(1);
    a.hand.lose(1);
    EXPECT_THAT(a.ends, ElementsAre(Outcome::indeterminate, Outcome::undelivered));
    a.ask();  // queued
    a.hand.open();
    a.hand.write(1);
    EXPECT_EQ(a.ends.size(), 2u) << "The one that was kept is still open.";
    a.hand.lose();
    EXPECT_THAT(a.ends, UnorderedElementsAre(Outcome::indeterminate, Outcome::undelivered, Outcome::indeterminate,
                                             Outcome::undelivered));
    EXPECT_EQ(a.hand->ledger().open(), 0u);
}

TEST(Requesting, an_orderly_end_without_an_answer_still_proves_that_it_arrived) {
    Asking a;
    a.hand.open();
    a.ask();
    a.hand.write_all();
    a.hand.lose(0, true);
    EXPECT_THAT(a.ends, ElementsAre(Outcome::acked));
}

TEST(Requesting, refuses_what_is_no_request) {
    Asking a;
    a.hand.open();
    std::vector<std::error_code> why;
    const auto told = [&](const Answer& answer) { why.push_back(answer.why()); };
    EXPECT_EQ(a.hand->request(Iq(), told), 0u);
    EXPECT_EQ(a.hand->request(Iq(IqType::get, "capulet.lit"_jid), told), 0u);
    EXPECT_EQ(a.hand->request(Iq(IqType::result, "capulet.lit"_jid), told), 0u);
    Iq two = ping("capulet.lit"_jid);
    two.add("ping", "urn:xmpp:ping");
    EXPECT_EQ(a.hand->request(std::move(two), told), 0u);
    EXPECT_EQ(a.hand->request(ping("capulet.lit"_jid).from("eve@evil.example"_jid), told), 0u);
    EXPECT_THAT(why, ElementsAre(SendFault::empty, SendFault::not_a_request, SendFault::not_a_request,
                                 SendFault::not_a_request, SendFault::foreign_from));
    EXPECT_EQ(a.hand.ended(Outcome::rejected), 5u);
    EXPECT_EQ(a.hand->deadline(), never) << "No timer is left behind.";
}

TEST(Requesting, can_be_awaited) {
    HandDriven hand("echo.example.com");
    hand.open();
    std::string got;
    auto work = [&](Entity& self) -> task<> {
        Iq iq = ping("capulet.lit"_jid);
        const Answer answer = co_await self.request(std::move(iq));
        got = answer ? std::string(answer.payload().name()) : "nothing";
    };
    hand->spawn(work(*hand));
    hand.run();
    const std::string id(rondel::testing::stanza(hand.link.sent.at(0)).id().value_or(""));
    hand.receive("<iq from='capulet.lit' to='echo.example.com' type='result' id='" + id + "'><pong xmlns='x'/></iq>");
    EXPECT_EQ(got, "pong");
}

TEST(Requesting, a_thousand_tasks_can_wait_and_all_end_at_stop) {
    HandDriven hand("echo.example.com");
    hand.open();
    int cancelled = 0;
    auto work = [&](Entity& self) -> task<> {
        Iq iq = ping("capulet.lit"_jid);
        const Answer answer = co_await self.request(std::move(iq));
        cancelled += answer.outcome() == Outcome::cancelled;
    };
    for (int i = 0; i < 1000; ++i) hand->spawn(work(*hand));
    hand.run();
    EXPECT_EQ(hand.link.sent.size(), 1000u);
    hand->stop(hand.now);
    hand.run();
    EXPECT_EQ(cancelled, 1000);
    EXPECT_EQ(hand->ledger().open(), 0u);
}

TEST(Requesting, a_coroutine_that_waits_may_be_destroyed_without_going_on) {
    auto held = std::make_shared<int>(1);
    {
        HandDriven hand("echo.example.com");
        hand.open();
        auto work = [](Entity& self, std::shared_ptr<int>) -> task<> {
            Iq iq = ping("capulet.lit"_jid);
            co_await self.request(std::move(iq));
        };
        hand->spawn(work(*hand, held));
        hand.run();
        EXPECT_EQ(held.use_count(), 2);
    }  // the loop goes without running again
    EXPECT_EQ(held.use_count(), 1);
}

TEST(Requesting, a_callback_may_ask_again_at_once) {
    HandDriven hand("echo.example.com");
    hand.open();
    int timeouts = 0;
    std::function<void(Answer)> again = [&](const Answer& answer) {
        if (answer.outcome() == Outcome::timed_out && ++timeouts < 5) hand->request(ping("capulet.lit"_jid), again);
    };
    hand->request(ping("capulet.lit"_jid), again);
    hand.advance(10min);
    EXPECT_EQ(timeouts, 5);
}

TEST(Requesting, a_callback_that_throws_is_logged) {
    HandDriven hand("echo.example.com");
    hand.open();
    hand->request(ping("capulet.lit"_jid), [](const Answer&) { throw std::runtime_error("ouch\x1b[2J"); });
    hand.advance(1min);
    ASSERT_EQ(hand.log.size(), 1u);
    EXPECT_NE(hand.log[0].find("ouch\\x1b[2J"), std::string::npos) << "V47: " << hand.log[0];
}

TEST(Requesting, tells_the_host_of_an_earlier_deadline) {
    HandDriven hand("echo.example.com");
    hand.open();
    int told = 0;
    hand->on_deadline([&] { ++told; });
    EXPECT_EQ(hand->deadline(), never);
    hand->request(ping("capulet.lit"_jid), [](const Answer&) {});
    EXPECT_EQ(told, 1);
    EXPECT_LE(hand->deadline(), hand.now + 30s);
    hand->request(
        ping("capulet.lit"_jid), [](const Answer&) {}, RequestOptions().timeout(10h));
    EXPECT_EQ(told, 1) << "That one is later.";
}

TEST(Requesting, its_time_begins_when_the_host_says_it_is) {
    HandDriven hand("echo.example.com");
    hand.open();
    Instant real = hand.now + 10min;  // nothing came in for ten minutes, and then somebody asks
    hand->clock([&] { return real; });
    std::vector<Outcome> ends;
    hand->request(ping("capulet.lit"_jid), [&](const Answer& answer) { ends.push_back(answer.outcome()); });
    hand->expire(real);
    EXPECT_THAT(ends, IsEmpty());
    real += 30s;
    while (hand->deadline() <= real) hand->expire(real);
    EXPECT_THAT(ends, ElementsAre(Outcome::timed_out));
}

TEST(Requesting, a_timeout_of_for_ever_is_none) {
    Asking a;
    a.hand.open();
    a.ask("capulet.lit"_jid, RequestOptions().timeout(Duration::max()));
    EXPECT_EQ(a.hand->deadline(), never);
    a.hand.advance(24h * 365);
    EXPECT_THAT(a.ends, IsEmpty());
}

}  // namespace
}  // namespace rondel
