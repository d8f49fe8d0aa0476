// Both sides of a handshake: what each knows of the connection afterwards, and that it comes to an end.
#include "rondel/net/tls_handshake.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/net/socket_transport.hpp"

#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/authority.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/loopback.hpp"
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <openssl/ssl.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using rondel::testing::Certificate;
using rondel::testing::issue;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// How one side came out of it.
struct End {
    std::unique_ptr<Transport> transport;
    std::optional<std::string> why;

    TlsHandshake::Done keep() {
        return [this](std::unique_ptr<Transport> made, std::string said) {
            transport = std::move(made);
            why = std::move(said);
        };
    }
    std::string data(const std::string& type) const {
        for (const auto& binding : transport->facts().bindings)
            if (binding.type == type) return binding.data;
        return {};
    }
};

class TlsHandshakeTest : public rondel::testing::LoopbackTest {
  protected:
    std::shared_ptr<const TlsSide> server(TlsServerOptions options = {}) {
        options.chain = certificate.chain;
        options.key = certificate.key;
        std::string why;
        const auto side = TlsSide::server(options, why);
        EXPECT_TRUE(side) << why;
        return *side;
    }
    static std::shared_ptr<const TlsSide> client(const OwnCertificate& own = {}) {
        std::string why;
        const auto side =
            TlsSide::client({.mode = TlsOptions::Mode::insecure}, {"xmpp.localhost", "xmpp-client"}, own, why);
        EXPECT_TRUE(side) << why;
        return *side;
    }

    // Whether it worked on both sides.
    bool shake(const std::shared_ptr<const TlsSide>& accepting, const std::shared_ptr<const TlsSide>& connecting,
               const std::string& protocol = {}) {
        tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
        tcp::socket one(io);
        one.connect(acceptor.local_endpoint());
        ours.why.reset();
        theirs.why.reset();
        TlsHandshakeOptions how;
        how.protocol = protocol;
        TlsHandshake there(acceptor.accept(), accepting, {}, theirs.keep());
        TlsHandshake here(std::move(one), connecting, how, ours.keep());
        EXPECT_TRUE(until([&] { return ours.why && theirs.why; }));
        return ours.transport != nullptr && theirs.transport != nullptr;
    }

    std::string file(const char* name, const std::string& text) {
        std::ofstream(folder.path() + "/" + name) << text;
        return folder.path() + "/" + name;
    }

    rondel::test::Folder folder;
    Certificate certificate = issue({});
    End ours, theirs;
};

TEST_F(TlsHandshakeTest, V29_T_CB_both_sides_know_the_same_bindings_and_each_connection_its_own) {
    const auto accepting = server();
    const auto connecting = client();
    ASSERT_TRUE(shake(accepting, connecting));
    EXPECT_EQ(ours.data("tls-exporter").size(), 32U);
    EXPECT_EQ(ours.data("tls-exporter"), theirs.data("tls-exporter"));
    EXPECT_EQ(ours.data("tls-server-end-point").size(), 32U);
    EXPECT_EQ(ours.data("tls-server-end-point"), theirs.data("tls-server-end-point"));
    EXPECT_EQ("sha256:" + to_hex(ours.data("tls-server-end-point")), certificate.fingerprint);
    EXPECT_EQ(ours.transport->facts().bindings.front().type, "tls-exporter") << "the best first";

    const std::string earlier = ours.data("tls-exporter");
    ASSERT_TRUE(shake(accepting, connecting));
    EXPECT_NE(ours.data("tls-exporter"), earlier);
}

// RFC 9266 §3 leaves it undefined there. Neither side has it, so neither can be talked into it.
TEST_F(TlsHandshakeTest, V29_T_CB_tls_1_3_has_no_tls_unique) {
    ASSERT_TRUE(shake(server(), client()));
    EXPECT_EQ(ours.data("tls-unique"), "");
    EXPECT_EQ(theirs.data("tls-unique"), "");
    EXPECT_EQ(ours.transport->facts().bindings.size(), 2U);
    EXPECT_EQ(theirs.transport->facts().bindings.size(), 2U);
}

TEST_F(TlsHandshakeTest, V29_T_CB_tls_1_2_has_an_exporter_only_with_the_extended_master_secret) {
    const auto accepting = server();
    const auto connecting = client();
    SSL_CTX_set_max_proto_version(connecting->context().native_handle(), TLS1_2_VERSION);
    ASSERT_TRUE(shake(accepting, connecting));
    EXPECT_EQ(ours.data("tls-exporter").size(), 32U);
    EXPECT_EQ(ours.data("tls-exporter"), theirs.data("tls-exporter"));
    EXPECT_EQ(ours.data("tls-unique").size(), 12U);
    EXPECT_EQ(ours.data("tls-unique"), theirs.data("tls-unique"));
    EXPECT_EQ(ours.transport->facts().bindings.back().type, "tls-unique") << "for those who know nothing else";

    SSL_CTX_set_options(connecting->context().native_handle(), SSL_OP_NO_EXTENDED_MASTER_SECRET);
    ASSERT_TRUE(shake(accepting, connecting));
    EXPECT_EQ(ours.data("tls-exporter"), "");
    EXPECT_EQ(theirs.data("tls-exporter"), "");
    EXPECT_EQ(ours.data("tls-unique"), "");
    EXPECT_NE(ours.data("tls-server-end-point"), "");
}

TEST_F(TlsHandshakeTest, V29_T_CB_a_signature_without_a_digest_gives_no_end_point) {
    certificate = issue({.ed25519 = true});
    ASSERT_TRUE(shake(server(), client()));
    EXPECT_EQ(ours.data("tls-server-end-point"), "") << "RFC 5929 §4.1";
    EXPECT_EQ(theirs.data("tls-server-end-point"), "");
    EXPECT_NE(ours.data("tls-exporter"), "");
}

