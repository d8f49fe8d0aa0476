// How a TLS connection ends, in order and not, and what may not be done to it. (RFC 6120 §4.4, §5.3.5)
#include "rondel/net/tls_side.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/certificate.hpp"
#include "tests/support/loopback.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

enum class We { accept, connect };

// Our transport, on either side, and the other end in the hands of the test.
class TlsEndTest : public rondel::testing::LoopbackTest {
  protected:
    // Whether the handshake worked. The peer takes whatever we take.
    bool handshake(We we, int version) {
        const auto certificate = rondel::testing::make_certificate({"xmpp.localhost"});
        const bool accepting = we == We::accept;
        std::string why;
        if (accepting)
            own_context = *make_server_context(certificate.chain, certificate.key);
        else
            side = *TlsSide::client({.mode = TlsOptions::Mode::insecure}, {"xmpp.localhost"}, {}, why);
        peer_context = std::make_shared<asio::ssl::context>(accepting ? asio::ssl::context::tls_client
                                                                      : asio::ssl::context::tls_server);
        SSL_CTX* lax = peer_context->native_handle();
        SSL_CTX_set_security_level(lax, 0);
        SSL_CTX_set_min_proto_version(lax, 0);
        SSL_CTX_set_max_proto_version(lax, version);
        SSL_CTX_clear_options(lax, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
        if (!accepting) {
            peer_context->use_certificate_chain(asio::buffer(certificate.chain));
            peer_context->use_private_key(asio::buffer(certificate.key), asio::ssl::context::pem);
        }
        tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
        tcp::socket one(io);
        one.connect(acceptor.local_endpoint());
        tcp::socket other = acceptor.accept();
        own =
            std::make_unique<TlsStream>(std::move(accepting ? other : one), accepting ? *own_context : side->context());
        peer = std::make_unique<TlsStream>(std::move(accepting ? one : other), *peer_context);
        const auto done = std::make_shared<std::pair<int, int>>();
        const auto count = [done](boost::system::error_code error) { ++(error ? done->second : done->first); };
        own->async_handshake(accepting ? asio::ssl::stream_base::server : asio::ssl::stream_base::client, count);
        peer->async_handshake(accepting ? asio::ssl::stream_base::client : asio::ssl::stream_base::server, count);
        EXPECT_TRUE(until([&] { return done->first + done->second == 2; }));
        return done->first == 2;
    }

    void connect(int version = TLS1_3_VERSION, We we = We::accept) {
        ASSERT_TRUE(handshake(we, version));
        heard.clear();
        end.reset();
        transport = make_transport(std::move(own));
        transport->on_writable([this] { write(); });
        read();
    }

    // Keeps reading into `heard`, until `end`.
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

    std::shared_ptr<asio::ssl::context> peer_context, own_context;
    std::shared_ptr<const TlsSide> side;
    std::unique_ptr<TlsStream> peer, own;
    std::unique_ptr<Transport> transport;
    std::array<char, 1024> buffer{};
    std::string heard;
    std::optional<std::error_code> end;
    std::string to_write;
};

TEST_F(TlsEndTest, R012_a_close_notify_is_an_end_in_order) {
    connect();
    asio::write(*peer, asio::buffer("last", 4));
    peer->async_shutdown([](boost::system::error_code) {});
    ASSERT_TRUE(until([&] { return end.has_value(); }));
    EXPECT_FALSE(*end) << end->message();
    EXPECT_EQ(heard, "last");
}

// Else somebody in between could cut off the end of what was said, and we would take it for the whole.
TEST_F(TlsEndTest, F18_an_end_without_close_notify_is_none_in_order) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        connect(version);
        peer->next_layer().shutdown(tcp::socket::shutdown_send);
        ASSERT_TRUE(until([&] { return end.has_value(); }));
        EXPECT_EQ(*end, std::error_code(asio::ssl::error::make_error_code(asio::ssl::error::stream_truncated)));
    }
}

TEST_F(TlsEndTest, F18_nor_is_one_in_the_middle_of_a_record) {
    connect();
    const std::array<char, 7> half_a_record = {0x17, 0x03, 0x03, 0x01, 0x00, 'x', 'y'};
    asio::write(peer->next_layer(), asio::buffer(half_a_record));
    peer->next_layer().shutdown(tcp::socket::shutdown_send);
    ASSERT_TRUE(until([&] { return end.has_value(); }));
    EXPECT_TRUE(*end);
}

TEST_F(TlsEndTest, R012_we_end_with_close_notify_after_the_last_byte) {
    connect();
    const std::string much(300'000, 'x');
    say(much);
    std::string text;
    std::optional<boost::system::error_code> peers_end;
    asio::async_read(*peer, asio::dynamic_buffer(text),
                     [&](boost::system::error_code ended, std::size_t) { peers_end = ended; });
    ASSERT_TRUE(until([&] { return to_write.empty(); }));
    transport->end_output();
    ASSERT_TRUE(until([&] { return peers_end.has_value(); }));
    EXPECT_EQ(*peers_end, asio::error::eof) << "close_notify came: the connection was not just cut";
    EXPECT_EQ(text.size(), much.size());
}

TEST_F(TlsEndTest, V35_T_RENEG_R043_who_wants_to_negotiate_anew_is_cut_off) {
    for (const We we : {We::accept, We::connect}) {
        connect(TLS1_2_VERSION, we);
        asio::write(*peer, asio::buffer("before", 6));
        ASSERT_TRUE(until([&] { return heard == "before"; }));
        ASSERT_EQ(SSL_renegotiate(peer->native_handle()), 1);
        // What it sends asks for it; then it listens for what comes of that.
        std::string said;
        std::optional<boost::system::error_code> peers_end;
        asio::async_write(*peer, asio::buffer("after", 5), [&](boost::system::error_code failed, std::size_t) {
            if (failed) return void(peers_end = failed);
            asio::async_read(*peer, asio::dynamic_buffer(said),
                             [&](boost::system::error_code ended, std::size_t) { peers_end = ended; });
        });
        ASSERT_TRUE(until([&] { return end.has_value() && peers_end.has_value(); }));
        EXPECT_TRUE(*end) << "not an end in order";
        EXPECT_EQ(heard, "before");
        EXPECT_NE(*peers_end, asio::error::eof) << "the connection is closed, not only the session";
    }
}

TEST_F(TlsEndTest, R047_nothing_older_than_TLS_1_2) {
    for (const We we : {We::accept, We::connect}) {
        EXPECT_FALSE(handshake(we, TLS1_1_VERSION));
        EXPECT_TRUE(handshake(we, TLS1_2_VERSION));
        EXPECT_TRUE(handshake(we, TLS1_3_VERSION));
    }
}

TEST_F(TlsEndTest, V13_T_COMP_nothing_is_compressed) {
    for (const We we : {We::accept, We::connect}) {
        connect(TLS1_2_VERSION, we);
        EXPECT_EQ(SSL_get_current_compression(peer->native_handle()), nullptr);
    }
}

}  // namespace
}  // namespace rondel::net
