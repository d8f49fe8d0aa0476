// Clients of the embedded server over real sockets on loopback: every door, and the limits.
#include "rondel/net/client_guest.hpp"

#include "rondel/net/connection.hpp"
#include "rondel/net/listener.hpp"
#include "rondel/net/socket_transport.hpp"
#include "rondel/net/tls_handshake.hpp"
#include "rondel/net/websocket_handshake.hpp"
#include "rondel/server/memory_storage.hpp"
#include "rondel/stream/client_stream.hpp"

#include <optional>
#include <string>
#include <vector>

#include "tests/support/loopback.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ::testing::HasSubstr;
using ::testing::Not;

// A client of ours, as far as a test needs one: a stream on a connection, and what it reported.
class TestClient final : ConnectionOwner {
  public:
    struct Options {
        Jid account;
        Secret password = "secret";
        bool tls_first = false;
        bool websocket = false;
        bool plain_text = false;
        std::string pin = {};  // of the server's certificate; empty: any
    };

    TestClient(asio::io_context& io, tcp::endpoint at, Options options) : io_(io), options_(std::move(options)) {
        TlsOptions tls;
        tls.mode = options_.pin.empty() ? TlsOptions::Mode::insecure : TlsOptions::Mode::pin;
        tls.pin = options_.pin;
        std::string problem;
        side_ = TlsSide::client(tls, {"localhost"}, {}, problem).value();
        tcp::socket socket(io_);
        socket.connect(at);
        if (!options_.tls_first) {
            enter(make_transport(std::move(socket)));
            return;
        }
        TlsHandshakeOptions how;
        how.protocol = "xmpp-client";
        tls_.emplace(std::move(socket), side_, how, [this](std::unique_ptr<Transport> transport, const std::string& w) {
            if (transport == nullptr) return fail(w);
            begin(std::move(transport));
        });
    }

    bool is_open() const { return opened_; }
    bool is_over() const { return over_; }
    void say(std::string_view to, std::string_view text) {
        Message message(*Jid::parse(to), text);
        connection_->stream().send(message);
        connection_->touched();
    }
    void close() {
        connection_->stream().close(Clock::now());
        connection_->touched();
    }
    void vanish() { connection_.reset(); }

    std::vector<std::string> heard = {};
    std::optional<stream::Closed> closed = {};
    std::string why = {};
    Jid address = {};

  private:
    void enter(std::unique_ptr<Transport> transport) {
        if (!options_.websocket) return begin(std::move(transport));
        WebSocketClientOptions how;
        how.host = "localhost";
        websocket_.emplace(io_.get_executor(), std::move(transport), how,
                           [this](std::unique_ptr<Transport> socket, const std::string& w) {
                               if (socket == nullptr) return fail(w);
                               begin(std::move(socket));
                           });
    }
    void begin(std::unique_ptr<Transport> transport) {
        stream::ClientIdentity who;
        who.account = options_.account;
        who.password = options_.password;
        stream::ClientStreamOptions how;
        how.framing = options_.websocket ? stream::Framing::websocket : stream::Framing::tcp;
        how.require_tls = !options_.websocket && !options_.plain_text;
        ConnectionOptions with;
        with.tls = side_;
        connection_.emplace(io_.get_executor(), std::move(transport),
                            std::make_unique<stream::ClientStream>(std::move(who), std::move(how)),
                            static_cast<ConnectionOwner&>(*this), std::move(with));
        connection_->start();
    }
    void fail(const std::string& sentence) {
        why = sentence;
        over_ = true;
    }

    void on_event(stream::Event& event, Instant) override {
        if (const auto* opened = std::get_if<stream::Opened>(&event)) {
            opened_ = true;
            address = opened->address;
        } else if (auto* received = std::get_if<stream::Received>(&event)) {
            if (received->stanza.kind() == StanzaKind::message)
                heard.emplace_back(Message(std::move(received->stanza)).body().value_or(""));
        } else if (auto* over = std::get_if<stream::Closed>(&event)) {
            closed = *over;
            why = over->why;
        }
    }
    void on_written(Instant) override {}
    void on_finished() override { over_ = true; }
    bool wants_to_read() const override { return true; }
    void expire(Instant) override {}
    Instant deadline() const override { return never; }

    asio::io_context& io_;
    Options options_;
    std::shared_ptr<const TlsSide> side_;
    std::optional<TlsHandshake> tls_;
    std::optional<WebSocketHandshake> websocket_;
    std::optional<Connection> connection_;
    bool opened_ = false;
    bool over_ = false;
};

