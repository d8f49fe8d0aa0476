// Finding the server of a domain: each case of F16, and that all places are tried. (RFC 6120 §3.2, XEP-0368, RFC 8305)
#include "rondel/net/connector.hpp"

#include "rondel/net/tls_handshake.hpp"

#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/authority.hpp"
#include "tests/support/dns_server.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/loopback.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using rondel::testing::Certificate;
using rondel::testing::DnsServer;
using rondel::testing::issue;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// A port that takes connections, and says nothing; with a certificate, it shakes hands.
struct Port {
    explicit Port(asio::io_context& io, std::shared_ptr<const TlsSide> with = {})
        : acceptor(io, {asio::ip::address_v4::loopback(), 0}), side(std::move(with)) {
        accept();
    }
    void accept() {
        acceptor.async_accept([this](boost::system::error_code error, tcp::socket socket) {
            if (error) return;
            ++connections;
            if (side != nullptr)
                handshakes.push_back(std::make_unique<TlsHandshake>(
                    std::move(socket), side, TlsHandshakeOptions{},
                    [this](std::unique_ptr<Transport> made, const std::string&) { transport = std::move(made); }));
            else
                sockets.push_back(std::move(socket));
            accept();
        });
    }
    std::uint16_t number() const { return acceptor.local_endpoint().port(); }

    tcp::acceptor acceptor;
    std::shared_ptr<const TlsSide> side;
    std::vector<tcp::socket> sockets;
    std::vector<std::unique_ptr<TlsHandshake>> handshakes;
    std::unique_ptr<Transport> transport;
    int connections = 0;
};

class ConnectorTest : public rondel::testing::LoopbackTest {
  protected:
    ConnectorTest() {
        options.domain = "example.com";
        options.dns_servers = {dns.here()};
        std::ofstream(folder.path() + "/ca.pem") << authority.chain;
        TlsOptions tls{.mode = TlsOptions::Mode::verify, .ca_file = folder.path() + "/ca.pem"};
        std::string why;
        options.tls = *TlsSide::client(tls, {"example.com", "xmpp-client"}, {}, why);
        options.protocol = "xmpp-client";
        options.timeout = std::chrono::seconds(5);
    }

    // Empty if there is a transport then; else why there is none.
    std::string connect() {
        std::optional<std::string> why;
        connector = std::make_unique<Connector>(io.get_executor(), options);
        connector->connect([&](std::unique_ptr<Transport> made, const ConnectFailure& failure) {
            transport = std::move(made);
            why = failure.why;
            fatal = failure.fatal;
        });
        EXPECT_TRUE(until([&] { return why.has_value(); }));
        EXPECT_EQ(transport != nullptr, why == "");
        return why.value_or("nothing came of it");
    }
    std::string place() const { return transport == nullptr ? "nowhere" : transport->description(); }

