// What became of every stanza, when the connection did not last: the books agree with what the server heard.
#include "rondel/net/component.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/hand_server.hpp"
#include "tests/support/lone_component.hpp"
#include "tests/support/memory_in_use.hpp"
#include <gtest/gtest.h>

namespace rondel::net {
namespace {

using rondel::testing::HandServer;
using rondel::testing::memory_in_use;
using ComponentLedgerTest = rondel::testing::LoneComponentTest;

constexpr std::string_view end_tag = "</stream:stream>";

// A server that ends each connection in another way, at places that the seed decides; the books must agree with what it
// heard.
TEST_F(ComponentLedgerTest, T_LEDGER_F01_F19_the_books_agree_with_what_the_server_heard) {
    for (const std::size_t seed : {1U, 2U, 3U}) {
        HandServer server(io);
        sessions = 0;
        outcomes.clear();
        ending.reset();
        start(options(server.here()));
        std::size_t n = 0;
        for (int round = 0; round < 12; ++round) {
            ASSERT_TRUE(until([&] { return sessions > round; }));
            const std::size_t burst = 1 + (seed * 7 + static_cast<std::size_t>(round) * 13) % 60;
            for (std::size_t i = 0; i < burst; ++i, ++n) EXPECT_TRUE(send(n, 1 + (n * seed * 131) % 4000));
            const std::size_t enough = server.heard.size() + (seed * 4099 + burst * 977) % 50'000;
            const std::string last = " id='n" + std::to_string(n - 1) + "'";
            ASSERT_TRUE(
                until([&] { return server.heard.size() >= enough || server.heard.find(last) != std::string::npos; }));
            switch ((seed + static_cast<std::size_t>(round)) % 4) {
                case 0:
                    server.reset();
                    break;
                case 1:
                    server.cut();
                    break;
                case 2:
                    server.half_close();
                    break;
                default:
                    server.say(end_tag);
                    server.half_close();
                    break;
            }
        }
        ASSERT_TRUE(until([&] { return sessions == 13; }));
        component->drain();
        ASSERT_TRUE(until([&] { return ending.has_value(); }));

        const Ledger& ledger = component->entity().ledger();
        EXPECT_EQ(ledger.issued(), n);
        EXPECT_EQ(ledger.open(), 0U) << "unknown";
        ASSERT_EQ(outcomes.size(), n);
        const std::vector<std::size_t> heard = numbers(server.heard);
        EXPECT_TRUE(std::is_sorted(heard.begin(), heard.end())) << "out of order";
        EXPECT_EQ(std::adjacent_find(heard.begin(), heard.end()), heard.end()) << "twice";
        for (const auto& [number, how] : outcomes) {
            const bool arrived = std::binary_search(heard.begin(), heard.end(), number);
            EXPECT_TRUE(arrived || how != Outcome::acked) << number;
            EXPECT_TRUE(!arrived || how == Outcome::acked || how == Outcome::indeterminate) << number;
        }
        component.reset();
    }
}

TEST_F(ComponentLedgerTest, F05_V15_T_SLOWR_a_server_that_stops_reading_is_left_and_all_is_accounted_for) {
    HandServer server(io);
    ComponentOptions with = options(server.here());
    with.write_deadline = std::chrono::seconds(1);  // and the queue fills in less, under ThreadSanitizer too
    with.entity.queue_bytes = 1024 * 1024;
    start(with);
    ASSERT_TRUE(until([&] { return sessions == 1; }));
    server.stop_reading();
    // What the kernel takes is not ours to bound; then the queue fills, and then sending is refused.
    std::size_t n = 0;
    while (n < 2000 && send(n, 100'000)) {
        ++n;
        io.restart();
        io.poll();
    }
    EXPECT_LT(n, 2000U) << "the queue has no bound";
    const Ledger& ledger = component->entity().ledger();
    EXPECT_EQ(ledger.ended(Outcome::rejected), 1U);
    ASSERT_TRUE(until([&] { return sessions == 2; }));
    for (const auto& [number, how] : outcomes) EXPECT_TRUE(number == n || how != Outcome::rejected) << number;
    component->drain();
    ASSERT_TRUE(until([&] { return ending.has_value(); }));
    EXPECT_EQ(ledger.open(), 0U);
    EXPECT_EQ(outcomes.size(), n + 1);
}

// The echo of all that it says would fill any queue: so the component takes no more of it, until the server listens.
TEST_F(ComponentLedgerTest, F05_V15_T_SLOWR_who_talks_and_does_not_listen_is_not_listened_to) {
    constexpr std::size_t most = 11'000;  // of 10 KB each: 110 MB
    HandServer server(io);
    std::size_t refused = 0;
    Router router;
    router.on_message([&](const Message& in, Entity& self) {
        Message answer = in.reply("{}", in.body().value_or(""));
        answer.set_id(in.id().value_or(""));
        if (!self.send(std::move(answer))) ++refused;
    });
    start(options(server.here()), std::move(router));
    ASSERT_TRUE(until([&] { return sessions == 1; }));
    server.stop_reading();
    const std::size_t before = memory_in_use();

    const std::string body = " to='echo.localhost'><body>" + std::string(10'000, 'x') + "</body></message>";
    std::string saying;
    std::size_t said_whole = 0;
    for (int in_vain = 0; in_vain < 10'000 && said_whole < most;) {
        if (saying.empty()) saying = "<message from='a@b' id='n" + std::to_string(said_whole) + "'" + body;
        const std::size_t taken = server.offer(saying);
        saying.erase(0, taken);
        if (saying.empty()) ++said_whole;
        in_vain = taken == 0 ? in_vain + 1 : 0;
        io.restart();
        io.poll();
    }
    EXPECT_LT(said_whole, most) << "there is no end to what it takes";
    EXPECT_LE(memory_in_use(), before + 8 * 1024 * 1024);
    EXPECT_EQ(refused, 0U);

    server.read_on();
    const std::string last = " id='n" + std::to_string(said_whole - 1) + "'";
    ASSERT_TRUE(until([&] {
        const std::string_view heard = server.heard;
        return heard.ends_with("</message>") &&
               heard.find(last, std::max<std::size_t>(heard.size(), 20'000) - 20'000) != std::string_view::npos;
    }));
    std::vector<std::size_t> all(said_whole);
    std::iota(all.begin(), all.end(), std::size_t{0});
    EXPECT_EQ(numbers(server.heard), all);
    EXPECT_EQ(sessions, 1);
}

// What is shown has been handed to the stream: whoever sees it may do anything to the host, and every stanza has its
// one end all the same.
TEST_F(ComponentLedgerTest, T_LEDGER_V11_T_REENT_whoever_shows_the_traffic_may_do_anything_to_the_host) {
    enum class Act { stop, destroy, drain, send, fail };
    constexpr int handed_over = 4;
    for (const Act act : {Act::stop, Act::destroy, Act::drain, Act::send, Act::fail})
        for (const bool queued : {false, true})
            for (int at = 1; at <= handed_over; ++at) {
                SCOPED_TRACE(std::to_string(static_cast<int>(act)) + (queued ? " queued " : " at once ") +
                             std::to_string(at));
                HandServer server(io);
                sessions = 0;
                outcomes.clear();
                ending.reset();
                int shown = 0, answers = 0;
                ComponentOptions with = options(server.here());
                with.traffic = [&](Direction way, std::string_view) {
                    if (way == Direction::in || ++shown != at) return;
                    if (act == Act::stop) component->stop();
                    if (act == Act::destroy) component.reset();
                    if (act == Act::drain) component->drain();
                    if (act == Act::send) send(100);
                    if (act == Act::fail) throw std::runtime_error("on purpose");
                };
                start(with);
                if (!queued) {
                    ASSERT_TRUE(until([&] { return sessions == 1; }));
                }
                std::size_t sent = 0;
                for (int n = 0; n < handed_over && component != nullptr; ++n) {
                    if (n % 2 == 0) {
                        ++sent;
                        send(static_cast<std::size_t>(n));
                        continue;
                    }
                    Iq ping(IqType::get, "juliet@example.net"_jid);
                    ping.add("ping", "urn:xmpp:ping");
                    component->entity().request(std::move(ping), [&](const Answer&) { ++answers; });
                }
                ASSERT_TRUE(until([&] { return shown >= at; }));
                if (component == nullptr) continue;  // its books are gone, and whoever waited is not told
                component->stop();
                ASSERT_TRUE(until([&] { return ending.has_value(); }));
                EXPECT_EQ(component->entity().ledger().open(), 0U);
                EXPECT_EQ(outcomes.size(), sent + (act == Act::send ? 1 : 0));
                EXPECT_EQ(answers, handed_over / 2);
                if (act == Act::fail) {
                    EXPECT_NE(std::find(said.begin(), said.end(),
                                        "A stanza could not be shown: whoever shows the traffic threw an exception."),
                              said.end());
                }
                component.reset();
            }
}

TEST_F(ComponentLedgerTest, V11_T_REENT_whoever_shows_what_came_may_end_the_host) {
    const std::string message = "<message from='a@b' to='echo.localhost'><body>x</body></message>";
    enum class Act { stop, destroy, fail };
    for (const Act act : {Act::stop, Act::destroy, Act::fail}) {
        HandServer server(io);
        sessions = 0;
        ending.reset();
        int shown = 0, heard = 0;
        ComponentOptions with = options(server.here());
        with.traffic = [&](Direction way, std::string_view) {
            if (way == Direction::out || ++shown != 2) return;
            if (act == Act::stop) component->stop();
            if (act == Act::destroy) component.reset();
            if (act == Act::fail) throw std::runtime_error("on purpose");
        };
        Router router;
        router.on_message([&](const Message&) { ++heard; });
        start(with, std::move(router));
        ASSERT_TRUE(until([&] { return sessions == 1; }));
        server.say(message + message + message);
        ASSERT_TRUE(until([&] { return shown >= 2 && (act != Act::fail || heard == 3); }));
        if (act != Act::fail) {
            EXPECT_EQ(heard, 1);
        }
        component.reset();
    }
}

}  // namespace
}  // namespace rondel::net
