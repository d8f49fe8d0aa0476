#include "rondel/xep/roster.hpp"

#include "rondel/service/router.hpp"

#include "tests/support/figure.hpp"
#include "tests/support/hand_driven.hpp"
#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel::roster {
namespace {

using testing::HandDriven;

constexpr std::string_view romeo_item =
    "<item jid='romeo@example.net' name='Romeo' subscription='both'><group>Friends</group></item>";
const Item romeo{
    .jid = "romeo@example.net"_jid, .name = "Romeo", .subscription = Subscription::both, .groups = {"Friends"}};
const Item nurse{.jid = "nurse@example.com"_jid, .name = "Nurse", .subscription = Subscription::none};

Query query(std::string_view items, std::string_view ver = "1") {
    return test::read<Query>("<query xmlns='jabber:iq:roster' ver='" + std::string(ver) + "'>" + std::string(items) +
                             "</query>");
}

// The value.

TEST(Roster, takes_in_pushes) {
    Roster roster;
    EXPECT_EQ(roster.apply(query(romeo_item, "1")), (Change{std::nullopt, romeo}));
    EXPECT_EQ(roster.version(), "1");
    ASSERT_TRUE(roster.find("romeo@example.net"_jid));
    EXPECT_EQ(*roster.find("romeo@example.net"_jid), romeo);
    EXPECT_EQ(roster.find("romeo@example.net/orchard"_jid), nullptr);

    const std::optional<Change> renamed =
        roster.apply(query("<item jid='romeo@example.net' subscription='from'/>", "2"));
    ASSERT_TRUE(renamed);
    EXPECT_EQ(renamed->before, romeo);
    EXPECT_EQ(renamed->now->name, "");
    EXPECT_TRUE(renamed->now->sees_us());
    EXPECT_FALSE(renamed->now->is_seen());
    EXPECT_EQ(roster.size(), 1u);

    const std::optional<Change> removed =
        roster.apply(query("<item jid='romeo@example.net' subscription='remove'/>", "3"));
    ASSERT_TRUE(removed);
    EXPECT_FALSE(removed->now);
    EXPECT_EQ(removed->jid(), "romeo@example.net"_jid);
    EXPECT_EQ(roster.size(), 0u);
    EXPECT_EQ(roster.version(), "3");
}

TEST(Roster, says_where_a_push_changed_nothing) {
    Roster roster("1", {romeo});
    EXPECT_FALSE(roster.apply(query(romeo_item, "2")));
    EXPECT_FALSE(roster.apply(query("<item jid='tybalt@example.com' subscription='remove'/>", "3")));
    EXPECT_EQ(roster.version(), "3") << "it is up to date all the same";
}

TEST(Roster, passes_over_a_push_that_is_not_of_one_item) {
    Roster roster("1", {romeo});
    EXPECT_FALSE(roster.apply(query("", "9")));
    EXPECT_FALSE(roster.apply(query("<item jid='a@b.example'/><item jid='c@d.example'/>", "9")));
    EXPECT_EQ(roster.version(), "1");
    EXPECT_EQ(roster.size(), 1u);
}

TEST(Roster, a_subscription_that_is_not_told_is_none) {  // §2.1.2.5
    Roster roster;
    roster.apply(query("<item jid='nurse@example.com' name='Nurse'/>"));
    EXPECT_EQ(*roster.find("nurse@example.com"_jid), nurse);
    roster.replace(query("<item jid='nurse@example.com' name='Nurse' subscription='remove'/>"));
    EXPECT_EQ(*roster.find("nurse@example.com"_jid), nurse) << "a result cannot remove";
    roster.replace(query("<item jid='nurse@example.com' name='Nurse' subscription='sometimes'/>"));
    EXPECT_EQ(*roster.find("nurse@example.com"_jid), nurse);
}

TEST(Roster, is_replaced_and_says_what_differs) {
    Roster roster("1", {romeo, nurse});
    const std::vector<Change> changes = roster.replace(query(
        "<item jid='nurse@example.com' name='Old Nurse'/><item jid='mercutio@example.net' subscription='to'/>", "7"));
    ASSERT_EQ(changes.size(), 3u);
    EXPECT_EQ(changes[0].before, nurse);
    EXPECT_EQ(changes[0].now->name, "Old Nurse");
    EXPECT_EQ(changes[1].before, std::nullopt);
    EXPECT_TRUE(changes[1].now->is_seen());
    EXPECT_EQ(changes[2], (Change{romeo, std::nullopt}));
    EXPECT_EQ(roster.version(), "7");
    EXPECT_EQ(roster.size(), 2u);
    EXPECT_TRUE(roster
                    .replace(query("<item jid='nurse@example.com' name='Old Nurse'/>"
                                   "<item jid='mercutio@example.net' subscription='to'/>"))
                    .empty());
}

TEST(Roster, one_who_is_listed_twice_is_there_once) {
    Roster roster;
    EXPECT_EQ(roster.replace(query("<item jid='a@b.example' name='1'/><item jid='A@b.example' name='2'/>")).size(), 1u);
    EXPECT_EQ(roster.find("a@b.example"_jid)->name, "1");
}

// Pushes.

struct Juliet {
    std::shared_ptr<Roster> roster = std::make_shared<Roster>("1", std::vector<Item>{nurse});
    std::vector<Change> changes;
    HandDriven hand{"juliet@example.com/chamber", router()};

