// F06: every sequence of up to four of a dozen protocol steps, right ones and wrong ones, against each side. Whatever
// the order, nobody is let in but by the way that leads in, nothing is delivered before, and the stream ends in time.
#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/actor.hpp"
#include "tests/support/conversation.hpp"
#include "tests/support/sparse.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using namespace std::chrono_literals;

using Steps = std::vector<std::string>;

// Whether a run of steps opens the stream, given the steps up to there that the stream may pass over.
struct Way {
    std::string header;
    std::string handshake;
    std::vector<std::string> harmless;  // after the header; so is white space

    bool leads_in(const std::vector<const std::string*>& steps) const {
        std::vector<const std::string*> wanted{&header, &handshake};
        std::size_t done = 0;
        for (const std::string* step : steps) {
            if (done == wanted.size()) return true;
            if (*step == *wanted[done])
                ++done;
            else if (done == 0 ||
                     (*step != " " && std::find(harmless.begin(), harmless.end(), *step) == harmless.end()))
                return false;
        }
        return done == wanted.size();
    }
};

void every_sequence(const MakeStream& make, const Steps& alphabet, const Way& way) {
    std::size_t opened = 0;
    std::size_t runs = 0;
    Sparse sparse;
    std::vector<std::size_t> digits;
    const auto play = [&] {
        ++runs;
        if (sparse.leaves_out()) return;
        std::vector<const std::string*> steps;
        std::string all;
        for (const std::size_t digit : digits) {
            steps.push_back(&alphabet[digit]);
            all += "  " + alphabet[digit] + "\n";
        }
        Actor actor(make);
        for (const std::string* step : steps) actor.receive(*step);
        ASSERT_EQ(actor.fault(), "") << all;
        ASSERT_EQ(actor.has_opened(), way.leads_in(steps)) << all;
        actor.wait(actor.has_opened() ? 71s : 21s);
        ASSERT_TRUE(actor.has_ended()) << all;
        ASSERT_EQ(actor.fault(), "") << all;
        opened += actor.has_opened();
    };
    for (std::size_t length = 1; length <= 4; ++length) {
        digits.assign(length, 0);
        for (;;) {
            ASSERT_NO_FATAL_FAILURE(play());
            std::size_t at = 0;
            while (at < length && ++digits[at] == alphabet.size()) digits[at++] = 0;
            if (at == length) break;
        }
    }
    EXPECT_EQ(runs, 12u + 12 * 12 + 12 * 12 * 12 + 12 * 12 * 12 * 12);
    EXPECT_GT(opened, 100 / sparseness());
}

TEST(ComponentStream, F06_no_order_of_steps_lets_a_component_think_that_it_is_in) {
    const std::string header = server_header(plays);
    const Steps alphabet{
        header,
        "<handshake/>",
        "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id=''>",
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1'>",
        "<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>",
        "<handshake xmlns='urn:other'/>",
        "<message from='a@b' to='plays.shakespeare.lit'/>",
        "<stream:features/>",
        "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
        "</stream:stream>",
        " ",
        "<!-- -->",
    };
    every_sequence(plays_component(), alphabet, {header, "<handshake/>", {"<stream:features/>"}});
}

TEST(AcceptingStream, F06_no_order_of_steps_lets_in_who_does_not_know_the_secret) {
    const std::string header = component_header(plays);
    const Steps alphabet{
        header,
        std::string(plays_handshake),
        component_header("unknown.shakespeare.lit"),
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
        "to='plays.shakespeare.lit'>",
        "<handshake/>",
        "<handshake>AAEE83C26AEEAFCBABEABFCBCD50DF997E0A2A1E</handshake>",
        "<handshake xmlns='urn:other'>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>",
        "<message from='plays.shakespeare.lit' to='a@b'/>",
        "<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
        "</stream:stream>",
        " ",
        "<?xml version='1.0'?>",
    };
    every_sequence(plays_server(), alphabet, {header, std::string(plays_handshake), {}});
}

}  // namespace
}  // namespace rondel::test