class ClientGuestTest : public rondel::testing::LoopbackTest {
  protected:
    void SetUp() override {
        options.certificate = make_self_signed({"localhost"_jid});
        options.spare_loopback = true;
    }
    server::DomainOptions domain(Jid name) {
        server::DomainOptions how;
        how.name = std::move(name);
        how.iterations = 4096;
        how.clock = [] { return Clock::now(); };
        how.calendar = [] { return server::Time(std::chrono::seconds(1'700'000'000)); };
        return how;
    }
    void listen(Door::Tls tls = Door::Tls::required, bool http = false) {
        home.add_account("romeo", "secret");
        home.add_account("juliet", "secret");
        neighbour.add_account("juliet", "otherwise");
        listener = std::make_unique<Listener>(io.get_executor(), options);
        Door door{welcome_clients({&home, &neighbour}, guests), tls};
        if (tls == Door::Tls::first) door.protocols = {"xmpp-client"};
        door.http = http;
        const Result<Endpoint> where = listener->listen(*Endpoint::parse("127.0.0.1:0"), std::move(door));
        ASSERT_TRUE(where) << where.error().message();
        at = {asio::ip::address_v4::loopback(), where->port};
    }
    std::unique_ptr<TestClient> client(TestClient::Options how) {
        return std::make_unique<TestClient>(io, at, std::move(how));
    }
    void they_talk(TestClient::Options how) {
        how.account = "romeo@localhost"_jid;
        const auto romeo = client(how);
        how.account = "juliet@localhost"_jid;
        const auto juliet = client(how);
        ASSERT_TRUE(until([&] { return romeo->is_open() && juliet->is_open(); })) << romeo->why << juliet->why;
        EXPECT_EQ(romeo->address.bare(), "romeo@localhost"_jid);
        romeo->say(juliet->address.str(), "Wherefore?");
        ASSERT_TRUE(until([&] { return juliet->heard.size() == 1; }));
        EXPECT_EQ(juliet->heard[0], "Wherefore?");
        romeo->close();
        EXPECT_TRUE(until([&] { return romeo->is_over(); }));
        EXPECT_TRUE(until([&] { return listener->connections() == 1; }));
    }

    server::Switchboard board;
    server::MemoryStorage storage, storage_next_door;
    server::Domain home{board, storage, domain("localhost"_jid)};
    server::Domain neighbour{board, storage_next_door, domain("example.net"_jid)};
    ListenerOptions options;
    ClientGuestOptions guests;
    std::unique_ptr<Listener> listener;
    tcp::endpoint at;
};

TEST_F(ClientGuestTest, R045_clients_talk_by_starttls) {
    listen();
    they_talk({});
}

TEST_F(ClientGuestTest, clients_talk_by_direct_tls) {
    listen(Door::Tls::first);
    they_talk({.account = {}, .tls_first = true});
}

TEST_F(ClientGuestTest, clients_talk_by_websocket) {
    guests.stream.require_tls = false;
    listen(Door::Tls::none, true);
    they_talk({.account = {}, .websocket = true});
}

TEST_F(ClientGuestTest, clients_talk_in_plain_text_where_it_is_allowed) {
    guests.stream.require_tls = false;
    listen(Door::Tls::optional);
    they_talk({.account = {}, .plain_text = true});
}

TEST_F(ClientGuestTest, V24_a_door_of_two_domains_keeps_them_apart) {
    listen();
    const auto here = client({.account = "juliet@localhost"_jid});
    const auto there = client({.account = "juliet@example.net"_jid, .password = "otherwise"});
    const auto wrong = client({.account = "juliet@example.net"_jid, .password = "secret"});
    const auto nobody = client({.account = "romeo@example.net"_jid, .password = "secret"});
    const auto nowhere = client({.account = "romeo@example.org"_jid, .password = "secret"});
    ASSERT_TRUE(until([&] {
        return here->is_open() && there->is_open() && wrong->is_over() && nobody->is_over() && nowhere->is_over();
    }));
    EXPECT_EQ(there->address.domain(), "example.net");
    EXPECT_FALSE(wrong->is_open());
    EXPECT_FALSE(nobody->is_open());
    EXPECT_THAT(nowhere->why, HasSubstr("host-unknown"));
    here->say(there->address.str(), "From one domain to the other");
    EXPECT_TRUE(until([&] { return there->heard.size() == 1; }));
}

TEST_F(ClientGuestTest, V14_T_PREAUTH_who_stalls_is_closed_in_time) {
    guests.stream.opening = std::chrono::milliseconds(50);
    listen();
    std::string heard;
    tcp::socket silent(io), slow(io);
    bool silent_over = false, slow_over = false;
    silent.connect(at);
    slow.connect(at);
    const std::string header =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' "
        "version='1.0'>";
    asio::write(slow, asio::buffer(header));
    std::string nothing;
    asio::async_read(silent, asio::dynamic_buffer(nothing), [&](auto, std::size_t) { silent_over = true; });
    asio::async_read(slow, asio::dynamic_buffer(heard), [&](auto, std::size_t) { slow_over = true; });
    ASSERT_TRUE(until([&] { return silent_over && slow_over; }));
    EXPECT_THAT(heard, HasSubstr("<connection-timeout"));
    silent.close();
    slow.close();
    EXPECT_TRUE(until([&] { return listener->connections() == 0; }));
}

TEST_F(ClientGuestTest, R095_V12_before_authentication_little_is_taken) {
    listen();
    tcp::socket socket(io);
    socket.connect(at);
    const std::string much =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' "
        "version='1.0'><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
        std::string(9000, 'A') + "</auth>";
    asio::write(socket, asio::buffer(much));
    std::string heard;
    bool over = false;
    asio::async_read(socket, asio::dynamic_buffer(heard), [&](auto, std::size_t) { over = true; });
    ASSERT_TRUE(until([&] { return over; }));
    EXPECT_THAT(heard, HasSubstr("<policy-violation"));
}

// Above its rate a client is read from later, and loses nothing.
TEST_F(ClientGuestTest, R095_who_says_too_much_is_held_back_and_not_cut_off) {
    guests.stanzas = {.per_second = 200, .burst = 5};
    listen();
    const auto romeo = client({.account = "romeo@localhost"_jid});
    const auto juliet = client({.account = "juliet@localhost"_jid});
    ASSERT_TRUE(until([&] { return romeo->is_open() && juliet->is_open(); }));
    const Instant begin = Clock::now();
    for (int i = 0; i < 45; ++i) romeo->say(juliet->address.str(), std::to_string(i));
    ASSERT_TRUE(until([&] { return juliet->heard.size() == 45; }));
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(190)) << "forty of them, 5 ms apart";
    EXPECT_EQ(juliet->heard.back(), "44");
    EXPECT_FALSE(romeo->is_over());
}

TEST_F(ClientGuestTest, R095_F21_bytes_count_too_and_nothing_is_lost) {
    guests.bytes = {.per_second = 200'000, .burst = 20'000};
    listen();
    const auto romeo = client({.account = "romeo@localhost"_jid});
    const auto juliet = client({.account = "juliet@localhost"_jid});
    ASSERT_TRUE(until([&] { return romeo->is_open() && juliet->is_open(); }));
    const Instant begin = Clock::now();
    for (int i = 0; i < 6; ++i) romeo->say(juliet->address.str(), std::string(20'000, 'x'));
    ASSERT_TRUE(until([&] { return juliet->heard.size() == 6; }));
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(300)) << "120 kB, of which 20 at once, and a block more";
    EXPECT_FALSE(romeo->is_over());
}

// Another connection of the same account is no way to say more.
TEST_F(ClientGuestTest, R095_F21_the_rate_is_that_of_an_account_and_others_go_on) {
    guests.stanzas = {.per_second = 200, .burst = 5};
    listen();
    const auto one = client({.account = "romeo@localhost"_jid});
    const auto two = client({.account = "romeo@localhost"_jid});
    const auto juliet = client({.account = "juliet@localhost"_jid});
    ASSERT_TRUE(until([&] { return one->is_open() && two->is_open() && juliet->is_open(); }));
    const Instant begin = Clock::now();
    for (int i = 0; i < 25; ++i) {
        one->say(juliet->address.str(), "1");
        two->say(juliet->address.str(), "2");
    }
    juliet->say(juliet->address.str(), "mine");
    ASSERT_TRUE(until([&] { return juliet->heard.size() == 51; }));
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(215)) << "45 of romeo's, 5 ms apart";
    const auto mine = std::find(juliet->heard.begin(), juliet->heard.end(), "mine");
    EXPECT_LT(mine - juliet->heard.begin(), 30) << "she does not wait for him";
}

TEST_F(ClientGuestTest, V40_T_RETRY_an_address_that_fails_too_often_is_held_off) {
    options.spare_loopback = false;
    listen();
    for (int i = 0; i < 5; ++i) {
        const auto guess = client({.account = "romeo@localhost"_jid, .password = "guess"});
        ASSERT_TRUE(until([&] { return guess->is_over(); }));
        EXPECT_THAT(guess->why, HasSubstr("not-authorized"));
    }
    ASSERT_TRUE(until([&] { return listener->connections() == 0; }));
    const auto right = client({.account = "romeo@localhost"_jid});
    ASSERT_TRUE(until([&] { return right->is_over(); }));
    EXPECT_FALSE(right->is_open());
    EXPECT_THAT(right->why, Not(HasSubstr("not-authorized")));
}

TEST_F(ClientGuestTest, R095_one_address_has_so_many_connections_only) {
    options.spare_loopback = false;
    options.per_address = 2;
    listen();
    const auto romeo = client({.account = "romeo@localhost"_jid});
    const auto juliet = client({.account = "juliet@localhost"_jid});
    ASSERT_TRUE(until([&] { return romeo->is_open() && juliet->is_open(); }));
    const auto third = client({.account = "juliet@localhost"_jid});
    ASSERT_TRUE(until([&] { return third->is_over(); }));
    EXPECT_FALSE(third->is_open());
}

TEST_F(ClientGuestTest, R033_at_the_end_all_are_told) {
    listen();
    const auto romeo = client({.account = "romeo@localhost"_jid});
    ASSERT_TRUE(until([&] { return romeo->is_open(); }));
    bool empty = false;
    listener->on_empty([&] { empty = true; });
    listener->shut_down();
    ASSERT_TRUE(until([&] { return romeo->is_over() && empty; }));
    ASSERT_TRUE(romeo->closed && romeo->closed->error);
    EXPECT_EQ(romeo->closed->error->condition, stream::StreamCondition::system_shutdown);
}

TEST_F(ClientGuestTest, a_new_certificate_is_for_new_connections) {
    listen();
    const std::string old_pin = fingerprint_of(options.certificate);
    const auto before = client({.account = "romeo@localhost"_jid, .pin = old_pin});
    ASSERT_TRUE(until([&] { return before->is_open(); })) << before->why;
    const ServerCertificate renewed = make_self_signed({"localhost"_jid});
    std::string why;
    ASSERT_FALSE(listener->use(renewed, why)) << why;
    const auto after = client({.account = "juliet@localhost"_jid, .pin = fingerprint_of(renewed)});
    const auto stale = client({.account = "juliet@localhost"_jid, .pin = old_pin});
    ASSERT_TRUE(until([&] { return after->is_open() && stale->is_over(); })) << after->why;
    EXPECT_FALSE(before->is_over());
    EXPECT_TRUE(listener->use({"nonsense", "nonsense"}, why));
    EXPECT_THAT(why, HasSubstr("cannot be used"));
    const auto still = client({.account = "juliet@localhost"_jid, .pin = fingerprint_of(renewed)});
    EXPECT_TRUE(until([&] { return still->is_open(); }));
}

// The accounting contract: what was for a connection that died is not lost silently.
TEST_F(ClientGuestTest, who_vanishes_leaves_the_house) {
    guests.stream.resumption = Duration::zero();
    listen();
    const auto romeo = client({.account = "romeo@localhost"_jid});
    ASSERT_TRUE(until([&] { return romeo->is_open() && home.sessions() == 1; }));
    romeo->vanish();
    EXPECT_TRUE(until([&] { return listener->connections() == 0; }));
    EXPECT_TRUE(until([&] { return home.sessions() == 0; }));
}

TEST_F(ClientGuestTest, V50_without_tls_it_listens_on_this_machine_only) {
    guests.stream.require_tls = false;
    listen();
    Listener strict(io.get_executor(), options);
    for (const Door::Tls tls : {Door::Tls::none, Door::Tls::optional}) {
        const Result<Endpoint> where = strict.listen(*Endpoint::parse("0.0.0.0:0"), {welcome_clients({&home}), tls});
        ASSERT_FALSE(where);
        EXPECT_EQ(where.error(), NetError::plaintext_beyond_loopback);
    }
    options.certificate = {};
    Listener bare(io.get_executor(), options);
    const Result<Endpoint> where =
        bare.listen(*Endpoint::parse("127.0.0.1:0"), {welcome_clients({&home}), Door::Tls::required});
    ASSERT_FALSE(where);
    EXPECT_EQ(where.error(), NetError::bad_certificate);
}

}  // namespace
}  // namespace rondel::net
