// Handlers that are tasks: order per bare JID, concurrency across, and how many there may be.
#include "rondel/service/parking.hpp"

#include <map>
#include <random>

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

std::string message(std::string_view from, std::string_view body, std::string_view type = "chat") {
    return fmt::format("<message from='{}' to='echo.example.com' type='{}' id='{}'><body>{}</body></message>", from,
                       type, body, body);
}

// A service whose handler of messages waits until the test lets it go.
struct Gated {
    explicit Gated(EntityOptions options = {}) {
        Router router;
        router.on_message([this](const Message& in, Entity&) -> task<> {
            const std::string name = fmt::format("{} {}", in.from().local(), *in.body());
            steps.push_back("begin " + name);
            auto gate = std::make_shared<Parking>();
            gates[name] = gate;
            if (!all_open) co_await gate->wait();
            steps.push_back("end " + name);
        });
        router.on_presence(
            [this](const Presence& in) { steps.push_back("presence " + std::string(in.from().local())); });
        router.answer(IqType::get, "ping", "urn:xmpp:ping",
                      [this](const Iq& in) { steps.push_back("ping " + std::string(in.from().local())); });
        hand = std::make_unique<HandDriven>("echo.example.com", std::move(router), std::move(options));
        hand->open();
    }
    ~Gated() {
        all_open = true;
        for (auto& [name, gate] : gates) gate->wake();
        hand->run();
    }
    void let_go(const std::string& name) {
        gates.at(name)->wake();
        hand->run();
    }
    std::vector<std::string> take_steps() { return std::exchange(steps, {}); }

    bool all_open = false;
    std::vector<std::string> steps;
    std::map<std::string, std::shared_ptr<Parking>> gates;
    std::unique_ptr<HandDriven> hand;
};

TEST(Working, stanzas_of_one_peer_are_handled_in_order_and_others_go_on) {
    Gated g;
    g.hand->receive(message("romeo@example.net/orchard", "1"));
    g.hand->receive(message("romeo@example.net/tomb", "2"));  // the same bare JID
    g.hand->receive("<presence from='romeo@example.net/orchard'/>");
    g.hand->receive(message("juliet@capulet.lit/balcony", "3"));
    g.hand->receive("<presence from='nurse@capulet.lit/x'/>");
    EXPECT_THAT(g.take_steps(), ElementsAre("begin romeo 1", "begin juliet 3", "presence nurse"));
    g.let_go("romeo 1");
    EXPECT_THAT(g.take_steps(), ElementsAre("end romeo 1", "begin romeo 2"));
    g.let_go("juliet 3");
    EXPECT_THAT(g.take_steps(), ElementsAre("end juliet 3"));
    g.let_go("romeo 2");
    EXPECT_THAT(g.take_steps(), ElementsAre("end romeo 2", "presence romeo"));
}

TEST(Working, a_query_waits_for_its_turn_too_and_is_answered_in_order) {
    Gated g;
    g.hand->receive(message("romeo@example.net/orchard", "1"));
    g.hand->receive(
        "<iq from='romeo@example.net/orchard' to='echo.example.com' type='get' id='q'><ping "
        "xmlns='urn:xmpp:ping'/></iq>");
    g.hand->receive(
        "<iq from='romeo@example.net/orchard' to='echo.example.com' type='get' id='r'><unknown xmlns='urn:x'/></iq>");
    EXPECT_THAT(g.hand->take_sent(), IsEmpty());
    g.let_go("romeo 1");
    EXPECT_THAT(g.take_steps(), ElementsAre("begin romeo 1", "end romeo 1", "ping romeo"));
    const auto sent = g.hand->take_sent();
    ASSERT_EQ(sent.size(), 2u);
    EXPECT_EQ(stanza(sent[0]).id(), "q");
    EXPECT_EQ(stanza(sent[1]).id(), "r");
}

