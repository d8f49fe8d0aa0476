// The component host, and a server that does what no server should: every stanza ends all the same, and the component
// comes back.
#include "rondel/net/component.hpp"
#include "rondel/net/listener.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/byte_relay.hpp"
#include "tests/support/certificate.hpp"
#include "tests/support/hand_server.hpp"
#include "tests/support/lone_component.hpp"
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/time.h>

namespace rondel::net {
namespace {

using rondel::testing::HandServer;
using ::testing::AllOf;
using ::testing::HasSubstr;

using ComponentFaultsTest = rondel::testing::LoneComponentTest;

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

// Two programs of one name must not take turns in putting each other out (FIELD: servers differ in whom they keep).
TEST_F(ComponentFaultsTest, V38_F23_T_CONF_who_is_displaced_stops_but_a_stale_connection_is_waited_for) {
    const std::string conflict =
        "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";
    HandServer server(io);
    start(options(server.here()));
    ASSERT_TRUE(until([&] { return sessions == 1; }));
    server.reset();
    server.answer = conflict;  // the server still holds our own dead connection
    ASSERT_TRUE(until([&] { return server.connections >= 3; }));
    EXPECT_FALSE(ending.has_value());
    server.answer.clear();
    ASSERT_TRUE(until([&] { return sessions == 2; }));
    const int connections = server.connections;
    server.say(conflict);
    server.half_close();
    ASSERT_TRUE(until([&] { return ending.has_value(); }));
    EXPECT_TRUE(ending->failed);
    EXPECT_THAT(ending->why, HasSubstr("took over the name"));
    EXPECT_EQ(server.connections, connections);
}

// What we said on a connection that was lost may be read late: then our own ghost displaces us.
TEST_F(ComponentFaultsTest, V38_F23_who_is_displaced_by_an_own_connection_that_was_lost_comes_back) {
    const std::string conflict =
        "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";
    HandServer server(io);
    server.stays_silent = true;
    start(options(server.here()));
    ASSERT_TRUE(until([&] { return server.greeting.find("<stream:stream") != std::string::npos; }));
    server.reset();  // before any answer
    server.stays_silent = false;
    ASSERT_TRUE(until([&] { return sessions == 1; }));
    server.say(conflict);
    server.half_close();
    ASSERT_TRUE(until([&] { return sessions == 2 || ending.has_value(); }));
    ASSERT_FALSE(ending.has_value()) << ending->why;
    server.say(conflict);  // there was one, and it cannot do it again
    server.half_close();
    ASSERT_TRUE(until([&] { return ending.has_value(); }));
    EXPECT_THAT(ending->why, HasSubstr("took over the name"));
}

// No such name can be (RFC 1035 §3.1), so nobody is asked for it.
TEST_F(ComponentFaultsTest, F16_a_name_that_is_not_found_is_said_once_and_tried_again) {
    start(options("no..such.name:5347"));
    ASSERT_TRUE(until([&] {
        return std::count_if(said.begin(), said.end(), [](const std::string& each) {
                   return each.find("Next attempt") != std::string::npos;
               }) >= 3;
    }));
    EXPECT_FALSE(ending.has_value());
    EXPECT_EQ(std::count_if(said.begin(), said.end(),
                            [](const std::string& each) { return each.find("was not found") != std::string::npos; }),
              3)
        << "once for people, and then for those who look closer";
}

// Every cut that TCP or TLS records can have.
TEST_F(ComponentFaultsTest, F03_F04_F18_V16_T_SPLIT_one_byte_at_a_time_both_ways) {
    const auto certificate = rondel::testing::make_certificate({"localhost"});
    for (const bool tls : {false, true}) {
        server::Switchboard board;
        server::ComponentBook book(board);
        book.add("echo.localhost"_jid, "pass");
        ListenerOptions how;
        if (tls) how.certificate = {certificate.chain, certificate.key};
        Listener listener(io.get_executor(), board, book, std::move(how));
        rondel::testing::ByteRelay relay(io, listener.listen(*Endpoint::parse("127.0.0.1:0"))->port);
        ComponentOptions with = options(relay.here());
        if (tls) with.tls = {.mode = TlsOptions::Mode::pin, .pin = certificate.fingerprint};
        std::vector<std::string> heard;
        Router router;
        router.on_message([&](const Message& in) { heard.emplace_back(in.body().value_or("")); });
        sessions = 0;
        ending.reset();
        start(std::move(with), std::move(router));
        ASSERT_TRUE(until([&] { return sessions == 1; }));
        for (const char* text : {"one", "Ã©â¬ð", "<three>&"})
            component->entity().send(Message("me@echo.localhost"_jid, text));
        ASSERT_TRUE(until([&] { return heard.size() == 3; }));
        EXPECT_THAT(heard, ::testing::ElementsAre("one", "Ã©â¬ð", "<three>&"));
        component->drain();
        ASSERT_TRUE(until([&] { return ending.has_value(); }));
        EXPECT_EQ(component->entity().ledger().ended(Outcome::acked), 3U);
        EXPECT_GT(relay.bytes, 500U);
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
