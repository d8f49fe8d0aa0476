// The component host, and a server that does what no server should: every stanza ends all the same, and the component
// comes back.
#include "rondel/net/component.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/hand_server.hpp"
#include "tests/support/loopback.hpp"
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/time.h>

namespace rondel::net {
namespace {

using rondel::testing::HandServer;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::string_view end_tag = "</stream:stream>";

class ComponentFaultsTest : public rondel::testing::LoopbackTest {
  protected:
    ComponentOptions options(const std::string& server) {
        ComponentOptions options;
        options.domain = "echo.localhost";
        options.secret = "pass";
        options.server = server;
        options.reconnect_first = std::chrono::milliseconds(2);
        options.reconnect_most = std::chrono::milliseconds(20);
        options.log = [this](LogLevel, std::string_view sentence) { said.emplace_back(sentence); };
        return options;
    }

    void start(ComponentOptions with, Router router = {}) {
        router.on_session([this](Entity&) { ++sessions; });
        component = std::make_unique<Component>(std::move(with), std::move(router));
        component->start(io.get_executor(), [this](const Ending& how) { ending = how; });
    }

    // Sends message number `n` of this test, and keeps how it ended.
    bool send(std::size_t n, std::size_t size = 10) {
        Message message("juliet@example.net"_jid, std::string(size, 'x'));
        message.set_id("n" + std::to_string(n));
        return bool(component->entity().send(std::move(message), [this, n](Outcome how) {
            EXPECT_TRUE(outcomes.try_emplace(n, how).second) << "number " << n << " ended twice";
        }));
    }

    // The numbers of the messages that the server heard to their end, in order.
    static std::vector<std::size_t> numbers(std::string_view heard) {
        std::vector<std::size_t> found;
        for (std::size_t at = 0; (at = heard.find(" id='n", at)) != std::string_view::npos; ++at)
            found.push_back(std::stoul(std::string(heard.substr(at + 6, 20))));
        return found;
    }

