// What goes from one component to another through the embedded server, byte for byte: it is handed on as it was meant.
#include "rondel/server/component_session.hpp"
#include "rondel/stream/handshake.hpp"

#include <array>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel::server {
namespace {

// A component played by hand.
class Hand {
  public:
    Hand(Switchboard& board, const ComponentBook& book, const std::string& domain, const std::string& declarations = "")
        : stream_(book, "id-of-" + domain), session_(board, stream_, [] {}) {
        stream_.start(Instant(std::chrono::hours(1)));
        says("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='" +
             domain + "'" + declarations + "><handshake>" + stream::handshake_digest("id-of-" + domain, "pass") +
             "</handshake>");
        EXPECT_THAT(hears(), testing::EndsWith("<handshake/>"));
    }

    void says(const std::string& bytes) {
        stream_.receive(bytes, Instant(std::chrono::hours(1)));
        while (auto event = stream_.next_event()) session_.take(*event, Instant());
    }

    std::string hears(std::size_t most = std::string::npos) {
        std::string bytes(stream_.output().substr(0, most));
        stream_.wrote(bytes.size());
        return bytes;
    }

    void is_cut_off() {
        stream_.peer_closed(Instant(std::chrono::hours(1)));
        while (auto event = stream_.next_event()) session_.take(*event, Instant());
    }

  private:
    stream::AcceptingStream stream_;
    ComponentSession session_;
};

class RelayTest : public testing::Test {
  protected:
    RelayTest() {
        for (const char* domain : {"one.localhost", "two.localhost", "three.localhost"})
            book.add(*Jid::parse(domain), "pass");
    }
    Switchboard board;
    ComponentBook book{board};
};

TEST_F(RelayTest, R017_R075_R088_nothing_is_changed) {
    Hand one(board, book, "one.localhost");
    Hand two(board, book, "two.localhost");
    for (const std::string stanza : {
             "<message from='a@one.localhost/x' to='b@two.localhost/Y z' id='&lt;1>' type='of-the-future' "
             "xml:lang='de-CH' unknown='&#10;'><body xml:lang='fr'>&lt;salut&gt;</body><body/>text between</message>",
             "<iq from='one.localhost' to='two.localhost' id='2' type='set'><query xmlns='urn:x' a='1'><b "
             "xmlns='urn:y'/><message xmlns='jabber:client'/></query></iq>",
             "<presence from='one.localhost' to='two.localhost' type='of-the-future'><priority>999</priority>"
             "</presence>",
             "<iq from='one.localhost' to='two.localhost' id='3' type='result'/>",
             "<message from='one.localhost' to='two.localhost' type='error'><error/></message>",
         }) {
        one.says(stanza);
        EXPECT_EQ(two.hears(), stanza);
    }
    EXPECT_EQ(one.hears(), "");
}

TEST_F(RelayTest, R024_R101_namespaces_of_the_senders_header_go_along) {
    Hand one(board, book, "one.localhost", " xmlns:x='urn:x' xmlns:c='jabber:component:accept'");
    Hand two(board, book, "two.localhost", " xmlns:x='urn:another'");
    one.says("<c:message from='one.localhost' to='two.localhost'><x:y/><c:body>hi</c:body></c:message>");
    EXPECT_EQ(two.hears(),
              "<message from='one.localhost' to='two.localhost'><y xmlns='urn:x'/><body>hi</body></message>");
}

// Whatever the others say meanwhile, and whether they use bare or full addresses (RFC 6120 §10.1).
TEST_F(RelayTest, R089_each_hears_each_in_order) {
    std::array<std::string, 3> domains = {"one.localhost", "two.localhost", "three.localhost"};
    std::array<std::unique_ptr<Hand>, 3> hands;
    for (std::size_t i = 0; i < 3; ++i) hands[i] = std::make_unique<Hand>(board, book, domains[i]);
    std::array<std::array<std::string, 3>, 3> expected;
    std::array<std::string, 3> heard;
    for (int round = 0; round < 50; ++round)
        for (std::size_t from = 0; from < 3; ++from) {
            const std::size_t to = (from + static_cast<std::size_t>(round * 7)) % 3;
            const std::string stanza = "<message from='" + domains[from] + "' to='" + (round % 2 ? "a@" : "") +
                                       domains[to] + (round % 5 ? "/r" : "") + "' id='" + std::to_string(round) + "'/>";
            hands[from]->says(stanza);
            expected[from][to] += stanza;
            if (round % 3 == 0) heard[to] += hands[to]->hears();
        }
    for (std::size_t to = 0; to < 3; ++to) {
        heard[to] += hands[to]->hears();
        for (std::size_t from = 0; from < 3; ++from) {
            std::string of_this_one;
            for (std::size_t at = 0; at < heard[to].size();) {
                const std::size_t end = heard[to].find("/>", at) + 2;
                const std::string stanza = heard[to].substr(at, end - at);
                if (stanza.find("from='" + domains[from] + "'") != std::string::npos) of_this_one += stanza;
                at = end;
            }
            EXPECT_EQ(of_this_one, expected[from][to]) << domains[from] << " to " << domains[to];
        }
    }
}

TEST_F(RelayTest, R077_V21_nobody_speaks_for_another_and_the_others_go_on) {
    Hand one(board, book, "one.localhost");
    Hand two(board, book, "two.localhost");
    {
        Hand forger(board, book, "three.localhost");
        forger.says("<message from='one.localhost' to='two.localhost'><body>I am one.</body></message>");
        EXPECT_THAT(forger.hears(), testing::HasSubstr("<invalid-from"));
    }
    EXPECT_FALSE(board.is_taken("three.localhost"));
    EXPECT_EQ(two.hears(), "");
    one.says("<message from='one.localhost' to='two.localhost'/>");
    EXPECT_EQ(two.hears(), "<message from='one.localhost' to='two.localhost'/>");
}

// What the kernel took may have arrived or not; of what it did not take, each sender is told.
TEST_F(RelayTest, T_LEDGER_F19_what_never_reached_a_component_that_was_cut_off_comes_back) {
    Hand one(board, book, "one.localhost");
    {
        Hand two(board, book, "two.localhost");
        const std::string gone = "<message from='one.localhost' to='two.localhost' id='gone'/>";
        one.says(gone +
                 "<message from='one.localhost' to='two.localhost' id='half'><body>x</body></message>"
                 "<presence from='one.localhost' to='two.localhost'/>"
                 "<message from='one.localhost' to='two.localhost' id='error' type='error'><error/></message>"
                 "<iq from='one.localhost' to='two.localhost' id='query' type='get'><q xmlns='urn:q'/></iq>"
                 "<message from='a@one.localhost' to='b@two.localhost' id='last'/>");
        two.hears(gone.size() + 20);
        two.is_cut_off();
    }
    const std::string heard = one.hears();
    EXPECT_THAT(heard, testing::HasSubstr("<message to='one.localhost' from='two.localhost' id='half' type='error'>"));
    EXPECT_THAT(heard, testing::HasSubstr("<message to='a@one.localhost' from='b@two.localhost' id='last' type='err"));
    std::size_t errors = 0;
    for (std::size_t at = 0; (at = heard.find("<recipient-unavailable", at)) != std::string::npos; ++at) ++errors;
    EXPECT_EQ(errors, 3U) << heard;  // the two messages, and the query once
}

}  // namespace
}  // namespace rondel::server
