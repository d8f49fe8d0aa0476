// The component host against our own listener, over real sockets on loopback. The real servers follow in
// tests/integration.
#include "rondel/net/component.hpp"

#include "rondel/net/listener.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "tests/support/certificate.hpp"
#include "tests/support/loopback.hpp"
#include <gmock/gmock.h>
#include <stdlib.h>

namespace rondel::net {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

void echo(const Message& in, Entity& self) {
    if (auto text = in.body()) self.send(in.reply("echo: {}", *text));
}

// A server of ours, on a free port, with two components that it knows.
struct Server {
    explicit Server(const boost::asio::any_io_executor& executor, std::string_view at = "127.0.0.1:0",
                    ListenerOptions options = {})
        : listener(executor, board, book, std::move(options)) {
        book.add("echo.localhost"_jid, "pass");
        book.add("talker.localhost"_jid, "word");
        const Result<Endpoint> where = listener.listen(*Endpoint::parse(at));
        if (where) here = where->str();
        error = where ? std::error_code() : where.error();
    }
    server::Switchboard board;
    server::ComponentBook book{board};
    Listener listener;
    std::string here;
    std::error_code error;
};

class ComponentTest : public rondel::testing::LoopbackTest {
  protected:
    ComponentOptions options(std::string domain, std::string secret, std::string server) {
        ComponentOptions options;
        options.domain = std::move(domain);
        options.secret = std::move(secret);
        options.server = std::move(server);
        options.reconnect_first = std::chrono::milliseconds(20);
        options.reconnect_most = std::chrono::milliseconds(100);
        options.log = [this](LogLevel, std::string_view sentence) { said.emplace_back(sentence); };
        return options;
    }

    struct Running {
        std::unique_ptr<Component> component;
        std::shared_ptr<std::optional<Ending>> ending = std::make_shared<std::optional<Ending>>();
        std::shared_ptr<int> sessions = std::make_shared<int>(0);
        Entity& entity() const { return component->entity(); }
    };

    Running start(ComponentOptions with, Router router = {}) {
        Running running;
        router.on_session([sessions = running.sessions](Entity&) { ++*sessions; });
        running.component = std::make_unique<Component>(std::move(with), std::move(router));
        running.component->start(io.get_executor(), [ending = running.ending](const Ending& how) { *ending = how; });
        return running;
    }

    Router echoing() {
        Router router;
        router.on_message(echo);
        return router;
    }

    // Collects what the talker hears.
    Router listening() {
        Router router;
        router.on_message([this](const Message& in) { heard.emplace_back(in.body().value_or("")); });
        return router;
    }

