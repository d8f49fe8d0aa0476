// V33, T-CERT: which certificates of servers are accepted, and which are not, and that the reason is told. Each is
// shown in a handshake. (RFC 6120 §13.7.2, RFC 9525)
#include "rondel/net/tls_handshake.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "tests/support/authority.hpp"
#include "tests/support/figure.hpp"
#include "tests/support/loopback.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <gmock/gmock.h>
#include <openssl/ssl.h>
#include <stdlib.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using rondel::testing::Certificate;
using rondel::testing::issue;
using rondel::testing::Wish;
using ::testing::HasSubstr;

const Wish an_authority{.alternative = "", .common_name = "authority", .constraints = "critical,CA:TRUE"};

class CertificateTest : public rondel::testing::LoopbackTest {
  protected:
    CertificateTest() {
        std::string made = (std::filesystem::temp_directory_path() / "rondel-XXXXXX").string();
        folder = mkdtemp(made.data());
    }
    ~CertificateTest() override { std::filesystem::remove_all(folder); }

    // Connects to a server that shows `shown` and, behind it, `between`; trusts `trusted`; empty if that worked.
    std::string problem(const Certificate& shown, const std::string& name, const Certificate& trusted,
                        const std::string& between = {}) {
        struct Server {
            asio::ssl::context context{asio::ssl::context::tls_server};
            std::unique_ptr<TlsStream> stream;
        };
        const auto server = std::make_shared<Server>();                  // outlives us in its handlers
        SSL_CTX_set_security_level(server->context.native_handle(), 0);  // it may show what nobody should accept
        server->context.use_certificate_chain(asio::buffer(shown.chain + between));
        server->context.use_private_key(asio::buffer(shown.key), asio::ssl::context::pem);
        server->stream = std::make_unique<TlsStream>(io, server->context);
        tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
        acceptor.async_accept(server->stream->next_layer(), [server](boost::system::error_code error) {
            if (error) return;
            server->stream->async_handshake(asio::ssl::stream_base::server, [server](boost::system::error_code) {});
        });

        std::ofstream(folder / "ca.pem") << trusted.chain;
        TlsOptions options{.mode = TlsOptions::Mode::verify, .ca_file = folder / "ca.pem"};
        if (!revoked.empty()) {
            std::ofstream(folder / "crl.pem") << revoked;
            options.crl_file = folder / "crl.pem";
        }
        std::string wrong;
        const auto side = TlsSide::client(options, {name, service}, {}, wrong);
        EXPECT_TRUE(side) << wrong;
        if (!side) return wrong;
        tcp::socket socket(io);
        socket.connect(acceptor.local_endpoint());
        std::optional<std::string> why;
        std::unique_ptr<Transport> transport;
        TlsHandshake handshake(std::move(socket), *side, {}, [&](std::unique_ptr<Transport> made, std::string said) {
            why = std::move(said);
            transport = std::move(made);
        });
        EXPECT_TRUE(until([&] { return why.has_value(); }));
        EXPECT_EQ(transport == nullptr, !why->empty());
        return why.value_or("no end");
    }
    std::string problem(const Wish& wish, const std::string& name) {
        return problem(issue(wish, &authority), name, authority);
    }

    // The same, for those that must not be accepted: they are counted.
    template <class... Arguments>
    std::string refusal(const Arguments&... arguments) {
        std::string why = problem(arguments...);
        ++bad_shown;
        bad_accepted += why.empty() ? 1 : 0;
        return why;
    }
    std::string refusal(const Wish& wish, const std::string& name) {
        return refusal(issue(wish, &authority), name, authority);
    }
    static void TearDownTestSuite() {
        rondel::test::figure("bad-certificates-shown", bad_shown);
        rondel::test::figure("bad-certificates-accepted", bad_accepted);
    }

    static inline int bad_shown = 0, bad_accepted = 0;
    Certificate authority = issue(an_authority);
    std::string service = "xmpp-client";
    std::string revoked;  // PEM
    std::filesystem::path folder;
};

