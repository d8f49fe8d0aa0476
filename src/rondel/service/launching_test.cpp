// A task begins inside receive(), where a host calls it: what one that does not wait leaves out, and what happens while
// one is only just being begun. Every query is answered once, and what a peer says keeps its order.
#include <functional>

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

std::string query(std::string_view id, std::string_view from = "romeo@example.net/orchard") {
    return fmt::format("<iq from='{}' to='echo.example.com' type='get' id='{}'><ping xmlns='urn:xmpp:ping'/></iq>",
                       from, id);
}
std::string message(std::string_view body, std::string_view from = "romeo@example.net/orchard") {
    return fmt::format("<message from='{}' to='echo.example.com' type='chat'><body>{}</body></message>", from, body);
}

// A service whose tasks do `meanwhile` before they wait, if they wait at all.
struct Service {
    explicit Service(Duration waits, EntityOptions options = {}) {
        Router router;
        router.answer(IqType::get, "ping", "urn:xmpp:ping", [this, waits](const Iq& in, Entity& self) -> task<> {
            const std::string id(in.id().value_or(""));
            steps.push_back("begin " + id);
            if (meanwhile) meanwhile(id, in);
            if (waits != Duration::zero()) co_await self.sleep(waits);
            steps.push_back("end " + id);
        });
        router.on_message([this, waits](const Message& in, Entity& self) -> task<> {
            const std::string body(in.body().value_or(""));
            steps.push_back("begin " + body);
            if (meanwhile) meanwhile(body, in);
            if (waits != Duration::zero()) co_await self.sleep(waits);
            steps.push_back("end " + body);
        });
        hand = std::make_unique<HandDriven>("echo.example.com", std::move(router), options);
        hand->open();
    }
    void receive(std::string_view xml) { (*hand)->receive(stanza(xml), hand->now); }  // inside a task: no other runs

    // Of all answers sent since: "id result", or "id condition".
    std::vector<std::string> answers() {
        std::vector<std::string> all;
        for (const std::string& sent : hand->take_sent()) {
            const Iq answer(stanza(sent));
            all.push_back(fmt::format("{} {}", answer.id().value_or(""),
                                      answer.error() ? to_string(answer.error()->condition()) : "result"));
        }
        return all;
    }
    std::vector<std::string> take_steps() { return std::exchange(steps, {}); }

    std::function<void(const std::string&, const Stanza&)> meanwhile;
    std::vector<std::string> steps;
    std::unique_ptr<HandDriven> hand;
};

TEST(Launching, R080_a_task_that_does_not_wait_is_answered_for_at_once) {
    Service service(0s);
    service.hand->receive(query("q1"));
    EXPECT_THAT(service.answers(), ElementsAre("q1 result"));
    EXPECT_EQ((*service.hand)->deadline(), never) << "Nothing was owed, so nothing runs out.";
    service.meanwhile = [](const std::string&, const Stanza&) { throw StanzaError(Condition::forbidden); };
    service.hand->receive(query("q2"));
    EXPECT_THAT(service.answers(), ElementsAre("q2 forbidden"));
    service.meanwhile = [](const std::string&, const Stanza&) { throw std::runtime_error("broken"); };
    service.hand->receive(query("q3"));
    EXPECT_THAT(service.answers(), ElementsAre("q3 internal-server-error"));
    EXPECT_EQ((*service.hand)->ledger().iqs_replied(), 3u);
}

TEST(Launching, R080_an_answer_sent_by_hand_before_it_waits_is_not_repeated) {
    for (const Duration waits : {Duration(0s), Duration(1s), Duration(2min)}) {
        Service service(waits);
        service.meanwhile = [&](const std::string&, const Stanza& in) {
            EXPECT_TRUE((*service.hand)->send(static_cast<const Iq&>(in).result()));
            EXPECT_EQ((*service.hand)->send(static_cast<const Iq&>(in).result()).refused, SendFault::not_owed);
        };
        service.hand->receive(query("q1"));
        service.hand->advance(5min);
        EXPECT_THAT(service.answers(), ElementsAre("q1 result"));
        EXPECT_EQ((*service.hand)->ledger().iqs_received(), (*service.hand)->ledger().iqs_replied());
    }
}

TEST(Launching, what_its_peer_says_meanwhile_waits_for_its_turn) {
    for (const Duration waits : {Duration(0s), Duration(1s)}) {
        Service service(waits);
        service.meanwhile = [&](const std::string& what, const Stanza&) {
            if (what == "1") service.receive(query("2")), service.receive(message("3"));
            if (what == "2") service.receive(message("4"));
        };
        service.hand->receive(message("1"));
        service.hand->advance(10s);
        EXPECT_THAT(service.take_steps(),
                    ElementsAre("begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3", "begin 4", "end 4"));
        EXPECT_THAT(service.answers(), ElementsAre("2 result"));
    }
}

