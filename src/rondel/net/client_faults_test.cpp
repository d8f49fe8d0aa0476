// The client host, when things go wrong: cuts, restarts, redirections, and somebody in between.
#include "rondel/base/backoff.hpp"
#include "rondel/net/client.hpp"

#include <set>

#include "tests/support/client_house.hpp"
#include "tests/support/figure.hpp"
#include "tests/support/tampering_relay.hpp"
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace rondel {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using rondel::testing::issue;
using rondel::testing::TamperingRelay;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ClientFaultsTest : public rondel::testing::ClientHouseTest {
  protected:
    ClientOptions through(const TamperingRelay& way, const std::string& jid = "juliet@capulet.example/balcony") {
        ClientOptions with = options(jid);
        with.server = way.here();
        return with;
    }
    static bool replace(std::string& bytes, std::string_view what, std::string_view by) {
        const std::size_t at = bytes.find(what);
        if (at == std::string::npos) return false;
        bytes.replace(at, what.size(), by);
        return true;
    }
    // That nothing of the account was said: not in the clear, nor as base64.
    static void expect_no_credentials(const std::string& heard) {
        std::size_t bytes = 0;
        for (const std::string_view part :
             {"juliet", "r0m30", "anVsaWV0", "AGp1bGlldA", "<auth", "mechanism", "<response"})
            if (heard.find(part) != std::string::npos) bytes += part.size();
        EXPECT_EQ(bytes, 0U) << heard;
        rondel::test::figure("plaintext-credential-bytes", static_cast<double>(bytes));
    }
};

TEST_F(ClientFaultsTest, a_session_goes_on_after_a_cut_and_nothing_is_lost_or_doubled) {
    TamperingRelay relay(io, starttls_port);
    const auto juliet = enter(through(relay));
    const auto romeo = enter(options("romeo@capulet.example/orchard", "jul13t"));
    std::vector<std::string> all;
    for (int i = 0; i < 200; ++i) {
        all.push_back(std::to_string(i));
        juliet->tell("romeo@capulet.example/orchard"_jid, all.back());
        romeo->tell("juliet@capulet.example/balcony"_jid, all.back());
        if (i % 40 == 20) {
            ASSERT_TRUE(until([&] { return !romeo->heard.empty(); }));
            relay.cut();
            ASSERT_TRUE(until([&, before = relay.connections] { return relay.connections > before; }));
        }
    }
    ASSERT_TRUE(until([&] { return romeo->heard.size() >= all.size() && juliet->heard.size() >= all.size(); }));
    EXPECT_EQ(romeo->heard, all);
    EXPECT_EQ(juliet->heard, all);
    EXPECT_EQ(juliet->sessions, 1) << "the same one all the time";
    ASSERT_TRUE(until([&] { return juliet->self().ledger().open() == 0; }));
    EXPECT_EQ(juliet->self().ledger().ended(Outcome::acked), juliet->self().ledger().issued());
    EXPECT_FALSE(juliet->ending);
}

TEST_F(ClientFaultsTest, what_is_sent_while_there_is_no_connection_waits) {
    TamperingRelay relay(io, starttls_port);
    const auto juliet = enter(through(relay));
    const auto romeo = enter(options("romeo@capulet.example/orchard", "jul13t"));
    relay.refuses = true;
    relay.cut();
    ASSERT_TRUE(until([&] { return was_said("The connection was lost"); }));
    juliet->tell("romeo@capulet.example/orchard"_jid, "later");
    ASSERT_TRUE(until([&] { return was_said("Trying again"); }));
    relay.refuses = false;
    ASSERT_TRUE(until([&] { return !romeo->heard.empty(); }));
    EXPECT_EQ(juliet->sessions, 1);
}

TEST_F(ClientFaultsTest, where_the_session_is_gone_a_new_one_begins) {
    const auto juliet = enter(options("juliet@capulet.example/balcony"));
    open(issue({.alternative = "DNS:capulet.example"}, &authority));  // another process, as it were
    ASSERT_TRUE(until([&] { return juliet->sessions == 2; }));
    EXPECT_TRUE(was_said("has the session of before no more"));
    juliet->tell(juliet->self().address(), "again");
    ASSERT_TRUE(until([&] { return !juliet->heard.empty(); }));
}

TEST_F(ClientFaultsTest, F01_it_may_start_before_the_server_is_up) {
    listener.reset();
    const auto juliet = start(options());
    ASSERT_TRUE(until([&] { return was_said("Connection refused"); }));
    open(issue({.alternative = "DNS:capulet.example"}, &authority));
    ASSERT_TRUE(until([&] { return juliet->sessions == 1; }));
}

TEST_F(ClientFaultsTest, without_reconnect_the_first_loss_is_the_end) {
    TamperingRelay relay(io, starttls_port);
    ClientOptions once = through(relay);
    once.reconnect = false;
    const auto juliet = enter(once);
    relay.cut();
    ASSERT_TRUE(until([&] { return juliet->ending.has_value(); }));
    EXPECT_TRUE(juliet->ending->failed);
}

// Somebody takes the offer of TLS out of what the server says, or answers in its place.
TEST_F(ClientFaultsTest, V31_T_STRIP_R048_who_takes_out_tls_gets_no_byte_of_the_account) {
    const std::vector<std::pair<const char*, const char*>> tampering = {
        {"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>", ""},
        {"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>",
         "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>"},
        {"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
         "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"},
        {"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
        {"<stream:features>", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><stream:features>"},
    };
    for (const auto& [what, by] : tampering) {
        TamperingRelay relay(io, starttls_port);
        bool tampered = false;
        relay.from_server = [&, what = what, by = by](std::string& bytes) {
            tampered = replace(bytes, what, by) || tampered;
        };
        ClientOptions with = through(relay);
        with.allow_plain = true;
        with.reconnect = false;
        with.tls.mode = net::TlsOptions::Mode::insecure;  // not even then
        const auto juliet = start(with);
        if (std::string_view(by).empty()) {  // the server would do it: asking anyway is right (RFC 7590 §3.1)
            ASSERT_TRUE(until([&] { return juliet->sessions > 0; }));
        } else if (std::string_view(by).find("PLAIN") != std::string_view::npos) {
            ASSERT_TRUE(until([&] { return juliet->sessions > 0; }));
        } else {
            ASSERT_TRUE(until([&] { return juliet->ending.has_value(); })) << what << " → " << by;
            EXPECT_TRUE(juliet->ending->failed);
        }
        EXPECT_TRUE(tampered);
        expect_no_credentials(relay.said_by_client);
    }
}

TEST_F(ClientFaultsTest, V32_T_INJ_what_is_slipped_in_before_tls_ends_the_connection) {
    for (const char* injected :
         {"<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"
          "</mechanisms></stream:features>",
          "<", " "}) {
        TamperingRelay relay(io, starttls_port);
        relay.from_server = [&](std::string& bytes) {
            const std::string proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
            replace(bytes, proceed, proceed + injected);
        };
        ClientOptions with = through(relay);
        with.reconnect = false;
        const auto juliet = start(with);
        ASSERT_TRUE(until([&] { return juliet->ending.has_value(); }));
        EXPECT_TRUE(juliet->ending->failed) << "\"" << injected << "\"";
        EXPECT_EQ(juliet->sessions, 0);
        expect_no_credentials(relay.said_by_client);
    }
}

// Our side of it: what a client says behind <starttls/> is no part of what comes after.
TEST_F(ClientFaultsTest, V32_T_INJ_nor_does_the_server_take_what_came_before_tls) {
    TamperingRelay relay(io, starttls_port);
    relay.from_client = [&](std::string& bytes) {
        const std::string ask = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
        replace(bytes, ask, ask + "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AG1lAG1l</auth>");
    };
    ClientOptions with = through(relay);
    with.reconnect = false;
    const auto juliet = start(with);
    ASSERT_TRUE(until([&] { return juliet->ending.has_value(); }));
    EXPECT_EQ(juliet->sessions, 0);
}

// A server played by hand, without TLS: it answers each header with the next of its sentences, and ends.
class HandServer {
  public:
    HandServer(asio::io_context& io, std::vector<std::string> sentences)
        : acceptor_(io, {asio::ip::address_v4::loopback(), 0}), sentences_(std::move(sentences)) {
        accept();
    }
    std::string here() const { return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
    int connections = 0;
    bool stays = false;  // does not end its side
    void say_always(std::string sentence) { sentences_.assign(100, std::move(sentence)); }

  private:
    void accept() {
        acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
            if (error) return;
            const std::string sentence = sentences_.at(static_cast<std::size_t>(connections++) % sentences_.size());
            sockets_.push_back(std::make_shared<tcp::socket>(std::move(socket)));
            const std::string text =
                "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' "
                "from='capulet.example' version='1.0'>" +
                sentence;
            boost::system::error_code gone;
            asio::write(*sockets_.back(), asio::buffer(text), gone);
            if (!stays) sockets_.back()->shutdown(tcp::socket::shutdown_send, gone);
            accept();
        });
    }
    tcp::acceptor acceptor_;
    std::vector<std::string> sentences_;
    std::vector<std::shared_ptr<tcp::socket>> sockets_;
};

std::string see_other_host(const std::string& host) {
    return "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>" + host +
           "</see-other-host></stream:error></stream:stream>";
}

TEST_F(ClientFaultsTest, R039_a_redirection_is_followed_and_the_certificate_is_still_for_the_domain) {
    HandServer hand(io, {see_other_host(here(starttls_port))});
    ClientOptions with = options();
    with.server = hand.here();
    const auto juliet = enter(with);
    EXPECT_EQ(hand.connections, 1);

    // To somebody whose certificate is his own.
    open(issue({.alternative = "DNS:127.0.0.1,IP:127.0.0.1"}, &authority));
    const auto misled = start(with);
    ASSERT_TRUE(until([&] { return was_said("mismatch"); }));
    EXPECT_EQ(misled->sessions, 0);
}

TEST_F(ClientFaultsTest, V34_T_REFID_redirections_are_followed_five_times_at_most) {
    HandServer hand(io, {""});
    hand.say_always(see_other_host(hand.here()));
    ClientOptions with = options();
    with.server = hand.here();
    with.reconnect_first = with.reconnect_most = std::chrono::hours(1);
    const auto juliet = start(with);
    ASSERT_TRUE(until([&] { return was_said("from host to host"); }));
    EXPECT_EQ(hand.connections, 6);
}

TEST_F(ClientFaultsTest, V34_where_a_redirection_may_not_lead) {
    for (const char* evil : {"unix:/run/secret.sock", "host:0", "ws://127.0.0.1/", "a b", ""}) {
        HandServer hand(io, {see_other_host(evil), "</stream:stream>"});
        ClientOptions with = options();
        with.server = hand.here();
        const auto juliet = start(with);
        ASSERT_TRUE(until([&] { return hand.connections >= 2; })) << evil << ": back to where it was";
    }
}

// TLS that never comes about, in the middle of the stream.
TEST_F(ClientFaultsTest, F04_a_handshake_that_nobody_answers_comes_to_an_end) {
    HandServer hand(io, {"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"
                         "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"});
    hand.stays = true;
    for (const bool by_the_stream : {false, true}) {
        ClientOptions with = options();
        with.server = hand.here();
        with.reconnect = false;
        if (by_the_stream)
            with.stream.opening = std::chrono::milliseconds(50);
        else
            with.connect_timeout = std::chrono::milliseconds(50);
        const auto juliet = start(with);
        ASSERT_TRUE(until([&] { return juliet->ending.has_value(); }));
        EXPECT_THAT(juliet->ending->why,
                    by_the_stream ? HasSubstr("TLS could not be set up") : HasSubstr("no answer in time"));
    }
}

TEST_F(ClientFaultsTest, F18_a_cut_inside_tls_is_no_end_in_order) {
    TamperingRelay relay(io, starttls_port);
    const auto juliet = enter(through(relay));
    relay.half_close_to_client();
    ASSERT_TRUE(until([&] { return was_said("(stream truncated)"); }));
    ASSERT_TRUE(until([&] { return relay.connections == 2 && juliet->in_session(); }));
    EXPECT_EQ(juliet->sessions, 1) << "and the session goes on";
}

TEST_F(ClientFaultsTest, R003_no_two_come_back_at_the_same_moment) {
    std::set<Duration> delays;
    for (int i = 0; i < 100; ++i) delays.insert(Backoff(ClientOptions().reconnect_first).next());
    EXPECT_GT(delays.size(), 95U);
    EXPECT_THAT(delays, Each(::testing::Lt(std::chrono::seconds(60))));
}

}  // namespace
}  // namespace rondel
