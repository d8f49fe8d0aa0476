// The judge is judged: servers that say one and the same thing to everybody, whatever they are told. None of them
// passes more than it does by accident, and none holds the judge up.
#include "rondel/conformance/raw_stream.hpp"
#include "rondel/conformance/run.hpp"
#include "rondel/conformance/verdict.hpp"

#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace rondel::conformance {
namespace {

constexpr auto moment = std::chrono::milliseconds(10);

// Takes every connection, says its one thing, and ends the connection when `ends` says so, or else when the other does.
class Parrot {
  public:
    Parrot(std::string says, bool ends) : says_(std::move(says)), ends_(ends), thread_([this] { live(); }) {}
    Parrot(const Parrot&) = delete;
    Parrot& operator=(const Parrot&) = delete;
    ~Parrot() {
        stop_ = true;
        thread_.join();
    }
    const Place& at() const { return harbour_.at(); }

  private:
    void live() {
        std::vector<Wire> open;
        while (!stop_) {
            try {
                Wire wire = harbour_.accept(Clock::now() + moment);
                wire.send(says_, moment);
                if (!ends_) open.push_back(std::move(wire));
            } catch (const Unmet&) {  // nobody came
            }
            std::string heard;
            std::erase_if(open, [&](Wire& one) { return one.receive(heard, Clock::now()) == Wire::Got::end; });
        }
    }

    Harbour harbour_{{"127.0.0.1", 0}};
    const std::string says_;
    const bool ends_;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

Sums sums_at(const std::string& says, bool ends, const std::string& only = {}) {
    std::signal(SIGPIPE, SIG_IGN);  // as the command does: TLS writes to whom it finds gone
    const Parrot parrot(says, ends);
    ServerUnderTest server;
    server.domain = "a.example";
    server.clients = parrot.at();
    server.limit = moment;
    for (const char* const name : {"romeo", "juliet", "friar"}) server.accounts.push_back({name, Secret("secret")});
    for (const char* const name : {"echo.a.example", "peer.a.example"})
        server.components.push_back({name, Secret("secret"), parrot.at()});
    server.websocket = {parrot.at(), false, "/xmpp-websocket"};
    return sum(try_server(server, {.only = only}));
}

const std::string greeting =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
    "from='a.example' id='1' version='1.0'>";
const std::string mechanisms =
    "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-256</mechanism>"
    "<mechanism>PLAIN</mechanism></mechanisms>";
std::string features(const std::string& of) { return "<stream:features>" + of + "</stream:features>"; }

void fails(const std::string& says) {
    for (const bool ends : {false, true}) {
        const Sums sums = sums_at(says, ends);
        EXPECT_GT(sums.failed, 3 * sums.passed) << says;
    }
}

TEST(WrongServer, one_that_says_nothing) { fails(""); }
TEST(WrongServer, one_that_does_not_speak_xml) { fails("HTTP/1.1 400 Bad Request\r\n\r\n"); }
TEST(WrongServer, one_that_greets_and_has_nothing_to_offer) { fails(greeting + features("")); }
TEST(WrongServer, one_that_lets_everybody_in_unasked) {
    fails(greeting + features(mechanisms) + "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>" + greeting +
          features("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>") + "<iq type='result' id='bind'/>");
}
TEST(WrongServer, one_that_challenges_with_nonsense) {
    fails(greeting + features(mechanisms) + "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>?</challenge>");
    fails(greeting + features(mechanisms) + "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>cj14</challenge>");
}
TEST(WrongServer, one_that_lets_nobody_in) {
    fails(greeting + features(mechanisms) +
          "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>");
}
TEST(WrongServer, one_that_wants_tls_and_does_not_know_it) {
    const std::string says = greeting +
                             features("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>") +
                             "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    for (const bool ends : {false, true}) EXPECT_GE(sums_at(says, ends, "RFC 6120 §5").failed, 1) << ends;
}
TEST(WrongServer, one_whose_header_is_of_somebody_else) {
    fails("<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' from='b.example'>" +
          features(mechanisms));
}
TEST(WrongServer, one_that_ends_every_stream_with_the_same_error) {
    const std::string error = "<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
    fails(greeting + error + "</stream:stream>");
    fails(greeting + features(mechanisms) + error);
}
TEST(WrongServer, one_that_opens_websockets_for_everybody) {
    fails(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: nonsense\r\n\r\n");
    fails("HTTP/1.1 101 Switching Protocols\r\n");
}

}  // namespace
}  // namespace rondel::conformance