TEST(Working, F22_R080_a_plain_answer_that_waited_for_its_turn_and_throws_is_answered_for) {
    Router router;
    router.answer(IqType::get, "ping", "urn:xmpp:ping",
                  [](const Iq&) { throw StanzaError(Condition::item_not_found); });
    router.on_message([](const Message&, Entity& self) -> task<> { co_await self.sleep(1s); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(message("romeo@example.net/orchard", "1"));
    hand.receive(
        "<iq from='romeo@example.net/orchard' to='echo.example.com' type='get' id='q'><ping "
        "xmlns='urn:xmpp:ping'/></iq>");
    EXPECT_THAT(hand.take_sent(), IsEmpty());
    hand.advance(1s);
    const auto sent = hand.take_sent();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(Iq(stanza(sent[0])).error()->condition(), Condition::item_not_found);
}

TEST(Working, R080_a_query_that_waits_too_long_is_answered_and_not_asked_any_more) {
    Gated g;
    g.hand->receive(message("romeo@example.net/orchard", "1"));
    g.hand->receive(
        "<iq from='romeo@example.net/orchard' to='echo.example.com' type='get' id='q'><ping "
        "xmlns='urn:xmpp:ping'/></iq>");
    g.hand->advance(1min);
    const auto sent = g.hand->take_sent();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(Iq(stanza(sent[0])).error()->condition(), Condition::remote_server_timeout);
    g.take_steps();
    g.let_go("romeo 1");
    EXPECT_THAT(g.take_steps(), ElementsAre("end romeo 1"));
    EXPECT_THAT(g.hand->take_sent(), IsEmpty());
}

TEST(Working, answers_to_requests_do_not_wait_for_a_turn) {
    std::string got;
    Router router;
    router.on_message([&](const Message& in, Entity& self) -> task<> {
        Iq iq(IqType::get, in.from());
        iq.add("ping", "urn:xmpp:ping");
        const Answer answer = co_await self.request(std::move(iq));
        got = std::string(to_string(answer.outcome()));
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(message("romeo@example.net/orchard", "1"));
    const std::string id(stanza(hand.link.sent.at(0)).id().value_or(""));
    hand.receive(fmt::format("<iq from='romeo@example.net/orchard' to='echo.example.com' type='result' id='{}'/>", id));
    EXPECT_EQ(got, "answered_result");
}

TEST(Working, a_handler_may_wait_for_the_next_message_of_its_own_peer) {
    std::vector<std::string> said;
    Router router;
    router.on_message([&](const Message& in, Entity& self) -> task<> {
        said.push_back("asked by " + std::string(in.from().local()));
        const Jid peer(in.from());
        auto from_peer = [peer](const Message& next) { return next.from() == peer; };
        const auto next = co_await self.next_message(from_peer, 1min);
        said.push_back(next ? std::string(*next->body()) : "nothing");
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(message("romeo@example.net/orchard", "name?"));
    hand.receive(message("romeo@example.net/orchard", "Romeo"));
    EXPECT_THAT(said, ElementsAre("asked by romeo", "Romeo"));
    hand.receive(message("romeo@example.net/orchard", "again?"));
    hand.advance(1min);
    EXPECT_THAT(said, ElementsAre("asked by romeo", "Romeo", "asked by romeo", "nothing"));
}

TEST(Working, tasks_that_end_at_once_do_not_grow_the_stack) {
    int handled = 0;
    auto gate = std::make_shared<Parking>();
    Router router;
    router.on_message([&](const Message&) -> task<> {
        if (++handled == 1) co_await gate->wait();
    });
    EntityOptions options;
    options.handlers_per_peer = 100'000;
    options.waiting_bytes = 1'000'000'000;
    HandDriven hand("echo.example.com", router, options);
    hand.open();
    for (int i = 0; i < 5000; ++i) hand.receive(message("romeo@example.net/orchard", "x"));
    EXPECT_EQ(handled, 1);
    gate->wake();
    hand.run();
    EXPECT_EQ(handled, 5000);
}

TEST(Working, F21_a_peer_that_floods_gets_resource_constraint_and_others_do_not) {
    EntityOptions options;
    options.handlers_per_peer = 4;
    Gated g(options);
    for (int i = 0; i < 100; ++i) g.hand->receive(message("mallory@evil.example/x", std::to_string(i)));
    for (int i = 0; i < 10; ++i)
        g.hand->receive(
            fmt::format("<iq from='mallory@evil.example/y' to='echo.example.com' type='get' id='q{}'><ping "
                        "xmlns='urn:xmpp:ping'/></iq>",
                        i));
    const auto sent = g.hand->take_sent();
    EXPECT_EQ(sent.size(), 106u) << "One runs, three wait, and each of the others is told.";
    for (const std::string& one : sent) {
        const Stanza error = stanza(one);
        EXPECT_EQ(StanzaError::parse(error.payload("error", xml::stanza_ns)).condition(),
                  Condition::resource_constraint);
        EXPECT_EQ(error.to(), JidView(error.kind() == StanzaKind::iq ? "mallory@evil.example/y"_jid
                                                                     : "mallory@evil.example/x"_jid));
    }
    g.hand->receive(message("juliet@capulet.lit/balcony", "me too"));
    EXPECT_EQ(g.steps.back(), "begin juliet me too");
    EXPECT_EQ(g.hand->log.size(), 1u) << "Said once, not at each of a hundred stanzas.";
}

TEST(Working, F21_groupchat_and_presence_over_the_limit_are_counted_and_not_answered) {
    EntityOptions options;
    options.handlers_per_peer = 1;
    Gated g(options);
    g.hand->receive(message("heath@rooms.lit/witch", "1"));
    g.hand->receive(message("heath@rooms.lit/witch", "2", "groupchat"));
    g.hand->receive("<presence from='heath@rooms.lit/other'/>");
    EXPECT_THAT(g.hand->take_sent(), IsEmpty());
    EXPECT_EQ((*g.hand)->ledger().refused(), 2u);
}

TEST(Working, what_waits_is_bounded_in_bytes_and_everybody_may_have_one) {
    EntityOptions options;
    options.waiting_bytes = 10'000;
    Gated g(options);
    const std::string large(8'000, 'x');
    for (const char* who : {"a@x.example", "b@x.example"}) {
        g.hand->receive(message(who, "1"));
        g.hand->receive(message(who, large));  // waits, the first of its peer
        g.hand->receive(message(who, large));  // would be the second
    }
    EXPECT_EQ(g.hand->take_sent().size(), 2u);
}

TEST(Working, the_number_of_tasks_is_bounded_and_reading_goes_on) {
    EntityOptions options;
    options.handlers_in_flight = 2;
    Gated g(options);
    for (const char* who : {"a", "b", "c", "d", "e", "f"})
        g.hand->receive(message(fmt::format("{}@x.example", who), "1"));
    EXPECT_TRUE((*g.hand)->wants_to_read()) << "What the handlers wait for may come next.";
    EXPECT_THAT(g.take_steps(), ElementsAre("begin a 1", "begin b 1"));
    EXPECT_EQ(g.hand->take_sent().size(), 2u) << "Two run, two wait, two are turned away.";
    g.let_go("a 1");
    EXPECT_THAT(g.take_steps(), ElementsAre("end a 1", "begin c 1"));
    g.let_go("b 1");
    g.let_go("c 1");
    g.let_go("d 1");
    EXPECT_THAT(g.take_steps(), ElementsAre("end b 1", "begin d 1", "end c 1", "end d 1"));
    g.hand->receive(message("g@x.example", "1"));
    EXPECT_THAT(g.take_steps(), ElementsAre("begin g 1"));
}

TEST(Working, handlers_that_wait_for_answers_cannot_block_the_answers) {
    EntityOptions options;
    options.handlers_in_flight = 3;
    int done = 0;
    Router router;
    router.on_message([&](const Message& in, Entity& self) -> task<> {
        Iq iq(IqType::get, in.from());
        iq.add("ping", "urn:xmpp:ping");
        const Answer answer = co_await self.request(std::move(iq));
        done += answer ? 1 : 0;
    });
    HandDriven hand("echo.example.com", router, options);
    hand.open();
    for (int i = 0; i < 6; ++i) hand.receive(message(fmt::format("u{}@x.example", i), "1"));
    for (int round = 0; round < 2; ++round)
        for (const std::string& sent : hand.take_sent()) {
            ASSERT_TRUE(hand->wants_to_read());
            hand.receive(fmt::format("<iq from='{}' to='echo.example.com' type='result' id='{}'/>",
                                     stanza(sent).to().str(), *stanza(sent).id()));
        }
    EXPECT_EQ(done, 6);
}

TEST(Working, F21_peers_get_fair_shares) {
    constexpr int peers = 10;
    std::map<std::string, int> handled;
    Router router;
    router.on_message([&](const Message& in, Entity& self) -> task<> {
        co_await self.sleep(10ms);
        ++handled[std::string(in.from().local())];
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    std::mt19937 random(3);
    for (int tick = 0; tick < 500; ++tick) {
        for (int i = 0; i < 50; ++i) hand.receive(message("flood@x.example", "x"));  // one sends fifty times as much
        for (int peer = 0; peer < peers; ++peer) hand.receive(message(fmt::format("p{}@x.example", peer), "x"));
        hand.advance(10ms);
        hand.take_sent();
    }
    double sum = 0;
    double squares = 0;
    for (const auto& [name, count] : handled) {
        sum += count;
        squares += double(count) * count;
    }
    const double jain = sum * sum / (static_cast<double>(handled.size()) * squares);
    EXPECT_EQ(handled.size(), peers + 1u);
    EXPECT_GE(jain, 0.8);
}

TEST(Working, F22_a_task_that_throws_is_logged_and_the_next_one_runs) {
    std::vector<std::string> seen;
    Router router;
    router.on_message([&](const Message& in, Entity& self) -> task<> {
        co_await self.sleep(1s);
        if (in.body() == "bad") throw std::runtime_error("broken\nhandler");
        seen.emplace_back(*in.body());
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(message("romeo@example.net", "bad"));
    hand.receive(message("romeo@example.net", "good"));
    hand.advance(2s);
    EXPECT_THAT(seen, ElementsAre("good"));
    EXPECT_THAT(hand.log, ElementsAre("A handler threw: broken\\nhandler"));
}

TEST(Working, several_handlers_of_one_stanza_run_one_after_another) {
    std::vector<std::string> steps;
    Router router;
    router.on_message([&](const Message&) { steps.emplace_back("plain"); });
    router.on_message([&](Message in, Entity& self) -> task<> {
        co_await self.sleep(1s);
        steps.emplace_back("kept " + std::string(*in.body()));
    });
    router.on_message([&](Message in) { steps.emplace_back("kept too " + std::string(*in.body())); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(message("romeo@example.net", "1"));
    EXPECT_THAT(steps, ElementsAre("plain"));
    hand.advance(1s);
    EXPECT_THAT(steps, ElementsAre("plain", "kept 1", "kept too 1"));
}

// Every stranger's presence leaves nothing behind (FIELD §3: 50,000 of them cost SleekXMPP 73 MB).
TEST(Working, strangers_leave_nothing_behind) {
    Gated g;
    for (int i = 0; i < 1000; ++i) g.hand->receive(fmt::format("<presence from='stranger{}@x.example/y'/>", i));
    g.hand->receive(message("romeo@example.net", "1"));
    g.let_go("romeo 1");
    (*g.hand)->drain(g.hand->now);
    EXPECT_TRUE((*g.hand)->drained());
}

// Whatever peers send and however long their handlers take, each peer's are handled in the order in which they came.
TEST(Working, T_LEDGER_no_inversion_for_any_peer_under_random_load) {
    for (unsigned seed = 0; seed < 5; ++seed) {
        std::mt19937 random(seed);
        std::map<std::string, int> last;
        int handled = 0;
        Router router;
        router.on_message([&](const Message& in, Entity& self) -> task<> {
            const std::string who(in.from().local());
            const int number = std::stoi(std::string(*in.body()));
            for (int naps = static_cast<int>(random() % 3); naps > 0; --naps)
                co_await self.sleep(std::chrono::milliseconds(random() % 50));
            EXPECT_GT(number, last[who]);
            last[who] = number;
            ++handled;
        });
        EntityOptions options;
        options.handlers_in_flight = 5;
        HandDriven hand("echo.example.com", router, options);
        hand.open();
        int sent = 0;
        for (int i = 1; i <= 2000; ++i) {
            hand.receive(message(fmt::format("p{}@x.example/r{}", random() % 12, random() % 3), std::to_string(i)));
            ++sent;
            if (random() % 4 == 0) hand.advance(std::chrono::milliseconds(random() % 100));
        }
        hand.advance(10min);
        EXPECT_EQ(static_cast<std::size_t>(handled) + hand.take_sent().size(), static_cast<std::size_t>(sent))
            << "Handled, or told why not.";
    }
}

}  // namespace
}  // namespace rondel
