#include "rondel/xep/blocking.hpp"

#include "rondel/service/router.hpp"

#include "tests/support/hand_driven.hpp"
#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel::blocking {
namespace {

using testing::HandDriven;

constexpr std::string_view address = "juliet@capulet.lit/chamber";

struct Chamber {
    std::vector<Change> changes;
    HandDriven hand{address, router()};

    Chamber() { hand.open(); }
    Router router() {
        Router router;
        install(router, [this](const Change& change, Entity&) { changes.push_back(change); });
        return router;
    }
    std::string push(std::string_view from, std::string_view payload) {
        hand.receive("<iq from='" + std::string(from) + "' to='juliet@capulet.lit/chamber' type='set' id='push1'>" +
                     std::string(payload) + "</iq>");
        return hand.take_sent().at(0);
    }
};

constexpr std::string_view pushed = "<block xmlns='urn:xmpp:blocking'><item jid='romeo@montague.net'/></block>";

TEST(Blocking, what_another_resource_did_is_told) {  // XEP-0191 §3.3, §3.4, §3.5
    Chamber chamber;
    EXPECT_NE(chamber.push("juliet@capulet.lit", pushed).find("type='result'"), std::string::npos);
    chamber.push("juliet@capulet.lit", "<unblock xmlns='urn:xmpp:blocking'><item jid='romeo@montague.net'/></unblock>");
    chamber.push("juliet@capulet.lit", "<unblock xmlns='urn:xmpp:blocking'/>");
    ASSERT_EQ(chamber.changes.size(), 3u);
    EXPECT_EQ(chamber.changes[0], (Change{.blocked = {"romeo@montague.net"_jid}}));
    EXPECT_EQ(chamber.changes[1], (Change{.unblocked = {"romeo@montague.net"_jid}}));
    EXPECT_EQ(chamber.changes[2], (Change{.all_unblocked = true}));
}

TEST(Blocking, V18_pushes_of_anybody_else_are_not_taken) {
    Chamber chamber;
    for (const std::string_view from : {"romeo@montague.net", "juliet@capulet.lit/balcony", "capulet.lit"}) {
        const std::string answer = chamber.push(from, pushed);
        EXPECT_NE(answer.find("<service-unavailable"), std::string::npos) << answer;
        EXPECT_EQ(chamber.push(from, "<block xmlns='urn:xmpp:blocking'><item/></block>"), answer);
    }
    EXPECT_TRUE(chamber.changes.empty());
}

TEST(Blocking, a_push_that_cannot_be_read_is_a_bad_request) {
    Chamber chamber;
    EXPECT_NE(chamber.push("juliet@capulet.lit", "<block xmlns='urn:xmpp:blocking'><item jid='@@'/></block>")
                  .find("<bad-request"),
              std::string::npos);
    EXPECT_TRUE(chamber.changes.empty());
}

TEST(Blocking, is_no_feature_of_who_listens) {
    Router router;
    install(router, {});
    EXPECT_FALSE(router.features().has(ns));
}

// What was asked last, answered with the payload.
Element answered(HandDriven& hand, std::string_view payload) {
    const std::vector<std::string> sent = hand.take_sent();
    if (sent.size() != 1) throw std::logic_error("There is no question.");
    const Stanza question = testing::stanza(sent[0]);
    EXPECT_EQ(question.to().str(), "juliet@capulet.lit");
    hand.receive("<iq from='juliet@capulet.lit' to='juliet@capulet.lit/chamber' type='result' id='" +
                 std::string(*question.id()) + "'>" + std::string(payload) + "</iq>");
    return question.element().view().first_child().copy();
}

TEST(Blocking, the_list_is_fetched) {
    HandDriven hand(address);
    hand.open();
    std::vector<Jid> found;
    const auto work = [](HandDriven& one, std::vector<Jid>& jids) -> task<> { jids = co_await list(*one); };
    hand->spawn(work(hand, found));
    hand.run();
    EXPECT_TRUE(same(answered(hand,
                              "<blocklist xmlns='urn:xmpp:blocking'><item jid='romeo@montague.net'/>"
                              "<item jid='iago@shakespeare.lit'/></blocklist>"),
                     test::element_of("<blocklist xmlns='urn:xmpp:blocking'/>")));
    EXPECT_EQ(found, (std::vector<Jid>{"romeo@montague.net"_jid, "iago@shakespeare.lit"_jid}));
}

TEST(Blocking, commands_are_written_as_the_specification_does) {
    HandDriven hand(address);
    hand.open();
    bool done = false;
    const auto work = [](HandDriven& one, bool& ended) -> task<> {
        co_await block(*one, "romeo@montague.net"_jid);
        co_await unblock(*one, "romeo@montague.net"_jid);
        co_await unblock_all(*one);
        ended = true;
    };
    hand->spawn(work(hand, done));
    hand.run();
    EXPECT_TRUE(same(answered(hand, ""), test::element_of(pushed)));
    EXPECT_TRUE(same(answered(hand, ""), test::element_of("<unblock xmlns='urn:xmpp:blocking'>"
                                                          "<item jid='romeo@montague.net'/></unblock>")));
    EXPECT_TRUE(same(answered(hand, ""), test::element_of("<unblock xmlns='urn:xmpp:blocking'/>")));
    EXPECT_TRUE(done);
}

TEST(Blocking, an_error_tells_that_it_was_us) {  // §3.3
    const StanzaError error =
        StanzaError::parse(test::element_of("<error xmlns='jabber:client' type='cancel'>"
                                            "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                                            "<blocked xmlns='urn:xmpp:blocking:errors'/></error>"));
    EXPECT_TRUE(is_blocked(error));
    EXPECT_FALSE(is_blocked(StanzaError(Condition::not_acceptable)));
}

}  // namespace
}  // namespace rondel::blocking
