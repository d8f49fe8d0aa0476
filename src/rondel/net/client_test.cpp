// The client host, at a real server of ours on loopback.
#include "rondel/net/client.hpp"

#include "rondel/net/run.hpp"
#include "rondel/xep/carbons.hpp"

#include <csignal>

#include "tests/support/client_house.hpp"
#include "tests/support/dns_server.hpp"
#include "tests/support/hand_server.hpp"
#include "tests/support/tampering_relay.hpp"
#include <gmock/gmock.h>

namespace rondel {
namespace {

using rondel::testing::issue;
namespace asio = boost::asio;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ClientTest : public rondel::testing::ClientHouseTest {};

TEST_F(ClientTest, by_starttls_it_is_the_address_that_the_server_bound) {
    const auto juliet = enter(options());
    EXPECT_EQ(juliet->self().address().bare(), "juliet@capulet.example"_jid);
    EXPECT_FALSE(juliet->self().address().is_bare());
    EXPECT_TRUE(was_said("Connected to tls:127.0.0.1:"));
    juliet->tell(juliet->self().address(), "soliloquy");
    ASSERT_TRUE(until([&] { return !juliet->heard.empty(); }));
    EXPECT_THAT(juliet->heard, ElementsAre("soliloquy"));
}

TEST_F(ClientTest, two_of_them_talk_by_different_ways) {
    ClientOptions direct = options("romeo@capulet.example/orchard", "jul13t");
    direct.server = here(tls_port);
    direct.direct_tls = true;
    const auto romeo = enter(direct);
    EXPECT_EQ(romeo->self().address(), "romeo@capulet.example/orchard"_jid);

    ClientOptions by_url = options();
    by_url.server = "wss://" + here(wss_port) + "/xmpp-websocket";
    const auto juliet = enter(by_url);
    EXPECT_TRUE(was_said("Connected to websocket:tls:127.0.0.1:"));

    juliet->tell("romeo@capulet.example/orchard"_jid, "Wherefore art thou?");
    ASSERT_TRUE(until([&] { return !romeo->heard.empty(); }));
    romeo->tell(juliet->self().address(), "Here.");
    ASSERT_TRUE(until([&] { return !juliet->heard.empty(); }));
}

TEST_F(ClientTest, the_dns_says_where) {
    rondel::testing::DnsServer dns(io);
    dns.srv("_xmpp-client._tcp.capulet.example", 5, 0, starttls_port, "host.elsewhere.example");
    dns.srv("_xmpps-client._tcp.capulet.example", 1, 0, tls_port, "host.elsewhere.example");
    dns.a("host.elsewhere.example", "127.0.0.1");
    ClientOptions found = options();
    found.server.clear();
    found.dns_servers = {dns.here()};
    enter(found);
    EXPECT_TRUE(was_said("Connected to tls:" + here(tls_port)));
}

TEST_F(ClientTest, ANONYMOUS_is_a_domain_alone) {
    const auto nobody = enter(options("capulet.example", ""));
    EXPECT_EQ(nobody->self().address().domain(), "capulet.example");
    EXPECT_FALSE(nobody->self().address().local().empty());
}

TEST_F(ClientTest, R059_EXTERNAL_by_a_certificate) {
    ClientOptions with = options("juliet@capulet.example", "");
    client_ca_file = with.tls.ca_file;
    open(issue({.alternative = "DNS:capulet.example"}, &authority));
    const auto own = issue({.alternative = "otherName:1.3.6.1.5.5.7.8.5;UTF8:juliet@capulet.example"}, &authority);
    with.certificate_file = folder.path() + "/own.pem";
    with.key_file = folder.path() + "/own.key";
    std::ofstream(with.certificate_file) << own.chain;
    std::ofstream(with.key_file) << own.key;
    with.server = here(tls_port);
    with.direct_tls = true;
    const auto juliet = enter(with);
    EXPECT_EQ(juliet->self().address().bare(), "juliet@capulet.example"_jid);

    ClientOptions forged = with;  // of an authority that nobody knows
    const auto false_one = issue({.alternative = "otherName:1.3.6.1.5.5.7.8.5;UTF8:juliet@capulet.example"});
    std::ofstream(forged.certificate_file) << false_one.chain;
    std::ofstream(forged.key_file) << false_one.key;
    const auto tybalt = start(forged);
    ASSERT_TRUE(until([&] { return tybalt->ending.has_value(); }));
    EXPECT_EQ(tybalt->sessions, 0);
}

TEST_F(ClientTest, a_wrong_password_is_final) {
    const auto juliet = start(options("juliet@capulet.example", "wrong"));
    ASSERT_TRUE(until([&] { return juliet->ending.has_value(); }));
    EXPECT_TRUE(juliet->ending->failed);
    EXPECT_THAT(juliet->ending->why,
                AllOf(StartsWith("Not connected as juliet@capulet.example. "), Not(HasSubstr("wrong\""))));
}

TEST_F(ClientTest, so_is_a_domain_that_is_not_served) {
    ClientOptions other = options("juliet@montague.example");
    other.tls.mode = net::TlsOptions::Mode::insecure;
    const auto juliet = start(other);
    ASSERT_TRUE(until([&] { return juliet->ending.has_value(); }));
    EXPECT_THAT(juliet->ending->why, HasSubstr("does not serve 'montague.example'"));
}

TEST_F(ClientTest, R029_a_second_program_of_the_same_address_ends_the_first) {
    const auto first = enter(options("juliet@capulet.example/balcony"));
    const auto second = enter(options("juliet@capulet.example/balcony"));
    ASSERT_TRUE(until([&] { return first->ending.has_value(); }));
    EXPECT_TRUE(first->ending->failed);
    EXPECT_THAT(first->ending->why, HasSubstr("Another program took over the address juliet@capulet.example/balcony"));
    EXPECT_TRUE(second->in_session());
}

TEST_F(ClientTest, R046_V34_T_REFID_a_certificate_for_somebody_else_is_not_believed) {
    open(issue({.alternative = "DNS:evil.example"}, &authority));
    rondel::testing::TamperingRelay relay(io, starttls_port);
    ClientOptions with = options();
    with.server = relay.here();
    const auto juliet = start(with);
    ASSERT_TRUE(until([&] { return was_said("mismatch"); }));
    EXPECT_FALSE(juliet->ending) << "it may be mended";
    EXPECT_THAT(said, Contains(AllOf(HasSubstr("No TLS with 127.0.0.1:"), HasSubstr("DNS evil.example"))));
    EXPECT_EQ(relay.said_by_client.find("juliet"), std::string::npos);
    open(issue({.alternative = "DNS:capulet.example"}, &authority));
    ASSERT_TRUE(until([&] { return juliet->sessions > 0; }));
}

TEST_F(ClientTest, a_pin_stands_for_the_whole_check) {
    const auto certificate = issue({.alternative = "DNS:whatever.example"});
    open(certificate);
    ClientOptions with = options();
    with.tls.mode = net::TlsOptions::Mode::pin;
    with.tls.pin = certificate.fingerprint;
    enter(with);
    with.tls.pin.back() = with.tls.pin.back() == '0' ? '1' : '0';
    const auto other = start(with);
    ASSERT_TRUE(until([&] { return was_said("not the pinned one"); }));
}

TEST_F(ClientTest, V33_insecurity_is_said_loudly) {
    open(issue({.alternative = "DNS:whatever.example"}));
    ClientOptions with = options();
    with.tls.mode = net::TlsOptions::Mode::insecure;
    enter(with);
    EXPECT_THAT(said, Contains(AllOf(HasSubstr("INSECURE"), HasSubstr("password"))));
}

TEST_F(ClientTest, what_is_wrong_with_options_is_said_at_once) {
    const auto why = [&](const ClientOptions& with) {
        const auto juliet = start(with);
        EXPECT_TRUE(until([&] { return juliet->ending.has_value(); }));
        EXPECT_TRUE(juliet->ending->failed);
        return juliet->ending->why;
    };
    EXPECT_THAT(why(options("a b@capulet.example")), HasSubstr("no address of an account"));
    EXPECT_THAT(why(options("juliet", "jul13t")), HasSubstr("\"juliet\" names no account: expected NAME@DOMAIN"));
    EXPECT_THAT(why(options("juliet@capulet.example", "")), HasSubstr("no password"));
    ClientOptions wrong = options();
    wrong.server = "local host";
    EXPECT_THAT(why(wrong), HasSubstr("HOST:PORT"));
    wrong.server = "ws://localhost/";
    EXPECT_THAT(why(wrong), HasSubstr("wss://"));
    wrong = options();
    wrong.tls.ca_file = "/nowhere.pem";
    EXPECT_THAT(why(wrong), HasSubstr("/nowhere.pem"));
    wrong = options();
    wrong.certificate_file = "/nowhere.pem";
    EXPECT_THAT(why(wrong), HasSubstr("Our certificate"));
    wrong = options();
    wrong.tls.mode = net::TlsOptions::Mode::off;
    wrong.server = "192.0.2.1";
    EXPECT_THAT(why(wrong), HasSubstr("without TLS"));
    wrong.direct_tls = true;
    EXPECT_THAT(why(wrong), HasSubstr("forbidden by the options"));
    wrong = options();
    wrong.server = "unix:/run/xmpp.sock";
    wrong.direct_tls = true;
    EXPECT_THAT(why(wrong), HasSubstr("nothing there begins with TLS"));
    wrong.direct_tls = false;
    wrong.tls.mode = net::TlsOptions::Mode::pin;
    EXPECT_THAT(why(wrong), HasSubstr("nobody shows a certificate"));
}

// It is tried again: a server that breaks off between two streams of one connection looks the same.
TEST_F(ClientTest, a_port_that_is_for_components_is_told) {
    rondel::testing::HandServer components(io);
    ClientOptions wrong = options();
    wrong.server = components.here();
    const auto juliet = start(wrong);
    ASSERT_TRUE(until([&] { return components.connections == 3; }));
    EXPECT_TRUE(was_said("does not speak to clients (RFC 6120). Is this the server's port for them? Trying again"));
    EXPECT_FALSE(juliet->ending);
}

TEST_F(ClientTest, a_unix_socket_is_as_good_as_tls) {
    const std::string path = folder.path() + "/door";
    net::ClientGuestOptions welcome;
    const net::Endpoint at = *net::Endpoint::parse("unix:" + path);
    ASSERT_TRUE(listener->listen(at, {net::welcome_clients({domain.get()}, welcome), net::Door::Tls::required}));
    ClientOptions by_path = options();
    by_path.server = at.str();
    enter(by_path);
    EXPECT_TRUE(was_said("Connected to unix:" + path));
}

TEST_F(ClientTest, without_tls_only_where_the_options_say_so) {
    net::ClientGuestOptions lax;
    lax.stream.require_tls = false;
    const auto port = listen(0, {net::welcome_clients({domain.get()}, lax), net::Door::Tls::optional});
    ClientOptions plain = options();
    plain.server = here(port);
    plain.tls.mode = net::TlsOptions::Mode::off;
    enter(plain);
    EXPECT_TRUE(was_said("Connected to 127.0.0.1:"));
}

TEST_F(ClientTest, the_roster_comes_before_the_presence) {
    storage.put_item("juliet", {.jid = "nurse@capulet.example"_jid, .name = "Nurse"});
    ClientOptions with = options();
    with.fetch_roster = true;
    std::vector<std::string> sent;
    with.traffic = [&](net::Direction direction, std::string_view xml) {
        if (direction == net::Direction::out) sent.emplace_back(xml);
    };
    const auto juliet = enter(with);
    ASSERT_TRUE(until([&] { return sent.size() >= 2; }));
    EXPECT_THAT(sent[0], HasSubstr("jabber:iq:roster"));
    EXPECT_THAT(sent[1], StartsWith("<presence"));
    const auto roster = juliet->client->options().roster;
    ASSERT_NE(roster, nullptr);
    EXPECT_EQ(roster->find("nurse@capulet.example"_jid)->name, "Nurse");
    // Pushes are taken, too.
    juliet->self().spawn(roster::set(juliet->self(), "tybalt@capulet.example"_jid, "Tybalt"));
    ASSERT_TRUE(until([&] { return roster->size() == 2; }));
}

TEST_F(ClientTest, presence_is_an_option) {
    ClientOptions busy = options();
    std::vector<std::string> sent;
    busy.traffic = [&](net::Direction direction, std::string_view xml) {
        if (direction == net::Direction::out) sent.emplace_back(xml);
    };
    busy.presence = [] {
        Presence presence(PresenceType::available);
        presence.set_priority(5);
        return presence;
    };
    auto juliet = enter(std::move(busy));
    ASSERT_TRUE(until([&] { return !sent.empty(); }));
    EXPECT_THAT(sent.front(), HasSubstr("<priority>5</priority>"));
    sent.clear();
    ClientOptions none = options();
    none.initial_presence = false;
    none.traffic = [&](net::Direction direction, std::string_view xml) {
        if (direction == net::Direction::out) sent.emplace_back(xml);
    };
    juliet = enter(std::move(none));
    juliet->tell(juliet->self().address(), "x");
    ASSERT_TRUE(until([&] { return !juliet->heard.empty(); }));
    EXPECT_THAT(sent, Not(Contains(HasSubstr("<presence"))));
}

TEST_F(ClientTest, R103_carbons_come_where_they_are_wanted) {
    for (const bool inline_bind : {true, false}) {
        ClientOptions with = options();
        with.carbons = true;
        with.stream.sasl2 = inline_bind;
        std::vector<std::string> copies;
        Router router;
        carbons::install(router,
                         [&](const carbons::Carbon& carbon, Entity&) { copies.emplace_back(*carbon.message.body()); });
        const auto balcony = enter(with, router);
        const auto chamber = enter(options("juliet@capulet.example/chamber"));
        const auto romeo = enter(options("romeo@capulet.example", "jul13t"));
        // The way there: what was asked for inline or by an iq is on when this comes back.
        balcony->tell(balcony->self().address(), "ready");
        ASSERT_TRUE(until([&] { return !balcony->heard.empty(); }));
        chamber->tell(romeo->self().address(), "Good night");
        ASSERT_TRUE(until([&] { return !copies.empty(); })) << (inline_bind ? "Bind 2" : "iq");
        EXPECT_THAT(copies, ElementsAre("Good night"));
    }
}

TEST_F(ClientTest, a_token_is_kept_and_good_for_the_next_time) {
    ClientOptions with = options();
    with.stream.user_agent_id = "d4565fa7-4d72-4749-b3d3-740edbf87770";
    std::optional<sasl::Token> kept;
    with.keep_token = [&](const sasl::Token& token) { kept = token; };
    enter(with);
    ASSERT_TRUE(kept);
    EXPECT_FALSE(kept->secret.empty());
    with.password = "";
    with.token = kept;
    enter(with);
}

TEST_F(ClientTest, inactivity_is_said_to_the_server) {
    rondel::testing::TamperingRelay relay(io, starttls_port);
    const auto juliet = enter(options());
    EXPECT_THAT(juliet->client->features(), Contains("urn:xmpp:csi:0"));
    juliet->client->set_active(false);
    juliet->client->set_active(true);
    juliet->tell(juliet->self().address(), "still here");
    ASSERT_TRUE(until([&] { return !juliet->heard.empty(); }));
}

TEST_F(ClientTest, drain_ends_in_order) {
    const auto romeo = enter(options("romeo@capulet.example/orchard", "jul13t"));
    const auto juliet = enter(options());
    for (int i = 0; i < 50; ++i) juliet->tell("romeo@capulet.example/orchard"_jid, std::to_string(i));
    juliet->client->drain();
    ASSERT_TRUE(until([&] { return juliet->ending.has_value(); }));
    EXPECT_FALSE(juliet->ending->failed) << juliet->ending->why;
    ASSERT_TRUE(until([&] { return romeo->heard.size() == 50; }));
    EXPECT_EQ(juliet->self().ledger().open(), 0U);
    EXPECT_EQ(juliet->self().ledger().ended(Outcome::acked), juliet->self().ledger().issued());
    ASSERT_TRUE(until([&] { return domain->sessions() == 1; }));
}

TEST_F(ClientTest, stop_ends_at_once) {
    const auto juliet = enter(options());
    juliet->client->stop();
    ASSERT_TRUE(juliet->ending);
    EXPECT_FALSE(juliet->ending->failed);
}

TEST(RunClient, outlives_the_loop_when_the_server_is_down) {
    const auto quiet = [] {
        ClientOptions options;
        options.jid = "juliet@capulet.example";
        options.password = "r0m30";
        options.server = "127.0.0.1:1";  // nobody listens there
        options.tls.mode = net::TlsOptions::Mode::insecure;
        options.log = [](LogLevel, std::string_view) {};
        return options;
    };
    ClientOptions once = quiet();
    once.reconnect = false;
    EXPECT_EQ(run(Client(std::move(once), Router())), 1);
    ClientOptions wrong = quiet();
    wrong.jid = "@";
    EXPECT_EQ(run(Client(std::move(wrong), Router())), 1);
    ClientOptions stopped = quiet();
    stopped.log = [](LogLevel, std::string_view sentence) {
        if (sentence.starts_with("No connection")) std::raise(SIGTERM);
    };
    EXPECT_EQ(run(Client(std::move(stopped), Router())), 0);
}

}  // namespace
}  // namespace rondel