    std::vector<std::string> said;
    std::vector<std::string> heard;
};

TEST_F(ComponentTest, echoes_over_tcp) {
    Server server(io.get_executor());
    const Running service = start(options("echo.localhost", "pass", server.here), echoing());
    const Running talker = start(options("talker.localhost", "word", server.here), listening());
    ASSERT_TRUE(until([&] { return *service.sessions == 1 && *talker.sessions == 1; }));
    talker.entity().send(Message("echo.localhost"_jid, "one"));
    talker.entity().send(Message("anyone@echo.localhost/anywhere"_jid, "two"));
    ASSERT_TRUE(until([&] { return heard.size() == 2; }));
    EXPECT_THAT(heard, ::testing::ElementsAre("echo: one", "echo: two"));
}

TEST_F(ComponentTest, echoes_over_a_unix_socket) {
    std::string folder = (std::filesystem::temp_directory_path() / "rondel-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    {
        Server server(io.get_executor(), "unix:" + folder + "/component.sock");
        ASSERT_FALSE(server.error) << server.error.message();
        const Running service = start(options("echo.localhost", "pass", server.here), echoing());
        const Running talker = start(options("talker.localhost", "word", server.here), listening());
        ASSERT_TRUE(until([&] { return *service.sessions == 1 && *talker.sessions == 1; }));
        talker.entity().send(Message("echo.localhost"_jid, "hi"));
        ASSERT_TRUE(until([&] { return heard.size() == 1; }));
    }
    std::filesystem::remove_all(folder);
}

TEST_F(ComponentTest, R122_a_wrong_secret_is_final_and_says_what_to_do) {
    Server server(io.get_executor());
    const Running service = start(options("echo.localhost", "wrong", server.here));
    ASSERT_TRUE(until([&] { return service.ending->has_value(); }));
    EXPECT_TRUE((*service.ending)->failed);
    EXPECT_THAT((*service.ending)->why,
                AllOf(HasSubstr("secret of the component 'echo.localhost'"), HasSubstr(server.here)));
    EXPECT_EQ(*service.sessions, 0);
}

TEST_F(ComponentTest, R030_R122_an_unknown_domain_is_final) {
    Server server(io.get_executor());
    const Running service = start(options("other.localhost", "pass", server.here));
    ASSERT_TRUE(until([&] { return service.ending->has_value(); }));
    EXPECT_TRUE((*service.ending)->failed);
    EXPECT_THAT((*service.ending)->why, HasSubstr("knows no component 'other.localhost'"));
}

TEST_F(ComponentTest, F23_the_second_of_a_name_stops_and_the_first_goes_on) {
    Server server(io.get_executor());
    const Running first = start(options("echo.localhost", "pass", server.here), echoing());
    ASSERT_TRUE(until([&] { return *first.sessions == 1; }));
    const Running second = start(options("echo.localhost", "pass", server.here), echoing());
    ASSERT_TRUE(until([&] { return second.ending->has_value(); }));
    EXPECT_TRUE((*second.ending)->failed);
    EXPECT_THAT((*second.ending)->why, HasSubstr("already connected"));
    EXPECT_FALSE(first.ending->has_value());
    EXPECT_TRUE(first.entity().in_session());
}

TEST_F(ComponentTest, F01_starts_before_the_server_does_and_what_was_sent_waits) {
    std::string port;
    {
        Server taken(io.get_executor());  // a port that was free a moment ago
        port = taken.here;
    }
    const Running service = start(options("echo.localhost", "pass", port), echoing());
    const Running talker = start(options("talker.localhost", "word", port), listening());
    EXPECT_TRUE(talker.entity().send(Message("echo.localhost"_jid, "early")));
    ASSERT_TRUE(until([&] { return said.size() >= 4; }));  // both tried, and said so
    Server server(io.get_executor(), port);
    ASSERT_FALSE(server.error) << server.error.message();
    ASSERT_TRUE(until([&] { return *service.sessions == 1 && *talker.sessions == 1; }));
    talker.entity().send(Message("echo.localhost"_jid, "late"));
    ASSERT_TRUE(until([&] { return !heard.empty() && heard.back() == "echo: late"; }));
    EXPECT_EQ(std::count_if(said.begin(), said.end(),
                            [](const std::string& each) { return each.find("Trying again") != std::string::npos; }),
              2);  // once for each of the two, however often they tried
}

TEST_F(ComponentTest, F01_reconnects_after_the_server_was_restarted) {
    auto server = std::make_unique<Server>(io.get_executor());
    const std::string port = server->here;
    const Running service = start(options("echo.localhost", "pass", port), echoing());
    const Running talker = start(options("talker.localhost", "word", port), listening());
    for (int round = 1; round <= 3; ++round) {
        ASSERT_TRUE(until([&] { return *service.sessions == round && *talker.sessions == round; }));
        talker.entity().send(Message("echo.localhost"_jid, "again"));
        ASSERT_TRUE(until([&] { return heard.size() == static_cast<std::size_t>(round); }));
        server.reset();  // cuts the connections
        ASSERT_TRUE(until([&] { return !service.entity().in_session() && !talker.entity().in_session(); }));
        server = std::make_unique<Server>(io.get_executor(), port);
        ASSERT_FALSE(server->error) << server->error.message();
    }
}

TEST_F(ComponentTest, R033_system_shutdown_of_the_server_is_no_reason_to_give_up) {
    auto server = std::make_unique<Server>(io.get_executor());
    const Running service = start(options("echo.localhost", "pass", server->here), echoing());
    ASSERT_TRUE(until([&] { return *service.sessions == 1; }));
    server->listener.shut_down();
    ASSERT_TRUE(until([&] { return !service.entity().in_session() && said.size() >= 2; }));
    EXPECT_FALSE(service.ending->has_value());
    EXPECT_THAT(said, ::testing::Contains(HasSubstr("system-shutdown")));
}

TEST_F(ComponentTest, F11_drain_finishes_what_is_in_flight_and_closes_in_order) {
    Server server(io.get_executor());
    const Running service = start(options("echo.localhost", "pass", server.here), echoing());
    const Running talker = start(options("talker.localhost", "word", server.here), listening());
    ASSERT_TRUE(until([&] { return *service.sessions == 1 && *talker.sessions == 1; }));
    for (int i = 0; i < 100; ++i) talker.entity().send(Message("echo.localhost"_jid, "last words"));
    talker.component->drain();
    ASSERT_TRUE(until([&] { return talker.ending->has_value(); }));
    EXPECT_FALSE((*talker.ending)->failed);
    const Ledger& ledger = talker.entity().ledger();
    EXPECT_EQ(ledger.ended(Outcome::acked), 100u);  // the server's end tag proves them
    EXPECT_EQ(ledger.open(), 0u);
    // More come: errors for the echoes that nobody is there for any more.
    ASSERT_TRUE(until([&] { return service.entity().ledger().received() >= 100u; }));
}

TEST_F(ComponentTest, the_options_are_checked_before_anything_is_tried) {
    const auto why = [&](ComponentOptions with) {
        const Running running = start(std::move(with));
        EXPECT_TRUE(until([&] { return running.ending->has_value(); }));
        EXPECT_TRUE((*running.ending)->failed);
        return (*running.ending)->why;
    };
    EXPECT_THAT(why(options("a b", "pass", "localhost")),
                "\"a b\" is no domain for a component. The domain of the address is neither a domain name nor an IP "
                "address (IPv6 goes in brackets).");
    EXPECT_THAT(why(options("user@echo.localhost", "pass", "localhost")), HasSubstr("is no domain"));
    EXPECT_THAT(why(options("echo.localhost", "", "localhost")), HasSubstr("no secret"));
    EXPECT_THAT(why(options("echo.localhost", "pass", "local host")), HasSubstr("HOST:PORT"));
    ComponentOptions secured = options("echo.localhost", "pass", "unix:/run/xmpp.sock");
    secured.tls.mode = TlsOptions::Mode::verify;
    EXPECT_THAT(why(secured), HasSubstr("where there is no TLS"));
}

TEST_F(ComponentTest, V37_T_CSEC_the_secret_does_not_leave_this_machine_in_plain_text) {
    // 192.0.2.0/24 is for documentation (RFC 5737). Nothing is sent: the refusal comes before the connection.
    const Running service = start(options("echo.localhost", "pass", "192.0.2.1:5347"));
    ASSERT_TRUE(until([&] { return service.ending->has_value(); }));
    EXPECT_THAT((*service.ending)->why, HasSubstr("without TLS"));
    Server everywhere(io.get_executor(), "0.0.0.0:0");
    EXPECT_EQ(everywhere.error, NetError::plaintext_beyond_loopback);
}

TEST_F(ComponentTest, post_is_safe_from_another_thread) {
    Server server(io.get_executor());
    const Running service = start(options("echo.localhost", "pass", server.here), echoing());
    const Running talker = start(options("talker.localhost", "word", server.here), listening());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i)
                talker.component->post([](Entity& self) { self.send(Message("echo.localhost"_jid, "from afar")); });
        });
    for (std::thread& thread : threads) thread.join();
    ASSERT_TRUE(until([&] { return heard.size() == 200; }));
}