// Whose turn it is can be told although the stanza is gone, and although two handlers have it.
TEST(Launching, what_its_peer_says_meanwhile_waits_for_a_handler_that_has_dropped_the_stanza) {
    for (const Duration waits : {Duration(0s), Duration(1s)}) {
        std::vector<std::string> steps;
        std::unique_ptr<HandDriven> hand;
        const auto handler = [&](const std::string& name) {
            return [&, name](Message in, Entity& self) -> task<> {
                const std::string body(in.body().value_or(""));
                steps.push_back(name + " begins " + body);
                in = Message();
                if (body == "1") (*hand)->receive(stanza(message(name, "romeo@example.net/tomb")), hand->now);
                if (body == "1") (*hand)->receive(stanza(message(name, "juliet@capulet.lit/balcony")), hand->now);
                if (waits != Duration::zero()) co_await self.sleep(waits);
                steps.push_back(name + " ends " + body);
            };
        };
        Router router;
        router.on_message(handler("a"));
        hand = std::make_unique<HandDriven>("echo.example.com", std::move(router));
        hand->open();
        hand->receive(message("1"));
        hand->advance(10s);
        EXPECT_THAT(std::exchange(steps, {}), ElementsAre("a begins 1", "a begins a", "a ends a",  // that of juliet
                                                          "a ends 1", "a begins a", "a ends a"));
        Router more;
        more.on_message(handler("b"));
        (*hand)->take(std::move(more));
        hand->receive(message("2"));
        hand->advance(10s);
        EXPECT_THAT(std::exchange(steps, {}), ElementsAre("a begins 2", "a ends 2", "b begins 2", "b ends 2"));
    }
}

// Nor is anything left of the peer before in what is kept for the next stanza.
TEST(Launching, each_stanza_takes_the_turn_of_its_own_peer) {
    Service service(1s);
    for (const char* who : {"a@x.example/1", "b@x.example/1"}) {
        service.hand->receive(message("1", who));
        service.hand->advance(1s);
    }
    service.hand->receive(message("2", "c@x.example/1"));
    service.hand->receive(message("3", "b@x.example/1"));
    service.take_steps();
    service.hand->receive(message("4", "c@x.example/2"));
    EXPECT_THAT(service.take_steps(), IsEmpty());
    service.hand->receive(message("5", "a@x.example/1"));
    EXPECT_THAT(service.take_steps(), ElementsAre("begin 5"));
}

TEST(Launching, what_others_say_meanwhile_does_not_wait) {
    Service service(1s);
    service.meanwhile = [&](const std::string& what, const Stanza&) {
        if (what == "1") service.receive(message("2", "juliet@example.com/balcony"));
    };
    service.hand->receive(message("1"));
    EXPECT_THAT(service.take_steps(), ElementsAre("begin 1", "begin 2"));
    service.hand->advance(1s);
    EXPECT_EQ(service.take_steps().size(), 2u);
}

TEST(Launching, R080_who_closes_meanwhile_answers_first_and_once) {
    for (const Duration waits : {Duration(0s), Duration(1s)})
        for (const bool stops : {false, true}) {
            Service service(waits);
            service.meanwhile = [&](const std::string&, const Stanza&) {
                if (stops)
                    (*service.hand)->stop(service.hand->now);
                else
                    (*service.hand)->closing(true, service.hand->now);
            };
            service.hand->receive(query("q1"));
            EXPECT_THAT(service.answers(), ElementsAre("q1 recipient-unavailable"));
            service.hand->advance(5min);
            EXPECT_THAT(service.answers(), IsEmpty());
            const Ledger& ledger = (*service.hand)->ledger();
            EXPECT_EQ(ledger.iqs_received(), ledger.iqs_replied() + ledger.replies_dropped());
        }
}

TEST(Launching, R080_the_next_query_after_one_that_closed_meanwhile_is_answered_for_itself) {
    Service service(0s);
    service.meanwhile = [&](const std::string& what, const Stanza&) {
        if (what == "q1") (*service.hand)->closing(true, service.hand->now);
    };
    service.hand->receive(query("q1"));
    EXPECT_THAT(service.answers(), ElementsAre("q1 recipient-unavailable"));
    service.hand->lose();
    service.hand->open();
    service.hand->receive(query("q2"));
    EXPECT_THAT(service.answers(), ElementsAre("q2 result"));
}

TEST(Launching, R080_who_answers_by_hand_and_then_closes_answered_once) {
    Service service(1s);
    service.meanwhile = [&](const std::string&, const Stanza& in) {
        EXPECT_TRUE((*service.hand)->send(static_cast<const Iq&>(in).result()));
        (*service.hand)->closing(true, service.hand->now);
    };
    service.hand->receive(query("q1"));
    service.hand->advance(5min);
    EXPECT_THAT(service.answers(), ElementsAre("q1 result"));
}

// With a place for one task: what waits for the place is asked no more once its peer was told that it took too long.
TEST(Launching, R080_a_query_that_waits_too_long_for_a_place_is_not_asked_any_more) {
    EntityOptions options;
    options.handlers_in_flight = 1;
    Service service(2min, options);
    service.hand->receive(message("1"));
    service.hand->receive(query("2", "juliet@example.com/balcony"));
    service.hand->advance(1min);
    EXPECT_THAT(service.answers(), ElementsAre("2 remote-server-timeout"));
    service.hand->advance(1min);
    EXPECT_THAT(service.take_steps(), ElementsAre("begin 1", "end 1"));
    EXPECT_THAT(service.answers(), IsEmpty());
    service.hand->receive(message("3", "juliet@example.com/balcony"));
    EXPECT_THAT(service.take_steps(), ElementsAre("begin 3")) << "The turn of the query was passed on.";
}

TEST(Launching, F21_queries_beyond_the_places_and_those_that_wait_are_resource_constraint) {
    EntityOptions options;
    options.handlers_in_flight = 1;
    Service service(1s, options);
    for (const char* who : {"a", "b", "c"}) service.hand->receive(query(who, fmt::format("{}@x.example", who)));
    EXPECT_THAT(service.answers(), ElementsAre("c resource-constraint")) << "One runs, one waits.";
    service.hand->advance(2s);
    EXPECT_THAT(service.answers(), ElementsAre("a result", "b result"));
}

}  // namespace
}  // namespace rondel
