// F06, for clients: whatever a client says in whatever order, nobody has a session who has not authenticated first, and
// every stream ends.
#include "rondel/stream/accepting_client_stream.hpp"

#include <array>
#include <string>
#include <vector>

#include "tests/support/actor.hpp"
#include "tests/support/clients.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

enum Symbol {
    header,
    tls,
    right,
    wrong,
    answer,
    giving_up,
    bind,
    message,
    enabling,
    resuming,
    inline_bind,
    end,
    count
};

const std::array<std::string, count>& texts() {
    static const std::array<std::string, count> all{
        client_header(),
        std::string(starttls),
        auth("PLAIN", juliets_plain),
        auth("PLAIN", wrong_plain),
        "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>AAAA</response>",
        "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
        bind_request("balcony"),
        "<message to='nurse@capulet.example'/>",
        "<enable xmlns='urn:xmpp:sm:3'/>",
        "<resume xmlns='urn:xmpp:sm:3' previd='s9' h='0'/>",
        "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>" + std::string(juliets_plain) +
            "</initial-response><bind xmlns='urn:xmpp:bind:0'/></authenticate>",
        "</stream:stream>",
    };
    return all;
}

// What ought to come of it, in the fewest words.
bool opens(const std::vector<Symbol>& said) {
    enum { nothing, greeted, known, known_again, open, over } at = nothing;
    for (const Symbol symbol : said) {
        if (at == nothing) {
            at = symbol == header ? greeted : over;
        } else if (at == greeted) {
            if (symbol == right) at = known;
            if (symbol == inline_bind) at = open;
            if (symbol == header || symbol == tls || symbol == bind || symbol == message || symbol == end) at = over;
        } else if (at == known) {
            at = symbol == header ? known_again : over;
        } else if (at == known_again) {
            if (symbol == bind || symbol == resuming) at = open;
            if (symbol != enabling && at != open) at = over;
        }
    }
    return at == open;
}

TEST(AcceptingClientOrder, F06_only_the_right_order_opens_a_session) {
    Clients clients = capulet();
    stream::Resumption before;
    before.id = "s9";
    before.address = "juliet@capulet.example/balcony"_jid;
    clients.sessions.emplace("s9", std::move(before));
    const MakeStream make = accepting_client(clients, capulet_options(), usual_tls());
    int runs = 0;
    int sessions = 0;
    std::vector<Symbol> said;
    const std::function<void()> play = [&] {
        if (!said.empty()) {
            Actor actor(make);
            for (const Symbol symbol : said)
                if (!actor.has_ended()) actor.receive(texts()[symbol]);
            const bool opened = actor.has_opened();
            actor.wait(std::chrono::hours(1));
            std::string order;
            for (const Symbol symbol : said) order += texts()[symbol] + "\n";
            ASSERT_EQ(actor.fault(), "") << order;
            ASSERT_TRUE(actor.has_ended()) << order;
            ASSERT_EQ(opened, opens(said)) << order;
            ++runs;
            sessions += opened;
        }
        if (said.size() == 4) return;
        for (int symbol = 0; symbol < count; ++symbol) {
            said.push_back(static_cast<Symbol>(symbol));
            play();
            said.pop_back();
            if (testing::Test::HasFatalFailure()) return;
        }
    };
    play();
    EXPECT_EQ(runs, 12 + 144 + 1728 + 20736);
    EXPECT_GT(sessions, 100);
}

}  // namespace
}  // namespace rondel::test