TEST_F(TlsHandshakeTest, a_client_that_names_protocols_must_name_one_of_ours) {
    EXPECT_TRUE(shake(server(), client(), "xmpp-client"));
    EXPECT_TRUE(shake(server(), client())) << "STARTTLS names none (XEP-0368)";
    EXPECT_FALSE(shake(server(), client(), "h2"));
    EXPECT_NE(*ours.why, "");
    TlsServerOptions both;
    both.protocols = {"xmpp-client", "http/1.1"};
    EXPECT_TRUE(shake(server(both), client(), "http/1.1"));
    TlsServerOptions none;
    none.protocols = {};
    EXPECT_TRUE(shake(server(none), client(), "h2"));
}

TEST_F(TlsHandshakeTest, R045_the_addresses_of_a_clients_certificate_are_known_if_somebody_vouches_for_it) {
    const Certificate authority =
        issue({.alternative = "", .common_name = "authority", .constraints = "critical,CA:TRUE"});
    const rondel::testing::Wish juliet{
        .alternative = "otherName:1.3.6.1.5.5.7.8.5;UTF8:juliet@localhost,otherName:1.3.6.1.5.5.7.8.5;UTF8:j@localhost",
        .usage = "clientAuth"};
    const auto shown = [&](const Certificate& whose) {
        return OwnCertificate{file("own.pem", whose.chain), file("own.key", whose.key)};
    };
    TlsServerOptions asking;
    asking.ask_for_certificate = true;
    asking.client_ca_file = file("ca.pem", authority.chain);

    ASSERT_TRUE(shake(server(asking), client(shown(issue(juliet, &authority)))));
    EXPECT_THAT(theirs.transport->facts().peer_addresses, ElementsAre("juliet@localhost", "j@localhost"));
    EXPECT_TRUE(ours.transport->facts().own_certificate);
    EXPECT_THAT(ours.transport->facts().peer_addresses, IsEmpty());

    // One that is no good is no reason to end the connection (RFC 6120 §13.7.2.2), and no identity.
    rondel::testing::Wish old = juliet, server_only = juliet;
    old.first_day = -30;
    old.last_day = -1;
    server_only.usage = "serverAuth";
    for (const Certificate& bad : {issue(juliet), issue(old, &authority), issue(server_only, &authority)}) {
        ASSERT_TRUE(shake(server(asking), client(shown(bad))));
        EXPECT_THAT(theirs.transport->facts().peer_addresses, IsEmpty());
    }
    ASSERT_TRUE(shake(server(asking), client()));
    EXPECT_THAT(theirs.transport->facts().peer_addresses, IsEmpty());
    EXPECT_FALSE(ours.transport->facts().own_certificate);

    // Who is not asked for it does not show it.
    ASSERT_TRUE(shake(server(), client(shown(issue(juliet, &authority)))));
    EXPECT_FALSE(ours.transport->facts().own_certificate);
    EXPECT_THAT(theirs.transport->facts().peer_addresses, IsEmpty());
}

TEST_F(TlsHandshakeTest, F04_a_handshake_is_not_waited_for_for_ever) {
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    tcp::socket one(io);
    one.connect(acceptor.local_endpoint());
    const tcp::socket other = acceptor.accept();  // says nothing
    TlsHandshakeOptions how;
    how.limit = std::chrono::milliseconds(20);
    TlsHandshake here(std::move(one), client(), how, ours.keep());
    ASSERT_TRUE(until([&] { return ours.why.has_value(); }));
    EXPECT_EQ(*ours.why, "no answer in time");
    EXPECT_EQ(ours.transport, nullptr);
}

TEST_F(TlsHandshakeTest, one_that_is_given_up_says_nothing_and_closes_the_socket) {
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    tcp::socket one(io);
    one.connect(acceptor.local_endpoint());
    tcp::socket other = acceptor.accept();
    auto here = std::make_unique<TlsHandshake>(std::move(one), client(), TlsHandshakeOptions{}, ours.keep());
    here.reset();
    std::string heard;
    bool over = false;
    asio::async_read(other, asio::dynamic_buffer(heard), [&](boost::system::error_code, std::size_t) { over = true; });
    ASSERT_TRUE(until([&] { return over; }));
    EXPECT_FALSE(ours.why);
}

TEST_F(TlsHandshakeTest, a_peer_that_speaks_no_tls_is_told_apart) {
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    tcp::socket one(io);
    one.connect(acceptor.local_endpoint());
    tcp::socket other = acceptor.accept();
    asio::write(other, asio::buffer("HTTP/1.1 400 Bad Request\r\n\r\n", 28));
    TlsHandshake here(std::move(one), client(), {}, ours.keep());
    ASSERT_TRUE(until([&] { return ours.why.has_value(); }));
    EXPECT_THAT(*ours.why, HasSubstr("speaks no TLS; is this the right port? (wrong version number"));
}

TEST_F(TlsHandshakeTest, a_plain_transport_gives_its_socket_away_once) {
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    tcp::socket one(io);
    one.connect(acceptor.local_endpoint());
    const auto plain = make_transport(std::move(one));
    ASSERT_TRUE(take_socket(*plain));
    EXPECT_FALSE(take_socket(*plain));
    ASSERT_TRUE(shake(server(), client()));
    EXPECT_FALSE(take_socket(*ours.transport)) << "no TLS inside TLS";
}

}  // namespace
}  // namespace rondel::net