    std::vector<std::string> said;
    std::optional<Ending> ending;
    std::map<std::size_t, Outcome> outcomes;
    int sessions = 0;
    std::unique_ptr<Component> component;  // the last: its end is told to those above
};

TEST_F(ComponentFaultsTest, F19_what_was_written_before_a_reset_is_indeterminate) {
    HandServer server(io);
    start(options(server.here()));
    ASSERT_TRUE(until([&] { return sessions == 1; }));
    for (std::size_t n = 0; n < 3; ++n) EXPECT_TRUE(send(n));
    ASSERT_TRUE(until([&] { return numbers(server.heard).size() == 3; }));
    server.reset();
    ASSERT_TRUE(until([&] { return sessions == 2; }));
    const Ledger& ledger = component->entity().ledger();
    EXPECT_EQ(ledger.ended(Outcome::indeterminate), 3U);
    EXPECT_EQ(ledger.open(), 0U);
    EXPECT_EQ(numbers(server.heard).size(), 3U) << "nothing is sent twice";
}

TEST_F(ComponentFaultsTest, F19_half_a_connection_is_none) {
    HandServer server(io);
    start(options(server.here()));
    for (int round = 1; round <= 3; ++round) {
        ASSERT_TRUE(until([&] { return sessions == round; }));
        server.half_close();
    }
    ASSERT_TRUE(until([&] { return sessions == 4; }));
    EXPECT_THAT(said, ::testing::Contains(HasSubstr("connection was lost")));
}

TEST_F(ComponentFaultsTest, F19_a_server_that_hangs_up_in_the_middle_of_a_stanza_delivered_none) {
    HandServer server(io);
    int heard = 0;
    Router router;
    router.on_message([&](const Message&) { ++heard; });
    start(options(server.here()), std::move(router));
    ASSERT_TRUE(until([&] { return sessions == 1; }));
    server.say("<message from='a@b' to='echo.localhost'/><message from='a@b' to='echo.localhost'><body>I will nev");
    ASSERT_TRUE(until([&] { return heard == 1; }));
    server.cut();
    ASSERT_TRUE(until([&] { return sessions == 2; }));
    EXPECT_EQ(heard, 1);
}

// A write to a connection that was reset must not end the program.
TEST_F(ComponentFaultsTest, F26_a_broken_pipe_is_no_signal) {
    struct sigaction deadly = {};
    struct sigaction before = {};
    deadly.sa_handler = SIG_DFL;
    sigaction(SIGPIPE, &deadly, &before);
    HandServer server(io);
    start(options(server.here()));
    std::size_t n = 0;
    for (int round = 1; round <= 5; ++round) {
        ASSERT_TRUE(until([&] { return sessions == round; }));
        server.reset();
        for (int i = 0; i < 10; ++i) send(n++, 1000);
    }
    EXPECT_TRUE(until([&] { return sessions >= 6; }));
    sigaction(SIGPIPE, &before, nullptr);
}

void nothing(int) {}

// Signals come between all the system calls, and interrupt those that wait.
TEST_F(ComponentFaultsTest, F26_a_storm_of_signals_loses_no_byte) {
    struct sigaction interrupting = {};
    struct sigaction before = {};
    interrupting.sa_handler = nothing;  // without SA_RESTART
    sigaction(SIGALRM, &interrupting, &before);
    const itimerval often{{0, 200}, {0, 200}};
    setitimer(ITIMER_REAL, &often, nullptr);

    HandServer server(io);
    start(options(server.here()));
    EXPECT_TRUE(until([&] { return sessions == 1; }));
    constexpr std::size_t many = 200;
    constexpr std::size_t size = 2000;
    for (std::size_t n = 0; n < many; ++n) EXPECT_TRUE(send(n, size));
    EXPECT_TRUE(until([&] { return server.heard.size() > many * size && server.heard.ends_with("</message>"); }));

    const itimerval never_again{};
    setitimer(ITIMER_REAL, &never_again, nullptr);
    sigaction(SIGALRM, &before, nullptr);
    const std::vector<std::size_t> heard = numbers(server.heard);
    EXPECT_EQ(heard.size(), many);
    EXPECT_TRUE(std::is_sorted(heard.begin(), heard.end()));
}

TEST_F(ComponentFaultsTest, F02_R035_a_server_gone_silent_is_noticed_and_left) {
    HandServer server(io);
    ComponentOptions with = options(server.here());
    with.stream.ping_after = std::chrono::milliseconds(20);
    with.stream.ping_timeout = std::chrono::milliseconds(20);
    start(with);
    ASSERT_TRUE(until([&] { return sessions == 2; }));
    EXPECT_THAT(server.heard, AllOf(HasSubstr("urn:xmpp:ping"), HasSubstr("<connection-timeout")));
    EXPECT_THAT(said, ::testing::Contains(HasSubstr("silent")));
}

TEST_F(ComponentFaultsTest, F05_V15_T_SLOWR_a_server_that_stops_reading_is_left_and_all_is_accounted_for) {
    HandServer server(io);
    ComponentOptions with = options(server.here());
    with.write_deadline = std::chrono::milliseconds(50);
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

// The redirect would lead to a server that nobody configured, and nobody verified (RFC 6120 §4.9.3.19).
TEST_F(ComponentFaultsTest, V34_T_REFID_goes_where_it_was_told_and_nowhere_else) {
    HandServer server(io);
    HandServer elsewhere(io);
    server.answer = "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>" + elsewhere.here() +
                    "</see-other-host></stream:error></stream:stream>";
    start(options(server.here()));
    ASSERT_TRUE(until([&] { return server.connections == 3; }));
    EXPECT_EQ(elsewhere.connections, 0);
    EXPECT_EQ(sessions, 0);
}

// A server that ends each connection in another way, at places that the seed decides; the books must agree with what it
// heard.
TEST_F(ComponentFaultsTest, T_LEDGER_F01_F19_the_books_agree_with_what_the_server_heard) {
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

// Whatever a callback does to its host.
TEST_F(ComponentFaultsTest, V11_T_REENT_stopping_and_destroying_from_inside) {
    const std::string message = "<message from='a@b' to='echo.localhost'><body>x</body></message>";
    enum class Act { drain, stop, send_much, throw_something };
    for (const Act act : {Act::drain, Act::stop, Act::send_much, Act::throw_something}) {
        HandServer server(io);
        sessions = 0;
        ending.reset();
        int handled = 0;
        const auto acts = [&] {
            if (act == Act::drain) component->drain();
            if (act == Act::stop) component->stop();
            if (act == Act::send_much)
                for (std::size_t n = 0; n < 100; ++n)
                    component->entity().send(Message("a@b"_jid, std::string(9999, 'x')));
            if (act == Act::throw_something) throw std::runtime_error("on purpose");
        };
        Router router;
        router.on_message([&](const Message&) {
            if (++handled == 2) acts();
        });
        start(options(server.here()), std::move(router));
        ASSERT_TRUE(until([&] { return sessions == 1; }));
        server.say(message + message + message);
        ASSERT_TRUE(until([&] { return handled >= 2; }));
        component->stop();
        ASSERT_TRUE(until([&] { return ending.has_value(); }));
        component.reset();
    }
    // Out of the very callback that tells of the end.
    HandServer server(io);
    auto own = std::make_unique<Component>(options(server.here()), Router());
    own->start(io.get_executor(), [&](const Ending&) { own.reset(); });
    ASSERT_TRUE(until([&] { return server.connections == 1; }));
    own->stop();
    ASSERT_TRUE(until([&] { return own == nullptr; }));
}

}  // namespace
}  // namespace rondel::net