TEST_F(CertificateTest, V33_R045_T_CERT_names_that_fit) {
    EXPECT_EQ(problem(Wish{}, "xmpp.localhost"), "");
    EXPECT_EQ(problem(Wish{}, "XMPP.LocalHost"), "");
    EXPECT_EQ(problem({.alternative = "IP:127.0.0.1"}, "127.0.0.1"), "");
    EXPECT_EQ(problem({.alternative = "DNS:*.example.com"}, "xmpp.example.com"), "");
    EXPECT_EQ(problem({.alternative = "DNS:a.example,DNS:b.example"}, "b.example"), "");
    EXPECT_EQ(problem({.alternative = "DNS:xn--bcher-kva.example"},
                      "b\xC3\xBC"
                      "cher.example"),
              "");
    const std::string srv_id = "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:";
    const std::string xmpp_address = "otherName:1.3.6.1.5.5.7.8.5;UTF8:";
    EXPECT_EQ(problem({.alternative = srv_id + "_xmpp-client.example.com"}, "example.com"), "");
    EXPECT_EQ(problem({.alternative = xmpp_address + "example.com"}, "example.com"), "");
    EXPECT_EQ(problem({.alternative = "DNS:other.example," + srv_id + "_xmpp-client.example.com"}, "example.com"), "");
    service.clear();  // a component has no service of that kind
    EXPECT_THAT(refusal({.alternative = srv_id + "_xmpp-client.example.com"}, "example.com"), HasSubstr("mismatch"));
    EXPECT_THAT(refusal({.alternative = xmpp_address + "example.com"}, "example.com"), HasSubstr("mismatch"));
}

TEST_F(CertificateTest, V33_R044_R045_R047_T_CERT_names_that_do_not_fit) {
    for (const auto& [alternative, name] : {
             std::pair{"DNS:xmpp.localhost", "other.localhost"},
             std::pair{"DNS:xmpp.localhost", "localhost"},
             std::pair{"DNS:xmpp.localhost", "sub.xmpp.localhost"},
             std::pair{"DNS:*.example.com", "example.com"},
             std::pair{"DNS:*.example.com", "a.b.example.com"},
             std::pair{"DNS:x*.example.com", "xmpp.example.com"},
             std::pair{"DNS:*", "localhost"},
             std::pair{"DNS:*.com", "example.com"},
             std::pair{"email:admin@xmpp.localhost", "xmpp.localhost"},
             std::pair{"URI:xmpp:xmpp.localhost", "xmpp.localhost"},
             std::pair{"otherName:1.3.6.1.5.5.7.8.5;UTF8:juliet@xmpp.localhost", "xmpp.localhost"},
             std::pair{"otherName:1.3.6.1.5.5.7.8.5;UTF8:other.localhost", "xmpp.localhost"},
             std::pair{"otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp.localhost", "localhost"},
             std::pair{"otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-server.xmpp.localhost", "xmpp.localhost"},
             std::pair{"otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-client.other.localhost", "xmpp.localhost"},
         })
        EXPECT_THAT(refusal({.alternative = alternative, .common_name = name}, name), HasSubstr("mismatch"))
            << alternative << " for " << name;
    EXPECT_THAT(refusal({.alternative = "DNS:127.0.0.1"}, "127.0.0.1"), HasSubstr("mismatch"));
    EXPECT_THAT(refusal({.alternative = "IP:127.0.0.2"}, "127.0.0.1"), HasSubstr("mismatch"));
    EXPECT_EQ(refusal({.alternative = "DNS:a.example,DNS:b.example"}, "c.example"),
              "its certificate was refused: hostname mismatch (it is for DNS a.example, DNS b.example, not for "
              "c.example)");
}

TEST_F(CertificateTest, V25_T_CERTID_the_text_of_a_subject_is_no_identity) {
    for (const std::string common : {"xmpp.localhost", "x, CN=xmpp.localhost", "xmpp.localhost\n"})
        EXPECT_NE(refusal({.alternative = "", .common_name = common}, "xmpp.localhost"), "") << common;
    EXPECT_THAT(refusal({.name_with_null = std::string("xmpp.localhost\0.evil.example", 28)}, "xmpp.localhost"),
                HasSubstr("refused"));
}

TEST_F(CertificateTest, V33_R044_T_CERT_dates_purposes_and_strength) {
    const auto refused = [&](const Wish& wish, const char* why) {
        EXPECT_THAT(refusal(wish, "xmpp.localhost"), HasSubstr(why));
    };
    refused({.first_day = -30, .last_day = -1}, "expired");
    refused({.first_day = 1}, "not yet valid");
    refused({.usage = "clientAuth"}, "purpose");
    EXPECT_EQ(problem({.usage = "clientAuth,serverAuth"}, "xmpp.localhost"), "");
    refused({.weak_key = true}, "too weak");
    refused({.weak_digest = true}, "too weak");
    refused({.unknown_critical = true}, "critical extension");
}

