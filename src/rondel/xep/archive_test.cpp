#include "rondel/xep/archive.hpp"

#include "rondel/service/router.hpp"

#include "tests/support/hand_driven.hpp"
#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel::archive {
namespace {

using testing::HandDriven;

constexpr std::string_view own = "juliet@capulet.lit";

// Juliet's chamber, and her archive played by hand.
struct Chamber {
    std::vector<std::string> handled;
    HandDriven hand{"juliet@capulet.lit/chamber", router()};
    std::optional<Page> page;
    std::string failed;

    Chamber() { hand.open(); }
    Router router() {
        Router router;
        router.on_message([this](const Message& in) { handled.emplace_back(in.body().value_or("(none)")); });
        return router;
    }
    void ask(const Question& question) {
        const auto work = [](Chamber& here, task<Page> asking) -> task<> {
            try {
                here.page = co_await std::move(asking);
            } catch (const StanzaError& error) {
                here.failed = to_string(error.condition());
            }
        };
        hand->spawn(work(*this, fetch(*hand, question)));
        hand.run();
        const std::vector<std::string> sent = hand.take_sent();
        ASSERT_EQ(sent.size(), 1u);
        iq = testing::stanza(sent[0]);
        query = *xml::decode<Query>(iq.element().view().first_child());
    }
    void result(std::string_view from, std::string_view queryid, std::string_view id, std::string_view body) {
        result_of(from, queryid, id,
                  "<delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/><message xmlns='jabber:client' "
                  "from='romeo@montague.lit/orchard' to='juliet@capulet.lit/balcony'><body>" +
                      std::string(body) + "</body></message>");
    }
    void result_of(std::string_view from, std::string_view queryid, std::string_view id, std::string_view inside) {
        const std::string sender = from.empty() ? "" : " from='" + std::string(from) + "'";
        hand.receive("<message to='juliet@capulet.lit/chamber'" + sender + "><result xmlns='urn:xmpp:mam:2' queryid='" +
                     std::string(queryid) + "' id='" + std::string(id) + "'><forwarded xmlns='urn:xmpp:forward:0'>" +
                     std::string(inside) + "</forwarded></result></message>");
    }
    void fin(std::string_view attributes = "", std::string_view set = "", std::string_view from = own) {
        hand.receive("<iq from='" + std::string(from) + "' to='juliet@capulet.lit/chamber' type='result' id='" +
                     std::string(*iq.id()) + "'><fin xmlns='urn:xmpp:mam:2' " + std::string(attributes) +
                     "><set xmlns='http://jabber.org/protocol/rsm'>" + std::string(set) + "</set></fin></iq>");
    }
    std::vector<std::string> bodies() const {
        std::vector<std::string> found;
        if (page)
            for (const Kept& kept : page->messages) found.emplace_back(kept.message.body().value_or("(none)"));
        return found;
    }

