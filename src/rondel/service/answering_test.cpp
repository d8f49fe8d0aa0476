// Queries to an entity: every get and set is answered exactly once, whatever the handler does.
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
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Weather {
    std::string city;
    static constexpr auto xml = xml::element("weather", "urn:example:weather", xml::attribute("city", &Weather::city));
};
struct Report {
    std::string text;
    static constexpr auto xml = xml::element("report", "urn:example:weather", xml::text(&Report::text));
};

std::string query(std::string_view id = "q1", std::string_view type = "get") {
    return fmt::format(
        "<iq from='romeo@example.net/orchard' to='weather.example.com' type='{}' id='{}'>"
        "<weather xmlns='urn:example:weather' city='Verona'/></iq>",
        type, id);
}

// The condition, or "result", of the one answer sent; anything else than one is said.
std::string answer_of(HandDriven& hand, std::string_view id = "q1") {
    const auto sent = hand.take_sent();
    if (sent.size() != 1) return fmt::format("{} answers", sent.size());
    const Iq answer(stanza(sent[0]));
    if (answer.id() != id) return "another id";
    if (answer.to() != "romeo@example.net/orchard"_jid || answer.from() != "weather.example.com"_jid)
        return "other addresses";
    if (answer.type() == IqType::result) return "result";
    return std::string(to_string(answer.error()->condition()));
}

template <class F>
HandDriven served_by(F handler, EntityOptions options = {}) {
    Router router;
    router.answer(std::move(handler));
    return HandDriven("weather.example.com", std::move(router), std::move(options));
}

TEST(Answering, R080_a_plain_handler_returns_its_answer) {
    auto hand = served_by([](const Weather& asked) { return Report{"Rain in " + asked.city}; });
    hand.open();
    hand.receive(query());
    EXPECT_THAT(hand.take_sent(),
                ElementsAre("<iq to='romeo@example.net/orchard' from='weather.example.com' id='q1' type='result'>"
                            "<report xmlns='urn:example:weather'>Rain in Verona</report></iq>"));
    EXPECT_EQ(hand->ledger().iqs_received(), 1u);
    EXPECT_EQ(hand->ledger().iqs_replied(), 1u);
}

TEST(Answering, R080_a_task_returns_its_answer) {
    auto hand = served_by([](const Weather& asked, const Iq&, Entity& self) -> task<Report> {
        co_await self.sleep(1s);
        co_return Report{"Rain in " + asked.city};
    });
    hand.open();
    hand.receive(query());
    EXPECT_THAT(hand.link.sent, IsEmpty());
    hand.advance(1s);
    EXPECT_EQ(answer_of(hand), "result");
    hand.advance(2min);
    EXPECT_THAT(hand.take_sent(), IsEmpty());
    EXPECT_EQ(hand->ledger().iqs_replied(), 1u);
}

TEST(Answering, nothing_returned_is_an_empty_result) {
    auto hand = served_by([](const Weather&) {});
    hand.open();
    hand.receive(query());
    EXPECT_THAT(hand.take_sent(),
                ElementsAre("<iq to='romeo@example.net/orchard' from='weather.example.com' id='q1' type='result'/>"));
    auto waiting = served_by([](const Weather&) -> task<> { co_return; });
    waiting.open();
    waiting.receive(query());
    EXPECT_EQ(answer_of(waiting), "result");
}

TEST(Answering, an_element_or_a_whole_iq_can_be_the_answer) {
    Router router;
    router.answer(IqType::get, "weather", "urn:example:weather",
                  [](const Iq&) { return Element("report", "urn:example:weather"); });
    router.answer(IqType::set, "weather", "urn:example:weather", [](const Iq& in, Entity&) -> task<Iq> {
        Iq answer = in.result();
        answer.add("done", "urn:example:weather");
        co_return answer;
    });
    HandDriven hand("weather.example.com", router);
    hand.open();
    hand.receive(query());
    EXPECT_THAT(hand.link.sent.at(0), HasSubstr("<report "));
    EXPECT_EQ(answer_of(hand), "result");
    hand.receive(query("q2", "set"));
    EXPECT_THAT(hand.link.sent.at(0), HasSubstr("<done "));
    EXPECT_EQ(answer_of(hand, "q2"), "result");
}

