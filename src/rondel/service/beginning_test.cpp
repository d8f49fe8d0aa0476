// Tasks that begin in the middle of others, as a handler may bring in the next stanza: order per sender stands, nobody
// is answered twice, no more run than may, and nobody who only writes the log is in the way.
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/hand_driven.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace std::chrono_literals;
using rondel::testing::HandDriven;
using rondel::testing::HandLink;
using rondel::testing::stanza;
using Lines = std::vector<std::string>;

// By the sender whose name is its first letter.
std::string message(std::string_view text) {
    return fmt::format("<message from='{}@example.net' to='echo.example.com' type='chat'><body>{}</body></message>",
                       text[0], text);
}
std::string query(std::string_view id) {
    return fmt::format(
        "<iq from='{}@example.net' to='echo.example.com' type='get' id='{}'><ping xmlns='urn:xmpp:ping'/></iq>", id[0],
        id);
}

class Beginning : public ::testing::Test {
  protected:
    void bring_in(const std::string& xml) { (*hand)->receive(stanza(xml), hand->now); }
    void open(Router router, EntityOptions options = {}) {
        hand = std::make_unique<HandDriven>("echo.example.com", std::move(router), options);
        hand->open();
    }

    std::unique_ptr<HandDriven> hand;
    Lines said;
};

// One place, which p1 gives back. Then p2, which waited for its turn, brings in r1, while q1 waits for the place: the
// runner that is hired for r1 must not begin with q1, which brings in r2.
TEST_F(Beginning, a_new_runner_begins_with_whom_it_was_hired_for) {
    Router router;
    router.answer(IqType::get, "ping", "urn:xmpp:ping", [this](const Iq&) { bring_in(message("r1")); });
    router.on_message([this](const Message& in, Entity& self) -> task<> {
        const std::string text(*in.body());
        said.push_back("begin " + text);
        if (text == "q1") bring_in(message("r2"));
        if (text == "p1" || text[0] == 'r') co_await self.sleep(1s);
        said.push_back("end " + text);
    });
    EntityOptions options;
    options.handlers_in_flight = 1;
    open(std::move(router), options);
    hand->receive(message("p1"));
    hand->receive(query("p2"));
    hand->receive(message("q1"));
    hand->advance(10s);
    EXPECT_EQ(said, (Lines{"begin p1", "end p1", "begin r1", "end r1", "begin q1", "end q1", "begin r2", "end r2"}));
}

// The first brings in another of the same id, which begins when the first has ended, and is answered by hand: that
// must not be taken for an answer to the first, of which nothing is left, or its own one would follow.
TEST_F(Beginning, a_query_whose_handler_has_ended_is_answered_no_more) {
    int calls = 0;
    Router router;
    router.answer(IqType::get, "ping", "urn:xmpp:ping", [&](const Iq& in, Entity& self) -> task<> {
        if (++calls == 1) {
            bring_in(query("r1"));
        } else {
            const Iq same = in.copy();  // stands where the first one stood
            EXPECT_TRUE(self.send(same.result()));
        }
        co_return;
    });
    open(std::move(router));
    hand->receive(query("r1"));
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(hand->take_sent().size(), 2U);
    EXPECT_EQ((*hand)->ledger().iqs_replied(), 2U);
}

TEST_F(Beginning, as_many_may_wait_where_tasks_begin_later) {
    int begun = 0;
    Router router;
    router.on_message([&begun](const Message&, Entity& self) -> task<> {
        ++begun;
        co_await self.sleep(1s);
    });
    EntityOptions options;
    options.handlers_in_flight = 2;
    open(std::move(router), options);
    // Not from within the executor, so that none has begun before the last has come.
    for (char sender = 'a'; sender <= 'z'; ++sender) bring_in(message(std::string(1, sender)));
    EXPECT_EQ((*hand)->ledger().refused(), 22U);
    hand->advance(10s);
    EXPECT_EQ(begun, 4) << "two, and then two that waited";
}

TEST(Logging, a_sink_that_throws_ends_nothing) {
    Loop loop;
    HandLink link;
    const Instant now{24h};
    HostedEntity entity(Jid::parse("echo.example.com").value(), loop.executor(), {},
                        [](LogLevel, std::string_view) { throw std::runtime_error("The disk is full."); });
    Router router;
    router.answer(IqType::get, "ping", "urn:xmpp:ping", [](const Iq&, Entity&) -> task<Iq> { co_return Iq(); });
    entity.take(std::move(router));
    entity.connected(now);
    entity.opened(link, now);
    executing::post(loop.executor(), [&] { entity.receive(stanza(query("r1")), now); });
    loop.run_ready();
    EXPECT_EQ(entity.ledger().iqs_replied(), 1U) << "with an error, as that was no answer";
    entity.stop(now);
}

}  // namespace
}  // namespace rondel
