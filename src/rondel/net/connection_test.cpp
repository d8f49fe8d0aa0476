// One connection, with a peer played by hand: its end is waited for, but not for ever. (RFC 6120 §4.4)
#include "rondel/net/connection.hpp"

#include "rondel/net/socket_transport.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stream/component_stream.hpp"

#include <memory>
#include <optional>
#include <string>

#include "tests/support/hand_server.hpp"
#include "tests/support/loopback.hpp"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using rondel::testing::HandServer;

struct Owner final : ConnectionOwner {
    void on_event(stream::Event& event, Instant) override {
        if (std::holds_alternative<stream::Opened>(event)) open = true;
        if (auto* over = std::get_if<stream::Closed>(&event)) closed = std::move(*over);
    }
    void on_written(Instant) override {}
    void on_finished() override { finished = true; }
    bool wants_to_read() const override { return true; }
    void expire(Instant) override {}
    Instant deadline() const override { return never; }

    bool open = false;
    bool finished = false;
    std::optional<stream::Closed> closed;
};

class ConnectionTest : public rondel::testing::LoopbackTest {
  protected:
    void connect(const HandServer& server, ConnectionOptions options, stream::StreamOptions with = {}) {
        tcp::socket socket(io);
        const std::string here = server.here();
        socket.connect(
            {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoi(here.substr(here.find(':') + 1)))});
        fd = socket.native_handle();
        stream::ComponentCredentials who{"echo.localhost"_jid, "pass"};
        connection = std::make_unique<Connection>(io.get_executor(), make_transport(std::move(socket)),
                                                  std::make_unique<stream::ComponentStream>(std::move(who), with),
                                                  owner, options);
        connection->start();
    }

    Owner owner;
    std::unique_ptr<Connection> connection;
    int fd = -1;
};

TEST_F(ConnectionTest, R011_a_peer_that_does_not_end_its_side_is_not_waited_for_for_ever) {
    HandServer server(io);
    server.closes_in_turn = false;
    ConnectionOptions options;
    options.linger = std::chrono::milliseconds(20);
    stream::StreamOptions with;
    with.closing = std::chrono::milliseconds(20);
    connect(server, options, with);
    ASSERT_TRUE(until([&] { return owner.open; }));
    connection->stream().close(Clock::now());
    connection->touched();
    ASSERT_TRUE(until([&] { return owner.finished; }));
    ASSERT_TRUE(owner.closed);
    EXPECT_EQ(owner.closed->cause, stream::CloseCause::closed_by_us);
    EXPECT_EQ(server.heard, "</stream:stream>");
}

// The error must arrive, though the peer has sent more than we read.
TEST_F(ConnectionTest, R025_an_error_reaches_a_peer_that_goes_on_talking) {
    HandServer server(io);
    connect(server, {});
    ASSERT_TRUE(until([&] { return owner.open; }));
    server.say("<!-- no -->" + std::string(200'000, 'x'));
    ASSERT_TRUE(until([&] { return server.heard.ends_with("</stream:stream>"); }));
    EXPECT_NE(server.heard.find("<restricted-xml"), std::string::npos);
    server.half_close();
    ASSERT_TRUE(until([&] { return owner.finished; }));
    EXPECT_EQ(owner.closed->cause, stream::CloseCause::error_from_us);
}

TEST_F(ConnectionTest, F05_a_peer_that_takes_nothing_is_given_up_at_the_write_deadline) {
    HandServer server(io);
    ConnectionOptions options;
    options.write_deadline = std::chrono::milliseconds(50);
    connect(server, options);
    ASSERT_TRUE(until([&] { return owner.open; }));
    server.stop_reading();
    Message message("a@b"_jid, std::string(200'000, 'x'));
    message.set_from("echo.localhost"_jid);
    for (int i = 0; i < 200; ++i) ASSERT_FALSE(connection->stream().send(message));
    connection->touched();
    ASSERT_TRUE(until([&] { return owner.finished; }));
    EXPECT_TRUE(owner.closed->was_open);
    EXPECT_EQ(owner.closed->why, "The other side stopped reading: in 50 ms it took nothing of what was to be written.");
    EXPECT_GT(connection->stream().take_unsent().stanzas(), 0U);
}

TEST_F(ConnectionTest, F18_why_the_transport_ended_is_told) {
    HandServer server(io);
    connect(server, {});
    ASSERT_TRUE(until([&] { return owner.open; }));
    server.reset();
    ASSERT_TRUE(until([&] { return owner.finished; }));
    EXPECT_EQ(owner.closed->cause, stream::CloseCause::connection_lost);
    EXPECT_NE(owner.closed->why.find("(Connection reset by peer)"), std::string::npos) << owner.closed->why;
}

// Data that the other end does not acknowledge ends the connection, though nobody of us speaks.
TEST_F(ConnectionTest, F02_the_kernel_gives_up_on_a_peer_that_acknowledges_nothing) {
    HandServer server(io);
    connect(server, {});
    unsigned int milliseconds = 0;
    socklen_t size = sizeof milliseconds;
    ASSERT_EQ(getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, &size), 0);
    EXPECT_EQ(milliseconds, 60'000U);
    int off = 0;
    size = sizeof off;
    ASSERT_EQ(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &off, &size), 0);
    EXPECT_NE(off, 0);
}

}  // namespace
}  // namespace rondel::net
