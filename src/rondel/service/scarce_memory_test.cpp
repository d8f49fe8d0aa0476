// Where a link has no memory for a stanza, whoever sends it is told, and the books balance
// (docs/decisions/0009-memory.md). The other places are played in tests/torture.
#include <new>

#include "tests/support/hand_driven.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using rondel::testing::HandDriven;
using rondel::testing::HandLink;
using ::testing::ElementsAre;

class PoorLink final : public HandLink {
  public:
    std::error_code transmit(Stanza& stanza) override {
        if (is_poor) throw std::bad_alloc();
        return HandLink::transmit(stanza);
    }
    bool is_poor = true;
};

struct Program {
    HandDriven hand{"echo.example.com"};
    PoorLink link;
    std::vector<Outcome> told;

    Program() { hand->connected(hand.now); }
    ~Program() { hand.entity.reset(); }
    void open() { hand->opened(link, hand.now); }
    Ticket send() {
        return hand->send(Message("juliet@capulet.lit"_jid, "hello"), [this](Outcome how) { told.push_back(how); });
    }
};

TEST(ScarceMemory, F10_what_is_sent_is_refused_and_the_next_one_goes_out) {
    Program program;
    program.open();
    EXPECT_EQ(program.send().refused, std::errc::not_enough_memory);
    EXPECT_THAT(program.told, ElementsAre(Outcome::rejected));
    EXPECT_EQ(program.hand->ledger().open(), 0u);
    program.link.is_poor = false;
    EXPECT_TRUE(program.send());
    EXPECT_EQ(program.link.sent.size(), 1u);
    EXPECT_EQ(program.hand->ledger().open(), 1u);
}

TEST(ScarceMemory, F10_a_request_is_refused_and_answered_so) {
    Program program;
    program.open();
    std::vector<Outcome> answers;
    Iq query(IqType::get, "capulet.lit"_jid);
    query.add("ping", "urn:xmpp:ping");
    EXPECT_EQ(program.hand->request(std::move(query), [&](const Answer& how) { answers.push_back(how.outcome()); }),
              0u);
    EXPECT_THAT(answers, ElementsAre(Outcome::rejected));
    EXPECT_EQ(program.hand->ledger().open(), 0u);
}

TEST(ScarceMemory, F10_what_waited_for_the_session_ends_as_rejected) {
    Program program;
    EXPECT_TRUE(program.send());
    EXPECT_TRUE(program.send());
    program.open();
    EXPECT_THAT(program.told, ElementsAre(Outcome::rejected, Outcome::rejected));
    EXPECT_EQ(program.hand->ledger().open(), 0u);
}

}  // namespace
}  // namespace rondel