TEST(Answering, R078_mirrors_the_id_exactly) {
    auto hand = served_by([](const Weather&) {});
    hand.open();
    for (const std::string& id : {std::string(), std::string("a&b<c>'\"d"), std::string(10'240, 'x'),
                                  std::string(" 1 "), std::string("\xf0\x9f\x98\x80")}) {
        std::string escaped;
        xml::append_escaped_attribute(id, escaped);
        hand.receive(query(escaped));
        EXPECT_EQ(answer_of(hand, id), "result") << id.substr(0, 20);
    }
    // … and in errors
    Router none;
    HandDriven unanswered("weather.example.com", none);
    unanswered.open();
    unanswered.receive(query("a&amp;b"));
    EXPECT_EQ(answer_of(unanswered, "a&b"), "service-unavailable");
}

TEST(Answering, R078_corrects_the_addresses_and_the_id_of_an_iq_that_a_handler_made) {
    const auto astray = [] {
        Iq made(IqType::result, "somebody@else.example"_jid);
        made.set_id("other");
        made.set_from("alice@weather.example.com"_jid);
        return made;
    };
    const auto answers = [](Router router) {
        HandDriven hand("weather.example.com", std::move(router));
        hand.open();
        hand.receive(query());
        EXPECT_EQ(answer_of(hand), "result");
    };
    answers(Router().answer(IqType::get, "weather", "urn:example:weather", [&](const Iq&) { return astray(); }));
    answers(Router().answer(IqType::get, "weather", "urn:example:weather",
                            [&](const Iq&) -> task<Iq> { co_return astray(); }));
    answers(Router().answer([&](const Weather&) { return astray(); }));
    answers(Router().answer([&](const Weather&) -> task<Iq> { co_return astray(); }));
}

TEST(Answering, R080_what_is_no_answer_is_answered_for) {
    Router router;
    router.answer(IqType::get, "weather", "urn:example:weather", [](const Iq&) { return Iq(); });
    router.answer(IqType::set, "weather", "urn:example:weather", [](const Iq& in) { return in.copy(); });
    HandDriven hand("weather.example.com", router);
    hand.open();
    hand.receive(query());
    EXPECT_EQ(answer_of(hand), "internal-server-error");
    hand.receive(query("q1", "set"));
    EXPECT_EQ(answer_of(hand), "internal-server-error");
}

TEST(Answering, F22_R080_a_stanza_error_that_is_thrown_is_the_answer) {
    for (const bool waits : {false, true}) {
        auto plain = [](const Weather&) -> Report { throw StanzaError(Condition::forbidden, "Members only."); };
        auto waiting = [](const Weather&, Entity& self) -> task<Report> {
            co_await self.sleep(1s);
            throw StanzaError(Condition::forbidden, "Members only.");
        };
        auto hand = waits ? served_by(waiting) : served_by(plain);
        hand.open();
        hand.receive(query());
        hand.advance(1s);
        ASSERT_EQ(hand.link.sent.size(), 1u);
        EXPECT_THAT(hand.link.sent[0], HasSubstr("Members only."));
        EXPECT_EQ(answer_of(hand), "forbidden");
        EXPECT_THAT(hand.log, IsEmpty());
    }
}

TEST(Answering, F22_R080_anything_else_that_is_thrown_is_our_own_fault) {
    for (const bool waits : {false, true}) {
        auto plain = [](const Weather&) -> Report { throw std::runtime_error("no such table: weather\n"); };
        auto waiting = [](const Weather&) -> task<Report> {
            throw 7;
            co_return Report{};
        };
        auto hand = waits ? served_by(waiting) : served_by(plain);
        hand.open();
        hand.receive(query());
        ASSERT_EQ(hand.link.sent.size(), 1u);
        EXPECT_THAT(hand.link.sent[0], Not(HasSubstr("table"))) << "What went wrong inside is not the peer's business.";
        EXPECT_EQ(answer_of(hand), "internal-server-error");
        EXPECT_EQ(hand.log.size(), 1u);
    }
}

TEST(Answering, F22_R080_a_handler_that_takes_too_long_is_answered_for) {
    auto hand = served_by([](const Weather&, Entity& self) -> task<Report> {
        co_await self.sleep(2min);
        co_return Report{"at last"};
    });
    hand.open();
    hand.receive(query());
    hand.advance(59s);
    EXPECT_THAT(hand.link.sent, IsEmpty());
    hand.advance(1s);
    EXPECT_EQ(answer_of(hand), "remote-server-timeout");
    hand.advance(5min);
    EXPECT_THAT(hand.take_sent(), IsEmpty()) << "What it says later is dropped.";
    EXPECT_EQ(hand->ledger().iqs_replied(), 1u);
}

TEST(Answering, F22_R080_a_handler_that_never_ends_holds_up_nobody_else) {
    auto parked = std::make_shared<std::vector<Replier>>();
    auto hand = served_by([](const Weather& asked, Entity& self) -> task<Report> {
        if (asked.city == "Verona") co_await self.sleep(24h * 365);
        co_return Report{"fine"};
    });
    hand.open();
    hand.receive(query());
    hand.receive(
        "<iq from='juliet@capulet.lit/x' to='weather.example.com' type='get' id='q2'>"
        "<weather xmlns='urn:example:weather' city='Mantua'/></iq>");
    EXPECT_EQ(hand.take_sent().size(), 1u);
    hand.advance(1min);
    EXPECT_EQ(answer_of(hand), "remote-server-timeout");
}

TEST(Answering, F22_R080_an_answer_sent_by_hand_counts_and_is_not_repeated) {
    for (const bool waits : {false, true}) {
        auto plain = [](const Weather&, const Iq& in, Entity& self) { EXPECT_TRUE(self.send(in.result())); };
        auto waiting = [](const Weather&, const Iq& in, Entity& self) -> task<> {
            EXPECT_TRUE(self.send(in.result()));
            co_await self.sleep(1s);
            EXPECT_EQ(self.send(in.result()).refused, SendFault::not_owed);
        };
        auto hand = waits ? served_by(waiting) : served_by(plain);
        hand.open();
        hand.receive(query());
        hand.advance(2min);
        EXPECT_EQ(answer_of(hand), "result");
        EXPECT_EQ(hand->ledger().iqs_replied(), 1u);
        EXPECT_EQ(hand->ledger().replies_dropped(), 0u);
    }
}

TEST(Answering, R080_an_answer_that_nobody_waits_for_is_not_sent) {
    HandDriven hand("weather.example.com");
    hand.open();
    Iq answer(IqType::result, "romeo@example.net/orchard"_jid);
    EXPECT_EQ(hand->send(answer.copy()).refused, SendFault::no_id);
    answer.set_id("q1");
    EXPECT_EQ(hand->send(std::move(answer)).refused, SendFault::not_owed);
    EXPECT_THAT(hand.link.sent, IsEmpty());
}

TEST(Answering, R080_an_answer_that_cannot_be_written_is_replaced) {
    auto hand = served_by([](const Weather&) { return Report{"bell \x07"}; });
    hand.open();
    hand.receive(query());
    EXPECT_EQ(answer_of(hand), "internal-server-error");
    auto large = served_by([](const Weather&) -> task<Report> { co_return Report{std::string(300'000, 'x')}; });
    large.open();
    large.receive(query());
    EXPECT_EQ(answer_of(large), "internal-server-error");
    EXPECT_EQ(large->ledger().iqs_replied(), 1u);
}

TEST(Answering, R080_an_answer_after_the_session_was_lost_goes_out_in_the_next) {
    auto hand = served_by([](const Weather&, Entity& self) -> task<Report> {
        co_await self.sleep(5s);
        co_return Report{"Rain"};
    });
    hand.open();
    hand.receive(query());
    hand.lose();
    hand.advance(10s);
    EXPECT_EQ(hand->ledger().iqs_replied(), 0u);
    hand.open();
    EXPECT_EQ(answer_of(hand), "result");
    EXPECT_EQ(hand->ledger().iqs_replied(), 1u);
}

TEST(Answering, R080_an_answer_that_never_gets_out_is_counted_as_dropped) {
    auto hand = served_by([](const Weather&) {});
    hand.open();
    hand.lose();
    hand.receive(query());
    hand->stop(hand.now);
    EXPECT_EQ(hand->ledger().iqs_received(), 1u);
    EXPECT_EQ(hand->ledger().replies_dropped(), 1u);
    EXPECT_EQ(hand.ended(Outcome::undelivered), 1u);
    hand.receive(query("q2"));  // and after the end
    EXPECT_EQ(hand->ledger().replies_dropped(), 2u);
}

TEST(Answering, R087_a_query_that_nobody_knows_is_service_unavailable) {
    auto hand = served_by([](const Weather&) {});
    hand.open();
    for (const char* payload : {"<weather xmlns='urn:example:other'/>", "<other xmlns='urn:example:weather'/>",
                                "<query xmlns='jabber:iq:last'/>"}) {
        hand.receive(fmt::format(
            "<iq from='romeo@example.net/orchard' to='weather.example.com' type='get' id='q1'>{}</iq>", payload));
        EXPECT_EQ(answer_of(hand), "service-unavailable") << payload;
    }
    hand.receive(query("q1", "set"));  // only get is answered
    EXPECT_EQ(answer_of(hand), "service-unavailable");
}

TEST(Answering, R079_a_payload_that_is_not_as_described_is_a_bad_request) {
    auto hand = served_by([](const Weather&) { return Report{"fine"}; });
    hand.open();
    hand.receive(
        "<iq from='romeo@example.net/orchard' to='weather.example.com' type='get' id='q1'>"
        "<weather xmlns='urn:example:weather'/></iq>");
    EXPECT_THAT(hand.link.sent.at(0), HasSubstr("city")) << "The answer names what was missing.";
    EXPECT_EQ(answer_of(hand), "bad-request");
}

TEST(Answering, R082_R083_an_error_has_a_type_and_one_condition_and_is_never_answered) {
    auto hand = served_by([](const Weather&) -> Report { throw StanzaError(Condition::gone); });
    hand.open();
    hand.receive(query());
    const Stanza error = stanza(hand.link.sent.at(0));
    const ElementView inside = error.payload("error", xml::stanza_ns);
    EXPECT_EQ(inside.attribute("type"), "cancel");
    int conditions = 0;
    for (const ElementView child : inside.children())
        conditions += child.ns() == stanza_errors_ns && child.name() != "text";
    EXPECT_EQ(conditions, 1);
    hand.take_sent();
    hand.receive(
        "<iq from='romeo@example.net/orchard' to='weather.example.com' type='error' id='q1'>"
        "<weather xmlns='urn:example:weather' city='Verona'/>"
        "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    EXPECT_THAT(hand.take_sent(), IsEmpty());
}

struct Later {
    std::vector<Replier> kept;
    Router router() {
        Router made;
        made.answer_later(IqType::get, "weather", "urn:example:weather",
                          [this](Iq, Replier reply) { kept.push_back(std::move(reply)); });
        return made;
    }
};

TEST(AnsweringLater, the_replier_answers_once) {
    Later later;
    HandDriven hand("weather.example.com", later.router());
    hand.open();
    hand.receive(query());
    ASSERT_EQ(later.kept.size(), 1u);
    EXPECT_TRUE(later.kept[0]);
    EXPECT_TRUE(later.kept[0].result(Report{"Rain"}));
    EXPECT_EQ(answer_of(hand), "result");
    EXPECT_FALSE(later.kept[0]);
    EXPECT_FALSE(later.kept[0].result());
    EXPECT_FALSE(later.kept[0].error(StanzaError(Condition::gone)));
    later.kept.clear();
    EXPECT_THAT(hand.take_sent(), IsEmpty());
}

TEST(AnsweringLater, F22_R080_a_replier_that_is_forgotten_answers_by_itself) {
    Later later;
    HandDriven hand("weather.example.com", later.router());
    hand.open();
    hand.receive(query());
    later.kept.clear();
    EXPECT_EQ(answer_of(hand), "remote-server-timeout");
}

TEST(AnsweringLater, F22_R080_one_that_is_kept_too_long_is_answered_for) {
    Later later;
    HandDriven hand("weather.example.com", later.router());
    hand.open();
    hand.receive(query());
    hand.advance(1min);
    EXPECT_EQ(answer_of(hand), "remote-server-timeout");
    EXPECT_FALSE(later.kept[0].result());
    later.kept.clear();
    EXPECT_THAT(hand.take_sent(), IsEmpty());
}

TEST(AnsweringLater, a_replier_may_outlive_the_entity) {
    Later later;
    {
        HandDriven hand("weather.example.com", later.router());
        hand.open();
        hand.receive(query());
        hand->stop(hand.now);
        EXPECT_EQ(answer_of(hand), "recipient-unavailable") << "The last thing that it says.";
    }
    EXPECT_FALSE(later.kept[0].result());
}

TEST(AnsweringLater, holds_no_turn) {
    Later later;
    HandDriven hand("weather.example.com", later.router());
    hand.open();
    for (int i = 0; i < 100; ++i) hand.receive(query(std::to_string(i)));
    EXPECT_EQ(later.kept.size(), 100u);
    later.kept[50].result();
    EXPECT_EQ(answer_of(hand, "50"), "result");
}

TEST(AnsweringLater, F21_what_is_owed_is_bounded) {
    Later later;
    EntityOptions options;
    options.handlers_in_flight = 2;
    HandDriven hand("weather.example.com", later.router(), options);
    hand.open();
    for (const char* id : {"q1", "q2", "q3"}) hand.receive(query(id));
    EXPECT_EQ(answer_of(hand, "q3"), "resource-constraint");
    later.kept[0].result();
    EXPECT_EQ(answer_of(hand, "q1"), "result");
    hand.receive(query("q4"));
    EXPECT_EQ(later.kept.size(), 3u);
}

// It goes to another handler meanwhile, or is left: what it held is answered for.
TEST(AnsweringLater, R080_a_replier_that_takes_the_place_of_another_answers_for_it) {
    Later later;
    HandDriven hand("weather.example.com", later.router());
    hand.open();
    for (const char* id : {"q1", "q2"}) hand.receive(query(id));
    later.kept[0] = std::move(later.kept[1]);
    EXPECT_EQ(answer_of(hand, "q1"), "remote-server-timeout");
    EXPECT_FALSE(later.kept[1]);
    EXPECT_FALSE(later.kept[1].result());
    EXPECT_TRUE(later.kept[0].result());
    EXPECT_EQ(answer_of(hand, "q2"), "result");
}

TEST(AnsweringLater, F22_a_handler_that_throws_or_is_a_task_is_answered_for) {
    Router router;
    router.answer_later(IqType::get, "weather", "urn:example:weather",
                        [](Iq, Replier) { throw StanzaError(Condition::forbidden); });
    router.answer_later(IqType::set, "weather", "urn:example:weather", [](Iq, Replier reply, Entity& self) -> task<> {
        co_await self.sleep(1s);
        if (self.in_session()) throw std::runtime_error("broken");
        reply.result();
    });
    HandDriven hand("weather.example.com", router);
    hand.open();
    hand.receive(query());
    EXPECT_EQ(answer_of(hand), "forbidden");
    hand.receive(query("q1", "set"));
    hand.advance(1s);
    const std::string answered = answer_of(hand);
    EXPECT_TRUE(answered == "internal-server-error" || answered == "remote-server-timeout") << answered;
}

// Ten thousand answers that come when they come, in any order, sent by hand: each is found by its query.
TEST(Answering, R080_many_that_are_owed_are_each_answered_once_by_hand) {
    constexpr std::size_t many = 10'000;
    std::vector<Replier> kept;
    Router router;
    router.answer_later(IqType::get, "weather", "urn:example:weather",
                        [&](Iq, Replier reply) { kept.push_back(std::move(reply)); });
    EntityOptions options;
    options.handlers_in_flight = many;
    options.handlers_per_peer = many;
    options.queue_stanzas = 4 * many;
    options.high_water = options.queue_bytes = 64 * 1024 * 1024;
    HandDriven hand("weather.example.com", std::move(router), options);
    hand.open();
    const auto peer = [](std::size_t n) { return fmt::format("user-{}@example.net/orchard", n % 7); };
    for (std::size_t n = 0; n < many; ++n)
        hand.receive(
            fmt::format("<iq from='{}' to='weather.example.com' type='get' id='q{}'>"
                        "<weather xmlns='urn:example:weather' city='Verona'/></iq>",
                        peer(n), n / 7));
    ASSERT_EQ(kept.size(), many);
    std::size_t next = 0;
    for (std::size_t i = 0; i < many; ++i) {
        next = (next + 7919) % many;  // a prime: each once
        Iq answer(IqType::result, *Jid::parse(peer(next)));
        answer.set_id(fmt::format("q{}", next / 7));
        ASSERT_FALSE(hand->send(answer.copy()).refused) << next;
        EXPECT_FALSE(bool(kept[next])) << "it is not due any more";
        if (i % 100 == 0) {
            EXPECT_EQ(hand->send(std::move(answer)).refused, SendFault::not_owed);
        }
    }
    EXPECT_EQ(hand.take_sent().size(), many);
    EXPECT_EQ(hand->ledger().iqs_replied(), many);
}

// A peer that asks twice by one id has asked twice.
TEST(Answering, R080_queries_alike_are_answered_one_after_the_other) {
    std::vector<Replier> kept;
    Router router;
    router.answer_later(IqType::get, "weather", "urn:example:weather",
                        [&](Iq, Replier reply) { kept.push_back(std::move(reply)); });
    HandDriven hand("weather.example.com", std::move(router));
    hand.open();
    hand.receive(query());
    hand.receive(query());
    Iq answer(IqType::result, "romeo@example.net/orchard"_jid);
    answer.set_id("q1");
    EXPECT_FALSE(hand->send(answer.copy()).refused);
    EXPECT_FALSE(bool(kept[0])) << "the oldest";
    EXPECT_TRUE(bool(kept[1]));
    EXPECT_FALSE(hand->send(answer.copy()).refused);
    EXPECT_EQ(hand->send(answer.copy()).refused, SendFault::not_owed);
    EXPECT_EQ(hand.take_sent().size(), 2U);
}

}  // namespace
}  // namespace rondel
