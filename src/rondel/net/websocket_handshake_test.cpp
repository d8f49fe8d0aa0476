// XMPP over WebSocket: both handshakes, and what may be in a message. (RFC 7395, RFC 6455)
#include "rondel/net/websocket_handshake.hpp"

#include "rondel/net/socket_transport.hpp"
#include "rondel/net/tls_handshake.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/certificate.hpp"
#include "tests/support/loopback.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::string_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// One end of a connection, whatever carries it: what it heard, and how that ended.
struct End {
    WebSocketHandshake::Done keep() {
        return [this](std::unique_ptr<Transport> made, std::string said) {
            transport = std::move(made);
            why = std::move(said);
            if (transport == nullptr) return;
            transport->on_writable([this] { write(); });
            read();
        };
    }
    void read() {
        transport->read(buffer, [this](std::error_code error, std::size_t size) {
            heard.append(buffer.data(), size);
            if (error || size == 0)
                end = error;
            else
                read();
        });
    }
    void say(std::string_view text) {
        to_write += text;
        write();
    }
    void write() {
        while (!to_write.empty()) {
            const Result<std::size_t> written = transport->write(to_write);
            if (!written || *written == 0) return;
            to_write.erase(0, *written);
        }
    }

    std::unique_ptr<Transport> transport;
    std::optional<std::string> why;
    std::array<char, 100> buffer{};
    std::string heard;
    std::string to_write;
    std::optional<std::error_code> end;
};

// The bytes of one frame (RFC 6455 §5.2), masked as a client's are.
std::string frame(int opcode, const std::string& payload, bool last = true) {
    const std::string mask = "abcd";
    std::string bytes(1, static_cast<char>((last ? 0x80 : 0) | opcode));
    if (payload.size() < 126) {
        bytes += static_cast<char>(0x80 | payload.size());
    } else {
        bytes += "\xFE"s + static_cast<char>(payload.size() >> 8) + static_cast<char>(payload.size() & 0xFF);
    }
    bytes += mask;
    for (std::size_t i = 0; i < payload.size(); ++i) bytes += static_cast<char>(payload[i] ^ mask[i % 4]);
    return bytes;
}
constexpr int more = 0, text = 1, binary = 2, closing = 8, ping = 9, pong = 10;

std::string request(const std::string& more_headers = "Sec-WebSocket-Protocol: xmpp\r\n",
                    const std::string& path = "/xmpp-websocket") {
    return "GET " + path +
           " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           more_headers + "\r\n";
}

class WebSocketTest : public rondel::testing::LoopbackTest {
  protected:
    WebSocketTest() {
        tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
        near.connect(acceptor.local_endpoint());
        far = acceptor.accept();
    }

    void accept(WebSocketServerOptions options = {}) {
        accepting = std::make_unique<WebSocketHandshake>(io.get_executor(), make_transport(std::move(far)),
                                                         std::move(options), theirs.keep());
    }
    void connect(WebSocketClientOptions options = {.host = "localhost"}) {
        connecting = std::make_unique<WebSocketHandshake>(io.get_executor(), make_transport(std::move(near)),
                                                          std::move(options), ours.keep());
    }
    void connect_both(WebSocketServerOptions server = {}) {
        accept(std::move(server));
        connect();
        ASSERT_TRUE(until([&] { return ours.why && theirs.why; }));
        ASSERT_EQ(*ours.why, "");
        ASSERT_EQ(*theirs.why, "");
    }