// TLS to the component port.

class ComponentTlsTest : public ComponentTest {
  protected:
    ComponentTlsTest() {
        ListenerOptions secure;
        secure.certificate = {certificate.chain, certificate.key};
        server = std::make_unique<Server>(io.get_executor(), "127.0.0.1:0", std::move(secure));
        std::string folder = (std::filesystem::temp_directory_path() / "rondel-XXXXXX").string();
        ca_folder = mkdtemp(folder.data());
        std::ofstream(ca_folder / "ca.pem") << certificate.chain;
    }
    ~ComponentTlsTest() override { std::filesystem::remove_all(ca_folder); }

    bool connects(TlsOptions tls) {
        ComponentOptions with = options("echo.localhost", "pass", server->here);
        with.tls = std::move(tls);
        with.reconnect = false;
        const Running service = start(std::move(with), echoing());
        EXPECT_TRUE(until([&] { return service.ending->has_value() || *service.sessions == 1; }));
        why = service.ending->has_value() ? (*service.ending)->why : "";
        return *service.sessions == 1;
    }

    rondel::testing::Certificate certificate = rondel::testing::make_certificate({"xmpp.localhost", "127.0.0.1"});
    std::unique_ptr<Server> server;
    std::filesystem::path ca_folder;
    std::string why;
};