    Stanza iq;
    Query query;
};

using Bodies = std::vector<std::string>;

TEST(Archive, gives_a_page_of_what_is_kept) {
    Chamber chamber;
    chamber.ask(Question());
    chamber.result(own, chamber.query.queryid, "28482-98726-73623", "Call me but love");
    chamber.result("", chamber.query.queryid, "5d398-28273-f7382", "What man art thou");
    EXPECT_FALSE(chamber.page);
    chamber.fin("complete='true'",
                "<first index='0'>28482-98726-73623</first><last>5d398-28273-f7382</last><count>2</count>");
    ASSERT_TRUE(chamber.page);
    EXPECT_EQ(chamber.bodies(), (Bodies{"Call me but love", "What man art thou"}));
    const Kept& kept = chamber.page->messages.at(0);
    EXPECT_EQ(kept.id, "28482-98726-73623");
    EXPECT_EQ(kept.message.from().str(), "romeo@montague.lit/orchard");
    EXPECT_EQ(to_string(kept.stamp.value()), "2010-07-10T23:08:25Z");
    EXPECT_TRUE(chamber.page->complete);
    EXPECT_EQ(chamber.page->last(), "5d398-28273-f7382");
    EXPECT_EQ(chamber.page->first(), "28482-98726-73623");
    EXPECT_EQ(chamber.page->set.count, 2u);
}

TEST(Archive, V20_T_NEST_no_handler_sees_a_result) {
    Chamber chamber;
    chamber.ask(Question());
    chamber.result(own, chamber.query.queryid, "1", "Call me but love");
    chamber.fin();
    EXPECT_TRUE(chamber.handled.empty());
}

// A contact could have written our past anew (CVE-2020-26547).
TEST(Archive, V19_T_CARBON_results_of_anybody_else_are_not_taken) {
    Chamber chamber;
    chamber.ask(Question());
    for (const std::string_view from : {"tybalt@capulet.lit/x", "romeo@montague.lit", "juliet@capulet.lit/balcony",
                                        "capulet.lit", "juliet@evil.example", "juliet@capulet.lit.evil.example"})
        chamber.result(from, chamber.query.queryid, "1", "forged");
    chamber.fin("complete='true'");
    EXPECT_EQ(chamber.bodies(), Bodies{});
    EXPECT_EQ(chamber.handled, Bodies(6, "(none)")) << "nor what is in them by anybody";
}

TEST(Archive, V19_results_of_another_question_are_not_taken) {
    Chamber chamber;
    chamber.ask(Question());
    EXPECT_GE(chamber.query.queryid.size(), 16u);
    chamber.result(own, "f27", "1", "guessed");
    chamber.result(own, "", "1", "without");
    chamber.fin();
    EXPECT_EQ(chamber.bodies(), Bodies{});
}

TEST(Archive, V19_nor_those_that_come_after_the_end) {
    Chamber chamber;
    chamber.ask(Question());
    chamber.fin();
    chamber.result(own, chamber.query.queryid, "1", "late");
    EXPECT_EQ(chamber.bodies(), Bodies{});
    EXPECT_EQ(chamber.handled, Bodies{"(none)"});
}

TEST(Archive, V19_of_a_room_only_the_room_gives_results) {
    Chamber chamber;
    chamber.ask(Question().at("room@muc.example.com"_jid));
    EXPECT_EQ(chamber.iq.to().str(), "room@muc.example.com");
    for (const std::string_view from : {own, std::string_view(), std::string_view("room@muc.example.com/tybalt"),
                                        std::string_view("muc.example.com")})
        chamber.result(from, chamber.query.queryid, "1", "forged");
    chamber.result("room@muc.example.com", chamber.query.queryid, "2", "true");
    chamber.fin("", "", own);
    EXPECT_FALSE(chamber.page) << "the end is the room's to tell, too";
    chamber.fin("", "", "room@muc.example.com");
    EXPECT_EQ(chamber.bodies(), Bodies{"true"});
}

TEST(Archive, V46_more_than_was_asked_for_is_not_kept) {
    Chamber chamber;
    chamber.ask(Question().page(2));
    EXPECT_EQ(chamber.query.set->max, 2u);
    for (const std::string_view body : {"1", "2", "3", "4"}) chamber.result(own, chamber.query.queryid, body, body);
    chamber.fin();
    EXPECT_EQ(chamber.bodies(), (Bodies{"1", "2"}));
}

TEST(Archive, what_was_removed_since_is_passed_over) {  // §3.2
    Chamber chamber;
    chamber.ask(Question());
    chamber.result_of(own, chamber.query.queryid, "1", "");
    chamber.result_of(own, chamber.query.queryid, "2", "<presence xmlns='jabber:client' from='a@b.example'/>");
    chamber.result(own, chamber.query.queryid, "3", "left");
    chamber.fin("stable='false'");
    EXPECT_EQ(chamber.bodies(), Bodies{"left"});
    EXPECT_FALSE(chamber.page->stable);
    EXPECT_FALSE(chamber.page->complete);
}

TEST(Archive, questions_are_written_as_the_specification_does) {  // §4.1, §4.3
    const auto written = [](const Question& question) { return xml::encode(question.query("f27")); };
    EXPECT_TRUE(same(written(Question()),
                     test::element_of("<query xmlns='urn:xmpp:mam:2' queryid='f27'>"
                                      "<set xmlns='http://jabber.org/protocol/rsm'><max>50</max></set></query>")));
    Question all;
    all.with("juliet@capulet.lit"_jid)
        .since(*parse_datetime("2010-06-07T00:00:00Z"))
        .until(*parse_datetime("2010-07-07T13:23:54Z"));
    all.after("09af3-cc343-b409f").page(10).node("urn:x");
    EXPECT_TRUE(
        same(written(all),
             test::element_of(
                 "<query xmlns='urn:xmpp:mam:2' queryid='f27' node='urn:x'><x xmlns='jabber:x:data' type='submit'>"
                 "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>"
                 "<field var='with'><value>juliet@capulet.lit</value></field>"
                 "<field var='start'><value>2010-06-07T00:00:00Z</value></field>"
                 "<field var='end'><value>2010-07-07T13:23:54Z</value></field></x>"
                 "<set xmlns='http://jabber.org/protocol/rsm'><max>10</max><after>09af3-cc343-b409f</after></set>"
                 "</query>")));
    EXPECT_EQ(Question().latest().query("").set->before, "");
    EXPECT_EQ(Question().after("a").before("b").query("").set, (paging::before("b", 50)));
    EXPECT_EQ(Question().only({"1", "2"}).query("").form->values("ids"), (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(Question().page(0).most(), 1u);
    EXPECT_EQ(Question().page(1'000'000).most(), 1000u);
}

TEST(Archive, a_page_that_is_gone_is_an_error) {
    Chamber chamber;
    chamber.ask(Question().after("gone"));
    chamber.hand.receive(
        "<iq from='juliet@capulet.lit' to='juliet@capulet.lit/chamber' type='error' id='" +
        std::string(*chamber.iq.id()) +
        "'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    EXPECT_EQ(chamber.failed, "item-not-found");
    chamber.result(own, chamber.query.queryid, "1", "after all");
    EXPECT_EQ(chamber.handled, Bodies{"(none)"});
}

TEST(Archive, a_loss_in_the_middle_is_an_error) {
    Chamber chamber;
    chamber.ask(Question());
    chamber.result(own, chamber.query.queryid, "1", "half");
    chamber.hand.write_all();
    chamber.hand.lose();
    chamber.hand.run();
    EXPECT_EQ(chamber.failed, "remote-server-timeout");
}

TEST(Archive, is_read_to_its_end) {
    HandDriven hand("juliet@capulet.lit/chamber");
    hand.open();
    std::optional<std::size_t> found;
    const auto work = [](HandDriven& one, std::optional<std::size_t>& count) -> task<> {
        const std::vector<Kept> all = co_await fetch_all(*one, Question().page(2), 5);
        count = all.size();
    };
    hand->spawn(work(hand, found));
    hand.run();
    std::vector<std::string> asked_for;
    for (int page = 0; page < 3; ++page) {
        const std::vector<std::string> sent = hand.take_sent();
        ASSERT_EQ(sent.size(), 1u) << page;
        const Stanza iq = testing::stanza(sent[0]);
        const Query query = *xml::decode<Query>(iq.element().view().first_child());
        asked_for.push_back(query.set->after.value_or("-") + "/" + std::to_string(query.set->max.value()));
        for (int i = 0; i < 2; ++i)
            hand.receive(
                "<message from='juliet@capulet.lit' to='juliet@capulet.lit/chamber'><result xmlns='urn:xmpp:mam:2' "
                "id='x' queryid='" +
                query.queryid +
                "'><forwarded xmlns='urn:xmpp:forward:0'>"
                "<message xmlns='jabber:client' from='a@b.example'/></forwarded></result></message>");
        hand.receive("<iq from='juliet@capulet.lit' to='juliet@capulet.lit/chamber' type='result' id='" +
                     std::string(*iq.id()) +
                     "'><fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><last>p" +
                     std::to_string(page) + "</last></set></fin></iq>");
    }
    EXPECT_EQ(asked_for, (std::vector<std::string>{"-/2", "p0/2", "p1/1"}));
    EXPECT_EQ(found, 5u);
}

// Asks something of our account, and gives the payload as the answer; what was asked.
template <class T>
std::pair<Element, std::optional<T>> asked(const std::function<task<T>(Entity&)>& ask, std::string_view payload) {
    HandDriven hand("juliet@capulet.lit/chamber");
    hand.open();
    std::optional<T> answer;
    const auto work = [](task<T> asking, std::optional<T>& place) -> task<> {
        place.emplace(co_await std::move(asking));
    };
    hand->spawn(work(ask(*hand), answer));
    hand.run();
    const Stanza iq = testing::stanza(hand.take_sent().at(0));
    hand.receive("<iq from='juliet@capulet.lit' to='juliet@capulet.lit/chamber' type='result' id='" +
                 std::string(*iq.id()) + "'>" + std::string(payload) + "</iq>");
    return {iq.element().view().first_child().copy(), std::move(answer)};
}

TEST(Archive, tells_what_there_is_at_all) {  // §5
    const auto [question, answer] = asked<Metadata>(
        [](Entity& self) { return metadata(self); },
        "<metadata xmlns='urn:xmpp:mam:2'><start id='YWxwaGEg' timestamp='2008-08-22T21:09:04Z'/></metadata>");
    EXPECT_TRUE(same(question, test::element_of("<metadata xmlns='urn:xmpp:mam:2'/>")));
    EXPECT_EQ(answer.value().start.value().id, "YWxwaGEg");
}

TEST(Archive, preferences_come_back_as_the_server_took_them) {  // XEP-0441 §2.1
    constexpr std::string_view taken = "<prefs xmlns='urn:xmpp:mam:2' default='never'><always/><never/></prefs>";
    const auto [question, answer] = asked<Preferences>([](Entity& self) { return preferences(self); }, taken);
    EXPECT_TRUE(same(question, test::element_of("<prefs xmlns='urn:xmpp:mam:2'/>")));
    EXPECT_EQ(answer.value().standard, Standard::never);
    const auto [wish, set] = asked<Preferences>(
        [](Entity& self) {
            Preferences wanted;
            wanted.standard = Standard::roster;
            return set_preferences(self, wanted);
        },
        taken);
    EXPECT_TRUE(
        same(wish, test::element_of("<prefs xmlns='urn:xmpp:mam:2' default='roster'><always/><never/></prefs>")));
    EXPECT_EQ(set.value().standard, Standard::never);
}

}  // namespace
}  // namespace rondel::archive