    // A client played by hand: says these bytes; what it heard until `complete`, or the end.
    template <class Complete>
    std::string by_hand(const std::string& bytes, Complete complete) {
        asio::write(near, asio::buffer(bytes));
        listen();
        EXPECT_TRUE(until([&] { return complete(raw) || raw_over; })) << raw;
        return raw;
    }
    void listen() {
        if (listening) return;
        listening = true;
        near.async_read_some(asio::buffer(raw_buffer), [this](boost::system::error_code error, std::size_t size) {
            listening = false;
            raw.append(raw_buffer.data(), size);
            if (error)
                raw_over = true;
            else
                listen();
        });
    }
    std::string answer_to(const std::string& bytes) {
        return by_hand(bytes, [](const std::string&) { return false; });
    }
    // Through the handshake; then these frames.
    void talk(const std::string& frames) {
        by_hand(request(), [](const std::string& heard) { return heard.ends_with("\r\n\r\n"); });
        raw.clear();
        asio::write(near, asio::buffer(frames));
    }

    tcp::socket near{io}, far{io};
    End ours, theirs;
    std::unique_ptr<WebSocketHandshake> accepting, connecting;
    std::string raw;
    std::array<char, 4096> raw_buffer{};
    bool listening = false, raw_over = false;
};

TEST_F(WebSocketTest, R114_one_element_in_each_message_both_ways) {
    connect_both();
    EXPECT_THAT(ours.transport->description(), StartsWith("websocket:127.0.0.1:"));
    EXPECT_FALSE(ours.transport->secure());
    ours.say("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>\0<a/>\0"s);
    ASSERT_TRUE(until([&] { return theirs.heard.ends_with("<a/>\0"s); }));
    EXPECT_EQ(theirs.heard, "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>\0<a/>\0"s);
    theirs.say("<b/>\0"s);
    ASSERT_TRUE(until([&] { return ours.heard == "<b/>\0"s; }));
    ours.say("<not yet");
    ours.say(" whole/>\0"s);
    ASSERT_TRUE(until([&] { return theirs.heard.ends_with("<not yet whole/>\0"s); }));
}