TEST_F(ComponentTlsTest, verified_by_its_authority_and_its_name) {
    EXPECT_TRUE(connects({.mode = TlsOptions::Mode::verify, .ca_file = ca_folder / "ca.pem"})) << why;
    EXPECT_TRUE(connects({.mode = TlsOptions::Mode::verify, .ca_file = ca_folder / "ca.pem", .name = "xmpp.localhost"}))
        << why;
}

TEST_F(ComponentTlsTest, V33_T_CERT_another_name_is_refused) {
    EXPECT_FALSE(
        connects({.mode = TlsOptions::Mode::verify, .ca_file = ca_folder / "ca.pem", .name = "other.localhost"}));
    EXPECT_THAT(why, AllOf(HasSubstr("certificate"), HasSubstr("mismatch")));
}

TEST_F(ComponentTlsTest, V33_T_CERT_an_unknown_authority_is_refused) {
    EXPECT_FALSE(connects({.mode = TlsOptions::Mode::verify}));
    EXPECT_THAT(why, HasSubstr("self"));
}

TEST_F(ComponentTlsTest, a_pin_is_enough_and_another_pin_is_not) {
    EXPECT_TRUE(connects({.mode = TlsOptions::Mode::pin, .pin = certificate.fingerprint})) << why;
    std::string other = certificate.fingerprint;
    other.back() = other.back() == '0' ? '1' : '0';
    EXPECT_FALSE(connects({.mode = TlsOptions::Mode::pin, .pin = other}));
    EXPECT_THAT(why, HasSubstr("not the pinned one"));
    EXPECT_FALSE(connects({.mode = TlsOptions::Mode::pin, .pin = "sha256:abc"}));
    EXPECT_THAT(why, HasSubstr("64 hexadecimal digits"));
}

TEST_F(ComponentTlsTest, V33_T_CERT_an_expired_certificate_is_refused) {
    certificate = rondel::testing::make_certificate({"127.0.0.1"}, -2);
    ListenerOptions secure;
    secure.certificate = {certificate.chain, certificate.key};
    server = std::make_unique<Server>(io.get_executor(), "127.0.0.1:0", std::move(secure));
    std::ofstream(ca_folder / "ca.pem") << certificate.chain;
    EXPECT_FALSE(connects({.mode = TlsOptions::Mode::verify, .ca_file = ca_folder / "ca.pem"}));
    EXPECT_THAT(why, HasSubstr("expired"));
}

TEST_F(ComponentTlsTest, V25_T_CERTID_the_common_name_is_never_looked_at) {
    certificate = rondel::testing::make_certificate({});
    ListenerOptions secure;
    secure.certificate = {certificate.chain, certificate.key};
    server = std::make_unique<Server>(io.get_executor(), "127.0.0.1:0", std::move(secure));
    std::ofstream(ca_folder / "ca.pem") << certificate.chain;
    EXPECT_FALSE(connects({.mode = TlsOptions::Mode::verify, .ca_file = ca_folder / "ca.pem", .name = "test"}));
}

TEST_F(ComponentTlsTest, R041_plain_text_to_a_tls_port_ends_with_a_sentence) {
    EXPECT_FALSE(connects({}));
    EXPECT_FALSE(why.empty());
}

TEST_F(ComponentTlsTest, twenty_megabytes_survive_the_copying_of_records) {
    ComponentOptions with = options("echo.localhost", "pass", server->here);
    with.tls = {.mode = TlsOptions::Mode::pin, .pin = certificate.fingerprint};
    const Running service = start(with, echoing());
    with.domain = "talker.localhost";
    with.secret = "word";
    with.entity.queue_stanzas = 100000;
    with.entity.queue_bytes = 64 * 1024 * 1024;
    const Running talker = start(with, listening());
    ASSERT_TRUE(until([&] { return *service.sessions == 1 && *talker.sessions == 1; }));
    const std::string body(100 * 1024, 'x');
    for (std::size_t i = 0; i < 200; ++i) {
        // Some at a time: what a component does not take fast enough, the server bounces.
        ASSERT_TRUE(until([&] { return heard.size() + 20 > i; }));
        ASSERT_TRUE(talker.entity().send(Message("echo.localhost"_jid, body)));
    }
    ASSERT_TRUE(until([&] { return heard.size() == 200; }));
    EXPECT_EQ(heard.back().size(), body.size() + 6);
}

}  // namespace
}  // namespace rondel::net