    Router router() {
        Router router;
        install(router, roster, [this](const Change& change, Entity&) { changes.push_back(change); });
        return router;
    }
    explicit Juliet() { hand.open(); }

    // The answer to a push from somebody, "" for one without `from`.
    std::string push(const std::string& from, std::string_view items, std::string_view type = "set") {
        hand.receive("<iq to='juliet@example.com/chamber' id='p1' type='" + std::string(type) + "'" +
                     (from.empty() ? "" : " from='" + from + "'") + "><query xmlns='jabber:iq:roster' ver='2'>" +
                     std::string(items) + "</query></iq>");
        const std::vector<std::string> sent = hand.take_sent();
        return sent.size() == 1 ? sent.front() : "several";
    }
};

TEST(RosterPush, R103_from_our_own_account_is_taken_and_answered) {
    Juliet juliet;
    EXPECT_EQ(juliet.push("juliet@example.com", romeo_item),
              "<iq to='juliet@example.com' from='juliet@example.com/chamber' id='p1' type='result'/>");
    EXPECT_EQ(juliet.changes, (std::vector<Change>{{std::nullopt, romeo}}));
    EXPECT_EQ(juliet.push("", "<item jid='nurse@example.com' subscription='remove'/>"),
              "<iq from='juliet@example.com/chamber' id='p1' type='result'/>");
    EXPECT_EQ(juliet.changes.size(), 2u);
    EXPECT_EQ(juliet.roster->size(), 1u);
    EXPECT_EQ(juliet.roster->version(), "2");
}

TEST(RosterPush, V18_T_RPUSH_from_anybody_else_changes_nothing) {
    Juliet juliet;
    for (const std::string from :
         {"romeo@example.net", "romeo@example.net/orchard", "nurse@example.com", "juliet@example.com/chamber",
          "juliet@example.com/balcony", "example.com", "juliet@example.com.evil.example", "juliet@evil.example",
          "evil.example", "example.com/juliet@example.com"}) {
        const std::string answer = juliet.push(from, romeo_item);
        EXPECT_NE(answer.find("<service-unavailable"), std::string::npos) << from << ": " << answer;
    }
    EXPECT_TRUE(juliet.changes.empty());
    test::figure("spoofs-honoured", static_cast<double>(juliet.changes.size()), "of 10 roster pushes");
    EXPECT_EQ(juliet.roster->size(), 1u);
    EXPECT_EQ(juliet.roster->version(), "1");
}

TEST(RosterPush, V18_a_stranger_cannot_tell_a_bad_push_from_a_good_one) {
    Juliet juliet;
    EXPECT_EQ(juliet.push("romeo@example.net", "<item/>"), juliet.push("romeo@example.net", romeo_item));
    EXPECT_EQ(juliet.push("romeo@example.net", romeo_item, "get").find("bad-request"), std::string::npos);
}

TEST(RosterPush, R103_has_exactly_one_item) {
    Juliet juliet;
    for (const std::string_view items : {"", "<item jid='a@b.example'/><item jid='c@d.example'/>", "<item jid='@@'/>"})
        EXPECT_NE(juliet.push("juliet@example.com", items).find("<bad-request"), std::string::npos) << items;
    EXPECT_TRUE(juliet.changes.empty());
}

TEST(RosterPush, R103_that_changes_nothing_is_answered_and_not_told) {
    Juliet juliet;
    EXPECT_NE(juliet.push("juliet@example.com", "<item jid='nurse@example.com' name='Nurse'/>").find("type='result'"),
              std::string::npos);
    EXPECT_TRUE(juliet.changes.empty());
}

TEST(RosterPush, needs_a_roster_and_is_no_feature) {
    Router router;
    EXPECT_THROW(install(router, nullptr), std::invalid_argument);
    install(router, std::make_shared<Roster>());
    EXPECT_FALSE(router.features().has(ns));
}

// Asking. The server's part is played by hand.

struct Session : Juliet {
    // What we are asked, by its id; our answer is made of `payload`.
    void answer(std::string_view payload, std::string_view type = "result") {
        const std::vector<std::string> sent = hand.take_sent();
        ASSERT_EQ(sent.size(), 1u);
        asked = sent.front();
        const Stanza iq = testing::stanza(asked);
        hand.receive("<iq from='juliet@example.com' to='juliet@example.com/chamber' type='" + std::string(type) +
                     "' id='" + std::string(*iq.id()) + "'>" + std::string(payload) + "</iq>");
    }
    ElementView question() {
        read = testing::stanza(asked);
        return read.element().view().first_child();
    }
    void fetch(bool versions) {
        const auto work = [](Session& session, bool with_versions) -> task<> {
            session.fetched = co_await roster::fetch(*session.hand, *session.roster, with_versions);
        };
        hand->spawn(work(*this, versions));
        hand.run();
    }

