// Sessions that outlive their streams (XEP-0198 §5), as handlers and whoever sends see them.
#include "tests/support/hand_driven.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using namespace std::chrono_literals;
using rondel::testing::HandDriven;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Bot {
    Bot() {
        Router router;
        router.on_session([this](Entity&) { ++sessions; });
        router.on_lost([this](const Lost&, Entity&) { ++losses; });
        EntityOptions options;
        options.any_from = true;
        hand = std::make_unique<HandDriven>("romeo@example.net", std::move(router), options);
        hand->link.managed = true;
    }
    void send() {
        (*hand)->send(Message("juliet@capulet.lit"_jid, "Hi"), [this](Outcome outcome) { ends.push_back(outcome); });
    }
    void ask(Duration timeout = 1h) {
        Iq iq(IqType::get, "capulet.lit"_jid);
        iq.add("ping", "urn:xmpp:ping");
        (*hand)->request(
            std::move(iq), [this](Answer answer) { answers.push_back(answer.outcome()); },
            RequestOptions().timeout(timeout));
    }

    int sessions = 0;
    int losses = 0;
    std::vector<Outcome> ends;
    std::vector<Outcome> answers;
    std::unique_ptr<HandDriven> hand;
};

TEST(Suspension, an_acknowledged_stanza_is_acked_and_an_answer_alone_proves_nothing) {
    Bot bot;
    bot.hand->open();
    bot.send();
    bot.ask();
    bot.hand->write_all();
    const auto sent = bot.hand->take_sent();
    const auto id = sent.at(1).substr(sent.at(1).find("id='") + 4, 60);
    bot.hand->receive("<iq from='capulet.lit' type='result' id='" + id.substr(0, id.find('\'')) + "'/>");
    EXPECT_THAT(bot.answers, ElementsAre(Outcome::answered_result));
    EXPECT_THAT(bot.ends, IsEmpty());
    bot.hand->acknowledge(2);
    EXPECT_THAT(bot.ends, ElementsAre(Outcome::acked));
}

TEST(Suspension, handlers_are_told_nothing_of_a_stream_whose_session_goes_on) {
    Bot bot;
    bot.hand->open();
    bot.send();
    bot.ask();
    bot.hand->write_all();
    bot.hand->suspend();
    EXPECT_FALSE((*bot.hand)->in_session());
    bot.hand->suspend();  // an attempt that failed
    bot.send();           // waits
    bot.hand->take_sent();
    bot.hand->resume(2);
    EXPECT_TRUE((*bot.hand)->in_session());
    EXPECT_THAT(bot.hand->take_sent(), SizeIs(1)) << "The stream itself sends again what it must.";
    EXPECT_EQ(bot.sessions, 1);
    EXPECT_EQ(bot.losses, 0);
    EXPECT_THAT(bot.ends, IsEmpty());
    bot.hand->write_all();
    bot.hand->acknowledge(3);
    EXPECT_THAT(bot.ends, ElementsAre(Outcome::acked, Outcome::acked));
    EXPECT_THAT(bot.answers, IsEmpty()) << "The answer may still come.";
}

TEST(Suspension, R128_what_the_server_did_not_take_of_a_session_that_is_gone_is_undelivered) {
    Bot bot;
    bot.hand->open();
    bot.send();
    bot.ask();
    bot.send();
    bot.ask();
    bot.hand->write(4);
    bot.hand->suspend();
    (*bot.hand)->forsaken(2, bot.hand->now);
    EXPECT_THAT(bot.ends, ElementsAre(Outcome::acked, Outcome::undelivered));
    EXPECT_THAT(bot.answers, ElementsAre(Outcome::acked, Outcome::undelivered))
        << "Taken, but the answer will not come.";
    EXPECT_EQ(bot.losses, 1);
    bot.hand->open();
    EXPECT_EQ(bot.sessions, 2);
}

TEST(Suspension, R128_without_a_count_what_was_written_is_indeterminate) {
    Bot bot;
    bot.hand->open();
    for (int i = 0; i < 3; ++i) bot.send();
    bot.ask();
    bot.hand->write(2);
    bot.hand->acknowledge(1);
    bot.hand->suspend();
    (*bot.hand)->forsaken(std::nullopt, bot.hand->now);
    EXPECT_THAT(bot.ends, ElementsAre(Outcome::acked, Outcome::indeterminate, Outcome::undelivered));
    EXPECT_THAT(bot.answers, ElementsAre(Outcome::undelivered));
}

TEST(Suspension, a_host_that_gives_up_ends_everything_once) {
    for (const bool stops : {false, true}) {
        Bot bot;
        bot.hand->open();
        for (int i = 0; i < 3; ++i) bot.send();
        bot.ask();
        bot.hand->write(1);
        bot.hand->suspend();
        bot.send();
        if (!stops) bot.hand->lose();
        (*bot.hand)->stop(bot.hand->now);
        EXPECT_THAT(bot.ends, ElementsAre(Outcome::indeterminate, Outcome::undelivered, Outcome::undelivered,
                                          Outcome::undelivered));
        EXPECT_THAT(bot.answers, SizeIs(1));
        EXPECT_EQ((*bot.hand)->ledger().open(), 0u);
    }
}

TEST(Suspension, a_new_session_without_a_word_about_the_old_one_gives_that_up) {
    Bot bot;
    bot.hand->open();
    bot.send();
    bot.hand->write_all();
    bot.hand->suspend();
    bot.hand->open();
    EXPECT_THAT(bot.ends, ElementsAre(Outcome::indeterminate));
    EXPECT_EQ(bot.losses, 1);
    EXPECT_EQ(bot.sessions, 2);
}

TEST(Suspension, a_request_may_time_out_meanwhile) {
    Bot bot;
    bot.hand->open();
    bot.ask(10s);
    bot.hand->write_all();
    bot.hand->suspend();
    bot.hand->advance(11s);
    EXPECT_THAT(bot.answers, ElementsAre(Outcome::timed_out));
    bot.hand->resume(1);
    bot.hand->acknowledge(1);
    EXPECT_THAT(bot.answers, SizeIs(1));
}

TEST(Suspension, the_address_is_the_one_of_the_session) {
    Bot bot;
    (*bot.hand)->rename("romeo@example.net/garden"_jid);
    bot.hand->open();
    EXPECT_EQ((*bot.hand)->address().str(), "romeo@example.net/garden");
    // What an earlier resource would have signed goes out without a signature: the server says who we are.
    EXPECT_TRUE((*bot.hand)->send(Message("juliet@capulet.lit"_jid, "Hi").from("romeo@example.net/garden"_jid)));
    EXPECT_THAT(bot.hand->take_sent(),
                ElementsAre("<message to='juliet@capulet.lit' type='chat'><body>Hi</body></message>"));
    EXPECT_EQ((*bot.hand)->send(Message("juliet@capulet.lit"_jid, "Hi").from("mercutio@example.net"_jid)).refused,
              SendFault::foreign_from);
}

}  // namespace
}  // namespace rondel
