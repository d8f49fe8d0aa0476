// The server calls a component, played by hand.
#include "rondel/net/component_caller.hpp"

#include "rondel/stream/handshake.hpp"

#include <string>

#include "tests/support/descriptor_limit.hpp"
#include "tests/support/loopback.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ::testing::HasSubstr;

struct Listener final : server::Party {
    void deliver(Stanza stanza) override { heard.push_back(std::move(stanza)); }
    std::vector<Stanza> heard;
};

class ComponentCallerTest : public rondel::testing::LoopbackTest {
  protected:
    ComponentCallerTest() {
        board.attach("romeo@example.net/orchard"_jid, romeo);
        options.connect.server = Endpoint{"127.0.0.1", door.local_endpoint().port(), {}};
        options.retry_first = std::chrono::milliseconds(10);
        options.retry_most = std::chrono::milliseconds(20);
        options.log = [this](LogLevel, std::string_view sentence) { said += std::string(sentence) + "\n"; };
    }
    ~ComponentCallerTest() override { board.detach("romeo@example.net/orchard"_jid); }

    void call() {
        caller = std::make_unique<ComponentCaller>(io.get_executor(), board,
                                                   stream::ComponentCredentials{"echo.localhost"_jid, "pass"}, options);
    }

    // The component, from its port to the open stream.
    [[nodiscard]] bool let_in(std::string_view answer = "<handshake/>") {
        bool accepted = false;
        component = tcp::socket(io);
        heard.clear();
        door.async_accept(component, [&](auto error) { accepted = !error; });
        if (!until([&] { return accepted; }) || !hears("from='echo.localhost'>")) return false;
        say("<stream:stream xmlns='jabber:component:connect' xmlns:stream='http://etherx.jabber.org/streams' id='x1'>");
        if (!hears("<handshake>" + stream::handshake_digest("x1", "pass") + "</handshake>")) return false;
        say(answer);
        return true;
    }
    void say(std::string_view text) { asio::write(component, asio::buffer(text.data(), text.size())); }
    [[nodiscard]] bool hears(std::string_view text) {
        return until([&] {
            component.non_blocking(true);
            char some[4096];
            boost::system::error_code none;
            if (const std::size_t size = component.read_some(asio::buffer(some), none); !none) heard.append(some, size);
            return heard.find(text) != std::string::npos;
        });
    }

    tcp::acceptor door{io, {asio::ip::address_v4::loopback(), 0}};
    tcp::socket component{io};
    std::string heard, said;
    server::Switchboard board;
    Listener romeo;
    CallerOptions options;
    std::unique_ptr<ComponentCaller> caller;
};

TEST_F(ComponentCallerTest, F09_without_descriptors_it_says_so_and_calls_again) {
    {
        rondel::testing::DescriptorLimit limit;
        ASSERT_TRUE(limit.leave(0));
        call();
        ASSERT_TRUE(until([&] { return said.find("Too many open files") != said.npos; }));
    }
    ASSERT_TRUE(let_in());
    ASSERT_TRUE(until([&] { return caller->is_connected(); }));
}

TEST_F(ComponentCallerTest, R001_a_component_that_is_called_serves_its_domain) {
    call();
    ASSERT_TRUE(let_in());
    ASSERT_TRUE(until([&] { return caller->is_connected(); }));
    Message in("echo.localhost"_jid, "Wherefore?");
    in.set_from("romeo@example.net/orchard"_jid);
    board.route(std::move(in));
    ASSERT_TRUE(hears("Wherefore?"));
    say("<message from='echo.localhost' to='romeo@example.net/orchard'><body>echo</body></message>");
    EXPECT_TRUE(until([&] { return romeo.heard.size() == 1; }));
}

TEST_F(ComponentCallerTest, it_calls_again_after_a_loss) {
    call();
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(let_in());
        ASSERT_TRUE(until([&] { return caller->is_connected(); }));
        component.close();
        ASSERT_TRUE(until([&] { return !caller->is_connected(); }));
    }
}

TEST_F(ComponentCallerTest, it_calls_again_whoever_does_not_answer) {
    const auto where = door.local_endpoint();
    door.close();
    call();
    ASSERT_TRUE(until([&] { return said.find("No connection to") != std::string::npos; }));
    door = tcp::acceptor(io, where);
    ASSERT_TRUE(let_in());
    EXPECT_TRUE(until([&] { return caller->is_connected(); }));
}

TEST_F(ComponentCallerTest, two_of_one_name_do_not_fight) {
    Listener other;
    board.attach("echo.localhost"_jid, other);
    call();
    ASSERT_TRUE(let_in());
    EXPECT_TRUE(hears("<conflict"));
    board.detach("echo.localhost"_jid);
}

TEST_F(ComponentCallerTest, R033_it_says_system_shutdown) {
    call();
    ASSERT_TRUE(let_in());
    ASSERT_TRUE(until([&] { return caller->is_connected(); }));
    bool done = false;
    caller->shut_down([&] { done = true; });
    ASSERT_TRUE(hears("<system-shutdown"));
    say("</stream:stream>");
    component.shutdown(tcp::socket::shutdown_send);
    EXPECT_TRUE(until([&] { return done; }));
}

}  // namespace
}  // namespace rondel::net