    std::string asked;
    Stanza read;
    std::optional<std::vector<Change>> fetched;
};

TEST(RosterFetch, R105_without_versions_asks_for_all_of_it) {
    Session session;
    session.fetch(false);
    session.answer("<query xmlns='jabber:iq:roster'>" + std::string(romeo_item) + "</query>");
    EXPECT_TRUE(same(session.question(), test::element_of("<query xmlns='jabber:iq:roster'/>")));
    EXPECT_NE(session.asked.find("to='juliet@example.com'"), std::string::npos);
    ASSERT_TRUE(session.fetched);
    EXPECT_EQ(session.fetched->size(), 2u) << "Romeo came, the nurse is gone";
    EXPECT_EQ(session.roster->version(), "");
}

TEST(RosterFetch, R105_with_versions_says_which_it_has) {
    Session session;
    session.fetch(true);
    session.answer("<query xmlns='jabber:iq:roster' ver='5'>" + std::string(romeo_item) + "</query>");
    EXPECT_EQ(session.question().attribute("ver"), "1");
    EXPECT_EQ(session.roster->version(), "5");
}

TEST(RosterFetch, R105_the_first_time_it_has_none) {
    Session session;
    *session.roster = Roster();
    session.fetch(true);
    session.answer("<query xmlns='jabber:iq:roster' ver='5'/>");
    EXPECT_EQ(session.question().attribute("ver"), "");
    EXPECT_TRUE(session.fetched && session.fetched->empty());
}

TEST(RosterFetch, R105_an_empty_answer_leaves_it_to_pushes) {  // §2.6.3
    Session session;
    session.fetch(true);
    session.answer("");
    ASSERT_TRUE(session.fetched);
    EXPECT_TRUE(session.fetched->empty());
    EXPECT_EQ(session.roster->size(), 1u);
    session.push("juliet@example.com", romeo_item);
    EXPECT_EQ(session.roster->size(), 2u);
    EXPECT_EQ(session.roster->version(), "2");
}

TEST(RosterFetch, an_answer_that_is_none_is_an_error_and_changes_nothing) {
    Session session;
    std::string said;
    const auto work = [](Session& one, std::string& text) -> task<> {
        try {
            co_await roster::fetch(*one.hand, *one.roster);
        } catch (const StanzaError& error) {
            text = error.text();
        }
    };
    session.hand->spawn(work(session, said));
    session.hand.run();
    session.answer("<query xmlns='jabber:iq:roster'><item name='nobody'/></query>");
    EXPECT_EQ(said,
              "The answer of juliet@example.com cannot be read. A required attribute is missing. It is about \"jid\".");
    EXPECT_EQ(session.roster->size(), 1u);
}

TEST(RosterSet, is_written_as_the_specification_does) {  // §2.3.1, §2.5.1
    Session session;
    bool done = false;
    const auto work = [](Session& one, bool& ended) -> task<> {
        std::vector<std::string> groups;
        groups.emplace_back("Servants");
        co_await roster::set(*one.hand, "nurse@example.com"_jid, "Nurse", groups);
        co_await roster::remove(*one.hand, "romeo@example.net"_jid);
        ended = true;
    };
    session.hand->spawn(work(session, done));
    session.hand.run();
    session.answer("");
    EXPECT_TRUE(
        same(session.question(), test::element_of("<query xmlns='jabber:iq:roster'><item jid='nurse@example.com' "
                                                  "name='Nurse'><group>Servants</group></item></query>")));
    session.answer("");
    EXPECT_TRUE(
        same(session.question(), test::element_of("<query xmlns='jabber:iq:roster'>"
                                                  "<item jid='romeo@example.net' subscription='remove'/></query>")));
    EXPECT_TRUE(done);
    EXPECT_EQ(session.roster->size(), 1u) << "the pushes will say it";
}

}  // namespace
}  // namespace rondel::roster