TEST_F(CertificateTest, V33_R044_T_CERT_chains) {
    const Wish below{.alternative = "", .common_name = "between", .constraints = "critical,CA:TRUE"};
    const Certificate between = issue(below, &authority);
    const Certificate leaf = issue({}, &between);
    EXPECT_EQ(problem(leaf, "xmpp.localhost", authority, between.chain), "");
    EXPECT_THAT(refusal(leaf, "xmpp.localhost", authority), HasSubstr("unable to get"));  // one is missing

    const Certificate itself = issue({});
    EXPECT_THAT(refusal(itself, "xmpp.localhost", authority), HasSubstr("self"));
    EXPECT_EQ(problem(itself, "xmpp.localhost", itself), "");

    const Certificate another = issue(an_authority);  // of the same name
    EXPECT_NE(refusal(issue({}, &another), "xmpp.localhost", authority), "");

    const Certificate no_authority = issue({.alternative = "DNS:evil.example", .common_name = "evil"}, &authority);
    EXPECT_THAT(refusal(issue({}, &no_authority), "xmpp.localhost", authority, no_authority.chain),
                HasSubstr("invalid CA"));

    Wish limited = an_authority;
    limited.constraints = "critical,CA:TRUE,pathlen:0";
    const Certificate short_one = issue(limited);
    const Certificate too_long = issue(below, &short_one);
    EXPECT_THAT(refusal(issue({}, &too_long), "xmpp.localhost", short_one, too_long.chain), HasSubstr("path length"));

    Wish narrow = an_authority;
    narrow.permitted = "critical,permitted;DNS:example.com";
    const Certificate narrow_one = issue(narrow);
    EXPECT_THAT(refusal(issue({}, &narrow_one), "xmpp.localhost", narrow_one), HasSubstr("permitted subtree"));

    // What binds it binds all that it could say: an SRV-ID or an XmppAddr is no way out.
    const std::string way_out =
        "otherName:1.3.6.1.5.5.7.8.5;UTF8:xmpp.localhost,"
        "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-client.xmpp.localhost";
    EXPECT_THAT(refusal(issue({.alternative = way_out}, &narrow_one), "xmpp.localhost", narrow_one),
                HasSubstr("mismatch"));
    EXPECT_EQ(problem(issue({.alternative = "DNS:im.example.com"}, &narrow_one), "im.example.com", narrow_one), "");

    Wish old = an_authority;
    old.first_day = -30;
    old.last_day = -1;
    const Certificate expired = issue(old);
    EXPECT_THAT(refusal(issue({}, &expired), "xmpp.localhost", expired), HasSubstr("expired"));
}

TEST_F(CertificateTest, V33_T_CERT_revoked_ones) {
    revoked = rondel::testing::revoke({7}, authority);
    EXPECT_EQ(problem({.serial = 6}, "xmpp.localhost"), "");
    EXPECT_THAT(refusal({.serial = 7}, "xmpp.localhost"), HasSubstr("certificate revoked"));
    revoked = rondel::testing::revoke({}, authority, -1);
    EXPECT_THAT(refusal({.serial = 6}, "xmpp.localhost"), HasSubstr("CRL has expired"));
    const Certificate another = issue({.alternative = "", .common_name = "another", .constraints = "critical,CA:TRUE"});
    revoked = rondel::testing::revoke({}, another);
    EXPECT_THAT(refusal({.serial = 6}, "xmpp.localhost"), HasSubstr("unable to get certificate CRL"));
}

TEST_F(CertificateTest, V33_options_that_cannot_be_used_are_told) {
    std::ofstream(folder / "nothing.pem") << "nothing";
    const auto wrong = [](const TlsOptions& options, const OwnCertificate& own = {}) {
        std::string why;
        EXPECT_FALSE(TlsSide::client(options, {"xmpp.localhost"}, own, why));
        return why;
    };
    using Mode = TlsOptions::Mode;
    EXPECT_THAT(wrong({.mode = Mode::verify, .ca_file = "/nowhere.pem"}), HasSubstr("read from /nowhere.pem"));
    EXPECT_THAT(wrong({.mode = Mode::verify, .ca_file = folder / "nothing.pem"}), HasSubstr("nothing.pem"));
    EXPECT_THAT(wrong({.mode = Mode::verify, .crl_file = folder / "nothing.pem"}), HasSubstr("revoked certificates"));
    EXPECT_THAT(wrong({.mode = Mode::pin, .pin = "sha256:12"}), HasSubstr("is not understood"));
    EXPECT_THAT(wrong({.mode = Mode::insecure}, {.file = folder / "nothing.pem"}), HasSubstr("Our certificate"));
    std::ofstream(folder / "own.pem") << authority.chain;
    EXPECT_THAT(wrong({.mode = Mode::insecure}, {.file = folder / "own.pem"}), HasSubstr("The key of our"));
}

}  // namespace
}  // namespace rondel::net