    std::shared_ptr<const TlsSide> server_side(const std::string& name) {
        const Certificate certificate = issue({.alternative = "DNS:" + name}, &authority);
        std::string why;
        return *TlsSide::server({.chain = certificate.chain, .key = certificate.key}, why);
    }
    static std::uint16_t closed_port(asio::io_context& io) {
        return tcp::acceptor(io, {asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
    }
    void starttls(std::uint16_t priority, std::uint16_t port, const std::string& host = "xmpp.example.com") {
        dns.srv("_xmpp-client._tcp.example.com", priority, 0, port, host);
    }
    void direct_tls(std::uint16_t priority, std::uint16_t port, const std::string& host = "xmpp.example.com") {
        dns.srv("_xmpps-client._tcp.example.com", priority, 0, port, host);
    }

    DnsServer dns{io};
    rondel::test::Folder folder;
    Certificate authority = issue({.alternative = "", .common_name = "authority", .constraints = "critical,CA:TRUE"});
    ConnectOptions options;
    std::unique_ptr<Connector> connector;
    std::unique_ptr<Transport> transport;
    bool fatal = false;
};

TEST_F(ConnectorTest, where_the_dns_says) {
    const Port port(io);
    starttls(0, port.number());
    dns.a("xmpp.example.com", "127.0.0.1");
    EXPECT_EQ(connect(), "");
    EXPECT_EQ(place(), "127.0.0.1:" + std::to_string(port.number()));
    EXPECT_FALSE(transport->secure()) << "STARTTLS is the stream's";
    EXPECT_THAT(dns.asked, AllOf(Contains("_xmpps-client._tcp.example.com SRV"), Contains("xmpp.example.com AAAA")));
}

TEST_F(ConnectorTest, R002_every_target_is_tried_in_order) {
    Port port(io);
    starttls(0, closed_port(io));
    starttls(1, 5222, "nowhere.example.com");
    starttls(2, port.number());
    dns.a("xmpp.example.com", "127.0.0.1");
    EXPECT_EQ(connect(), "");
    EXPECT_TRUE(until([&] { return port.connections == 1; }));
    EXPECT_THAT(dns.asked, Contains("nowhere.example.com A"));
}

TEST_F(ConnectorTest, R002_every_address_is_tried) {
    const Port port(io);
    starttls(0, port.number());
    dns.a("xmpp.example.com", "127.0.0.1");
    dns.aaaa("xmpp.example.com", "::1");  // nothing listens there
    EXPECT_EQ(connect(), "");
    EXPECT_EQ(place(), "127.0.0.1:" + std::to_string(port.number()));
}

// A documentation address of IPv6 either refuses at once or never answers, as the machine's network has it.
TEST_F(ConnectorTest, F16_a_dead_ipv6_address_does_not_hold_up) {
    const Port port(io);
    starttls(0, port.number());
    dns.a("xmpp.example.com", "127.0.0.1");
    dns.silent = {"xmpp.example.com AAAA"};
    EXPECT_EQ(connect(), "") << "without waiting for the answer";
}

TEST_F(ConnectorTest, R002_nothing_but_targets_is_tried_where_there_are_some) {
    starttls(0, closed_port(io));
    dns.a("xmpp.example.com", "127.0.0.1");
    dns.a("example.com", "127.0.0.1");
    EXPECT_THAT(connect(), AllOf(StartsWith("No connection to xmpp.example.com:"), HasSubstr("refused")));
    EXPECT_THAT(dns.asked, Not(Contains("example.com A")));
    EXPECT_FALSE(fatal);
}

TEST_F(ConnectorTest, R002_without_targets_the_domain_itself_at_5222) {
    options.tls = nullptr;  // so that no port of this machine, nor of another, is really tried
    dns.a("example.com", "192.0.2.1");
    EXPECT_THAT(connect(), StartsWith("No connection to example.com:5222 ("));
    EXPECT_THAT(dns.asked, Contains("example.com A"));
}

TEST_F(ConnectorTest, F16_R002_so_it_is_where_the_dns_fails) {
    dns.broken = {"_xmpp-client._tcp.example.com", "_xmpps-client._tcp.example.com"};
    options.tls = nullptr;
    dns.a("example.com", "192.0.2.1");
    EXPECT_THAT(connect(), StartsWith("No connection to example.com:5222 ("));
}

TEST_F(ConnectorTest, R001_a_dot_ends_the_search) {
    dns.srv("_xmpp-client._tcp.example.com", 0, 0, 0, ".");
    dns.a("example.com", "127.0.0.1");
    EXPECT_THAT(connect(), HasSubstr("says in the DNS that it has no XMPP service"));
    EXPECT_THAT(dns.asked, Not(Contains("example.com A")));
    EXPECT_FALSE(fatal) << "it may have one tomorrow";
}

TEST_F(ConnectorTest, F16_the_whole_is_bounded_in_time) {
    options.timeout = std::chrono::seconds(1);  // in which a busy machine, too, gets the answer that there are a hundred
    for (std::uint16_t i = 0; i < 100; ++i) starttls(i, 5222, "t" + std::to_string(i) + ".example.com");
    for (int i = 0; i < 100; ++i) dns.silent.insert("t" + std::to_string(i) + ".example.com");
    EXPECT_THAT(connect(), HasSubstr("no answer in time"));
}

TEST_F(ConnectorTest, F16_a_server_that_never_answers_is_given_up) {
    options.timeout = std::chrono::milliseconds(10);
    dns.silent = {"_xmpp-client._tcp.example.com", "_xmpps-client._tcp.example.com", "example.com"};
    EXPECT_NE(connect(), "");
}

TEST_F(ConnectorTest, R046_direct_tls_is_with_the_domain_whatever_the_host_is_called) {
    Port port(io, server_side("example.com"));
    direct_tls(0, port.number(), "host.elsewhere.example");
    dns.a("host.elsewhere.example", "127.0.0.1");
    EXPECT_EQ(connect(), "");
    EXPECT_TRUE(transport->secure());
    EXPECT_EQ(transport->facts().bindings.front().type, "tls-exporter");
}

TEST_F(ConnectorTest, V34_T_REFID_a_host_with_a_good_certificate_of_its_own_is_not_believed) {
    Port evil(io, server_side("xmpp.evil.example"));
    direct_tls(0, evil.number(), "xmpp.evil.example");
    dns.a("xmpp.evil.example", "127.0.0.1");
    EXPECT_THAT(connect(), AllOf(StartsWith("No TLS with xmpp.evil.example:"), HasSubstr("mismatch")));
}

TEST_F(ConnectorTest, V34_R002_the_next_one_is_tried_then) {
    Port evil(io, server_side("xmpp.evil.example"));
    Port good(io, server_side("example.com"));
    direct_tls(0, evil.number());
    direct_tls(1, good.number());
    dns.a("xmpp.example.com", "127.0.0.1");
    EXPECT_EQ(connect(), "");
    EXPECT_TRUE(until([&] { return good.connections == 1; }));
}

TEST_F(ConnectorTest, several_troubles_are_told) {
    for (std::uint16_t i = 0; i < 5; ++i) starttls(i, closed_port(io));
    dns.a("xmpp.example.com", "127.0.0.1");
    EXPECT_THAT(connect(), HasSubstr("And so on, at 5 places of example.com."));
}

TEST_F(ConnectorTest, without_tls_only_this_machine) {
    options.tls = nullptr;
    direct_tls(0, 5223);  // is left out
    starttls(1, 5222);
    dns.a("xmpp.example.com", "192.0.2.1");
    EXPECT_THAT(connect(), HasSubstr("without TLS"));
    EXPECT_TRUE(fatal);
    EXPECT_THAT(dns.asked, Contains("xmpp.example.com A"));
}

TEST_F(ConnectorTest, an_explicit_server_needs_no_dns) {
    Port port(io, server_side("example.com"));
    options.server = Endpoint{.host = "localhost", .port = port.number(), .path = {}};
    options.direct_tls = true;
    EXPECT_EQ(connect(), "");
    EXPECT_THAT(dns.asked, IsEmpty());
}

TEST_F(ConnectorTest, nor_do_localhost_and_addresses) {
    for (const char* domain : {"localhost", "xmpp.localhost", "127.0.0.99", "[::1]"}) {
        options.domain = domain;
        connect();  // whatever listens at 5222 of this machine
    }
    EXPECT_THAT(dns.asked, IsEmpty());
}

TEST_F(ConnectorTest, one_that_is_given_up_says_nothing) {
    dns.silent = {"_xmpp-client._tcp.example.com"};
    connector = std::make_unique<Connector>(io.get_executor(), options);
    bool told = false;
    connector->connect([&](auto, auto) { told = true; });
    ASSERT_TRUE(until([&] { return !dns.asked.empty(); }));
    connector.reset();
    io.run_for(std::chrono::milliseconds(1));
    EXPECT_FALSE(told);
}

}  // namespace
}  // namespace rondel::net