TEST_F(WebSocketTest, R114_long_messages_and_the_end_of_one_in_a_full_buffer) {
    connect_both();
    std::string all;
    for (std::size_t size : {99, 100, 101, 200, 300, 70'000}) all += "<" + std::string(size - 3, 'x') + "/>\0"s;
    ours.say(all);
    theirs.say(all);
    ASSERT_TRUE(until([&] { return theirs.heard.size() == all.size() && ours.heard.size() == all.size(); }));
    EXPECT_EQ(theirs.heard, all);
    EXPECT_EQ(ours.heard, all);
}

TEST_F(WebSocketTest, the_end_of_one_side_is_the_end_in_order_of_the_other) {
    connect_both();
    ours.say("<last/>\0"s);
    ours.transport->end_output();
    ASSERT_TRUE(until([&] { return theirs.end && ours.end; }));
    EXPECT_EQ(theirs.heard, "<last/>\0"s);
    EXPECT_FALSE(*theirs.end) << theirs.end->message();
    EXPECT_FALSE(*ours.end) << ours.end->message();
}

TEST_F(WebSocketTest, F18_an_end_without_a_close_frame_is_none_in_order) {
    accept();
    talk(frame(text, "<a/>"));
    ASSERT_TRUE(until([&] { return theirs.heard == "<a/>\0"s; }));
    near.shutdown(tcp::socket::shutdown_send);
    ASSERT_TRUE(until([&] { return theirs.end.has_value(); }));
    EXPECT_TRUE(*theirs.end);
}

TEST_F(WebSocketTest, R113_the_subprotocol_is_agreed_upon) {
    accept();
    const std::string answer = by_hand(request("Sec-WebSocket-Protocol: chat, xmpp\r\nOrigin: http://example.com\r\n"),
                                       [](const std::string& heard) { return heard.ends_with("\r\n\r\n"); });
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 101 "));
    EXPECT_THAT(answer, HasSubstr("Sec-WebSocket-Protocol: xmpp\r\n"));
    EXPECT_THAT(answer, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_EQ(answer.find("Extensions"), std::string::npos);
}

TEST_F(WebSocketTest, R113_a_client_that_does_not_name_it_is_refused) {
    accept();
    EXPECT_THAT(answer_to(request("Sec-WebSocket-Protocol: xmppx, chat\r\n")), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(*theirs.why, HasSubstr("subprotocol"));
}

TEST_F(WebSocketTest, R113_a_server_that_does_not_agree_is_left) {
    connect();
    asio::write(far,
                asio::buffer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"s));
    std::string asked;
    bool over = false;
    std::array<char, 2048> buffer{};
    std::function<void()> read = [&] {
        far.async_read_some(asio::buffer(buffer), [&](boost::system::error_code error, std::size_t size) {
            asked.append(buffer.data(), size);
            if (error) return void(over = true);
            read();
        });
    };
    read();
    ASSERT_TRUE(until([&] { return asked.ends_with("\r\n\r\n"); }));
    EXPECT_THAT(asked, StartsWith("GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\n"));
    EXPECT_THAT(asked, HasSubstr("Sec-WebSocket-Protocol: xmpp\r\n"));
    // A wrong Sec-WebSocket-Accept as well: whichever is found first.
    asio::write(far, asio::buffer("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"s));
    ASSERT_TRUE(until([&] { return ours.why.has_value(); }));
    EXPECT_NE(*ours.why, "");
    ASSERT_TRUE(until([&] { return over; }));
}

TEST_F(WebSocketTest, other_requests_get_an_answer_of_http) {
    accept();
    const std::string answer = answer_to(request("", "/"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(answer, HasSubstr("nothing here but /xmpp-websocket"));
    EXPECT_EQ(theirs.transport, nullptr);
}

TEST_F(WebSocketTest, a_request_without_upgrade_is_told_what_is_here) {
    accept();
    EXPECT_THAT(answer_to("GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(WebSocketTest, who_does_not_wait_for_the_answer_is_refused) {
    accept();
    EXPECT_THAT(answer_to(request() + frame(text, "<a/>")), StartsWith("HTTP/1.1 400 "));
}

TEST_F(WebSocketTest, the_origin_is_asked_about) {
    WebSocketServerOptions options;
    options.allows_origin = [](std::string_view origin) { return origin == "https://good.example"; };
    accept(options);
    EXPECT_THAT(answer_to(request("Sec-WebSocket-Protocol: xmpp\r\nOrigin: https://evil.example\r\n")),
                StartsWith("HTTP/1.1 403 "));
}

TEST_F(WebSocketTest, V15_an_endless_request_is_not_read) {
    accept();
    asio::write(near, asio::buffer("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x')));
    ASSERT_TRUE(until([&] { return theirs.why.has_value(); }));
    EXPECT_EQ(theirs.transport, nullptr);
}

TEST_F(WebSocketTest, F04_a_handshake_is_not_waited_for_for_ever) {
    WebSocketServerOptions options;
    options.limit = std::chrono::milliseconds(20);
    accept(options);
    WebSocketClientOptions patient{.host = "localhost"};
    asio::write(near, asio::buffer("GET "s));
    ASSERT_TRUE(until([&] { return theirs.why.has_value(); }));
    EXPECT_EQ(*theirs.why, "no answer in time");
}

TEST_F(WebSocketTest, one_that_is_given_up_says_nothing) {
    accept();
    connect();
    accepting.reset();
    connecting.reset();
    io.run_for(std::chrono::milliseconds(1));
    EXPECT_FALSE(theirs.why);
    EXPECT_FALSE(ours.why);
}

TEST_F(WebSocketTest, fragments_are_one_message_and_pings_come_in_between) {
    accept();
    talk(frame(text, "<a>", false) + frame(more, "", false) + frame(ping, "are you there") + frame(more, "b", false) +
         frame(more, "</a>"));
    ASSERT_TRUE(until([&] { return theirs.heard == "<a>b</a>\0"s && raw.size() >= 15; }));
    EXPECT_EQ(raw, "\x8A\x0D"s + "are you there");
}

TEST_F(WebSocketTest, V11_a_message_that_is_too_long_ends_the_connection) {
    WebSocketServerOptions options;
    options.most_message = 1000;
    accept(options);
    talk(frame(text, std::string(600, 'x'), false) + frame(more, std::string(600, 'x')));
    ASSERT_TRUE(until([&] { return theirs.end.has_value() && raw.size() >= 4; }));
    EXPECT_TRUE(*theirs.end);
    EXPECT_EQ(raw.substr(2, 2), "\x03\xF1"s) << "1009";
}

TEST_F(WebSocketTest, R114_what_is_no_text_ends_the_connection) {
    accept();
    talk(frame(binary, "<a/>"));
    ASSERT_TRUE(until([&] { return theirs.end.has_value() && raw.size() >= 4; }));
    EXPECT_TRUE(*theirs.end);
    EXPECT_EQ(theirs.heard, "");
    EXPECT_EQ(raw.substr(2, 2), "\x03\xEB"s) << "1003";
}

// It would pass for the end of a message.
TEST_F(WebSocketTest, R114_a_nul_ends_the_connection) {
    accept();
    talk(frame(text, "<a/>\0<b/>"s));
    ASSERT_TRUE(until([&] { return theirs.end.has_value() && raw.size() >= 4; }));
    EXPECT_TRUE(*theirs.end);
    EXPECT_EQ(theirs.heard, "");
    EXPECT_EQ(raw.substr(2, 2), "\x03\xEF"s) << "1007";
}

TEST_F(WebSocketTest, V07_so_does_bad_utf8) {
    accept();
    talk(frame(text, "<a>\xFF</a>"));
    ASSERT_TRUE(until([&] { return theirs.end.has_value() && raw.size() >= 4; }));
    EXPECT_EQ(raw.substr(2, 2), "\x03\xEF"s) << "1007";
}

TEST_F(WebSocketTest, over_tls_it_is_as_secure_as_that) {
    const auto certificate = rondel::testing::make_certificate({"xmpp.localhost"});
    std::string wrong;
    const auto server =
        *TlsSide::server({.chain = certificate.chain, .key = certificate.key, .protocols = {"http/1.1"}}, wrong);
    const auto client = *TlsSide::client({.mode = TlsOptions::Mode::pin, .pin = certificate.fingerprint},
                                         {"xmpp.localhost"}, {}, wrong);
    TlsHandshake there(std::move(far), server, {}, [&](std::unique_ptr<Transport> made, const std::string&) {
        accepting = std::make_unique<WebSocketHandshake>(io.get_executor(), std::move(made), WebSocketServerOptions{},
                                                         theirs.keep());
    });
    TlsHandshake here(std::move(near), client, {.limit = std::chrono::seconds(10), .protocol = "http/1.1"},
                      [&](std::unique_ptr<Transport> made, const std::string&) {
                          connecting = std::make_unique<WebSocketHandshake>(
                              io.get_executor(), std::move(made), WebSocketClientOptions{.host = "xmpp.localhost"},
                              ours.keep());
                      });
    ASSERT_TRUE(until([&] { return ours.why && theirs.why; }));
    ASSERT_EQ(*ours.why, "");
    EXPECT_TRUE(ours.transport->secure());
    EXPECT_EQ(ours.transport->facts().bindings.front().type, "tls-exporter");
    EXPECT_EQ(ours.transport->facts().bindings.front().data, theirs.transport->facts().bindings.front().data);
    const std::string message = "<" + std::string(100'000, 'x') + "/>\0"s;
    ours.say(message);
    ASSERT_TRUE(until([&] { return theirs.heard.size() == message.size(); }));
    theirs.transport->end_output();
    ASSERT_TRUE(until([&] { return theirs.end && ours.end; }));
    EXPECT_FALSE(*ours.end) << ours.end->message();
}

}  // namespace
}  // namespace rondel::net
