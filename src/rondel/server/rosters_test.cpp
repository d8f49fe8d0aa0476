#include "rondel/server/rosters.hpp"

#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::Client;
using test::Component;
using test::Heard;
using test::House;
using test::xml;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string get = "<iq type='get' id='g'><query xmlns='jabber:iq:roster'/></iq>";

std::string set(const std::string& item, const std::string& to = "") {
    return "<iq type='set' id='s'" + (to.empty() ? "" : " to='" + to + "'") + "><query xmlns='jabber:iq:roster'>" +
           item + "</query></iq>";
}

std::string version_in(const std::string& heard) {
    const std::size_t at = heard.find(" ver='") + 6;
    return heard.substr(at, heard.find('\'', at) - at);
}

class RostersTest : public testing::Test {
  protected:
    House house;
    Client juliet{house, "juliet/balcony"};
};

TEST_F(RostersTest, R102_an_empty_roster_is_a_query_without_items) {
    juliet.says(get);
    EXPECT_THAT(juliet.hears(), ElementsAre(AllOf(HasSubstr("<iq id='g' to='juliet@home.example/balcony' type='result'>"
                                                            "<query xmlns='jabber:iq:roster' ver='"),
                                                  Not(HasSubstr("item")))));
}

TEST_F(RostersTest, R102_the_roster_is_what_was_put_there) {
    house.storage.put_item("juliet", {.jid = "a@x.example"_jid, .name = "A", .groups = {"Friends", "Work"}});
    house.storage.put_item("juliet", {.jid = "b@x.example"_jid, .to = true, .from = true});
    house.storage.put_item("juliet", {.jid = "c@x.example"_jid, .to = true, .pending_in = true});
    house.storage.put_item("juliet", {.jid = "d@x.example"_jid, .from = true, .ask = true, .approved = true});
    house.storage.put_item("juliet", {.jid = "e@x.example"_jid, .pending_in = true, .listed = false});
    juliet.says("<iq type='get' id='g' to='juliet@home.example'><query xmlns='jabber:iq:roster'/></iq>");
    const Heard heard = juliet.hears();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_THAT(heard[0], HasSubstr("<iq from='juliet@home.example' id='g'"));
    EXPECT_THAT(heard[0],
                HasSubstr("<item jid='a@x.example' name='A' subscription='none'><group>Friends</group>"
                          "<group>Work</group></item><item jid='b@x.example' subscription='both'/>"
                          "<item jid='c@x.example' subscription='to'/>"
                          "<item approved='true' ask='subscribe' jid='d@x.example' subscription='from'/></query>"));
}

TEST_F(RostersTest, R102_R103_a_set_is_pushed_to_all_interested_resources_and_answered) {
    Client chamber(house, "juliet/chamber"), uninterested(house, "juliet/other");
    juliet.says(get), chamber.says(get);
    juliet.forgets(), chamber.forgets();
    juliet.says(
        set("<item jid='Nurse@Home.Example/x' name='Nurse' subscription='both' ask='subscribe' "
            "approved='true'><group>Servants</group></item>"));
    const std::string item =
        "<item jid='nurse@home.example' name='Nurse' subscription='none'>"
        "<group>Servants</group></item>";
    EXPECT_THAT(juliet.hears(),
                ElementsAre(AllOf(HasSubstr("<iq from='juliet@home.example' id='*' to='juliet@home.example/balcony' "
                                            "type='set'>"),
                                  HasSubstr(item)),
                            xml("<iq type='result' id='s' to='juliet@home.example/balcony'/>")));
    EXPECT_THAT(chamber.hears(), ElementsAre(AllOf(HasSubstr("to='juliet@home.example/chamber'"), HasSubstr(item))));
    EXPECT_THAT(uninterested.hears(), IsEmpty());
    EXPECT_THAT(juliet.says("<iq type='result' id='whatever'/>").hears(), IsEmpty());
    EXPECT_FALSE(house.contact("juliet", "nurse")->to);
}

TEST_F(RostersTest, R102_an_update_keeps_the_subscription) {
    house.befriend("juliet", "nurse");
    juliet.says(set("<item jid='nurse@home.example' name='N'/>"));
    EXPECT_EQ(house.contact("juliet", "nurse")->name, "N");
    EXPECT_TRUE(house.contact("juliet", "nurse")->to);
}

TEST_F(RostersTest, R102_what_is_refused) {
    const std::string long_text(1024, 'x');
    const struct {
        std::string item;
        std::string condition;
    } rows[] = {
        {"", "bad-request"},
        {"<item jid='a@x.example'/><item jid='b@x.example'/>", "bad-request"},
        {"<item/>", "bad-request"},
        {"<item jid='@@'/>", "jid-malformed"},
        {"<item jid='a@x.example'><group>G</group><group>G</group></item>", "bad-request"},
        {"<item jid='a@x.example'><group></group></item>", "not-acceptable"},
        {"<item jid='a@x.example'><group>" + long_text + "</group></item>", "not-acceptable"},
        {"<item jid='a@x.example' name='" + long_text + "'/>", "not-acceptable"},
        {"<item jid='juliet@home.example'/>", "not-allowed"},
        {"<item jid='a@x.example' subscription='remove'/>", "item-not-found"},
    };
    for (const auto& row : rows) {
        juliet.says(set(row.item));
        EXPECT_THAT(juliet.hears(), ElementsAre(AllOf(HasSubstr("id='s'"), HasSubstr("<" + row.condition))))
            << row.item;
    }
    EXPECT_THAT(house.storage.roster("juliet").items, IsEmpty());
}

TEST_F(RostersTest, R102_a_roster_belongs_to_its_user) {
    Client romeo(house, "romeo/orchard");
    Component gateway(house, "gateway.example");
    romeo.says(set("<item jid='nurse@home.example'/>", "juliet@home.example"));
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("<error type='auth'><forbidden")));
    romeo.says("<iq type='get' id='g' to='juliet@home.example'><query xmlns='jabber:iq:roster'/></iq>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("forbidden")));
    gateway.says(
        "<iq type='set' id='s' from='gateway.example' to='juliet@home.example'>"
        "<query xmlns='jabber:iq:roster'><item jid='a@x.example'/></query></iq>");
    EXPECT_THAT(gateway.hears(), ElementsAre(HasSubstr("forbidden")));
    EXPECT_THAT(house.storage.roster("juliet").items, IsEmpty());
}

TEST_F(RostersTest, a_get_with_an_item_is_bad) {
    juliet.says("<iq type='get' id='g'><query xmlns='jabber:iq:roster'><item jid='a@x.example'/></query></iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("bad-request")));
}

TEST_F(RostersTest, R104_removing_ends_the_subscriptions) {
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard");
    appears(juliet), appears(romeo);
    juliet.forgets();
    juliet.says(set("<item jid='romeo@home.example' subscription='remove'/>"));
    const Heard heard = juliet.hears();
    ASSERT_EQ(heard.size(), 3u);
    EXPECT_THAT(heard[0], HasSubstr("<presence from='romeo@home.example/orchard'"));  // he is hidden from her
    EXPECT_THAT(heard[1], HasSubstr("<item jid='romeo@home.example' subscription='remove'/>"));
    EXPECT_THAT(heard[2], HasSubstr("type='result'"));
    const Heard his = romeo.hears();
    EXPECT_THAT(his, testing::Contains(xml("<presence from='juliet@home.example' to='romeo@home.example' "
                                           "type='unsubscribe'/>")));
    EXPECT_THAT(his, testing::Contains(xml("<presence from='juliet@home.example' to='romeo@home.example' "
                                           "type='unsubscribed'/>")));
    EXPECT_THAT(his, testing::Contains(xml("<presence from='juliet@home.example/balcony' to='romeo@home.example' "
                                           "type='unavailable'/>")));
    EXPECT_EQ(house.contact("juliet", "romeo"), nullptr);
    EXPECT_FALSE(house.contact("romeo", "juliet")->to || house.contact("romeo", "juliet")->from);
}

TEST_F(RostersTest, removing_who_waits_for_an_answer_leaves_the_request) {
    house.storage.put_item("juliet", {.jid = House::jid("romeo"), .pending_in = true});
    juliet.says(set("<item jid='romeo@home.example' subscription='remove'/>"));
    ASSERT_NE(house.contact("juliet", "romeo"), nullptr);
    EXPECT_FALSE(house.contact("juliet", "romeo")->listed);
    EXPECT_TRUE(house.contact("juliet", "romeo")->pending_in);
    juliet.says(set("<item jid='romeo@home.example' subscription='remove'/>"));
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("result"), HasSubstr("item-not-found")));
    juliet.says(set("<item jid='romeo@home.example' name='R'/>"));
    EXPECT_TRUE(house.contact("juliet", "romeo")->listed && house.contact("juliet", "romeo")->pending_in);
}

TEST_F(RostersTest, a_full_roster) {
    DomainOptions options;
    options.most_roster_items = 2;
    House small(options);
    Client romeo(small, "romeo/orchard");
    for (const char* jid : {"a@x.example", "b@x.example", "c@x.example", "a@x.example"})
        romeo.says(set("<item jid='" + std::string(jid) + "' name='new'/>"));
    EXPECT_THAT(romeo.hears(),
                ElementsAre(HasSubstr("result"), HasSubstr("result"), HasSubstr("not-allowed"), HasSubstr("result")));
}

// Versions (§2.6)

TEST_F(RostersTest, R105_versions_are_in_results_and_pushes_and_grow) {
    juliet.says(get);
    std::uint64_t last = std::stoull(version_in(juliet.hears()[0]));
    for (const char* name : {"one", "two", "three"}) {
        juliet.says(set("<item jid='a@x.example' name='" + std::string(name) + "'/>"));
        const std::uint64_t next = std::stoull(version_in(juliet.hears()[0]));
        EXPECT_GT(next, last);
        last = next;
    }
}

TEST_F(RostersTest, R105_who_knows_the_roster_gets_what_changed_in_order_after_an_empty_result) {
    juliet.says(get + set("<item jid='a@x.example'/>") + set("<item jid='b@x.example'/>"));
    const Heard before = juliet.hears();
    const std::string version = version_in(before[3]);
    juliet.leaves();
    Client other(house, "juliet/other");
    other.says(set("<item jid='c@x.example'/>") + set("<item jid='b@x.example' name='B1'/>") +
               set("<item jid='a@x.example' subscription='remove'/>") + set("<item jid='b@x.example' name='B2'/>"));
    Client again(house, "juliet/balcony");
    again.says("<iq type='get' id='g'><query xmlns='jabber:iq:roster' ver='" + version + "'/></iq>");
    const Heard heard = again.hears();
    ASSERT_EQ(heard.size(), 4u);
    EXPECT_EQ(heard[0], xml("<iq type='result' id='g' to='juliet@home.example/balcony'/>"));
    EXPECT_THAT(heard[1], HasSubstr("<item jid='c@x.example' subscription='none'/>"));
    EXPECT_THAT(heard[2], HasSubstr("<item jid='a@x.example' subscription='remove'/>"));
    EXPECT_THAT(heard[3], HasSubstr("name='B2'"));
    EXPECT_LT(std::stoull(version_in(heard[1])), std::stoull(version_in(heard[2])));
    EXPECT_LT(std::stoull(version_in(heard[2])), std::stoull(version_in(heard[3])));

    again.says("<iq type='get' id='g'><query xmlns='jabber:iq:roster' ver='" + version_in(heard[3]) + "'/></iq>");
    EXPECT_THAT(again.hears(), ElementsAre(xml("<iq type='result' id='g' to='juliet@home.example/balcony'/>")));
}

TEST_F(RostersTest, R105_whoever_knows_another_roster_gets_the_whole) {
    house.put_contact("juliet", "nurse", false, false);
    for (const char* version : {"", "1x", "-1", "99999999999999999999", "18446744073709551615", "abc"}) {
        juliet.says("<iq type='get' id='g'><query xmlns='jabber:iq:roster' ver='" + std::string(version) + "'/></iq>");
        EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("nurse@home.example"))) << version;
    }
}

TEST_F(RostersTest, R105_where_the_whole_is_less_than_what_changed_the_whole_is_sent) {
    juliet.says(get);
    const std::string version = version_in(juliet.hears()[0]);
    for (int i = 0; i < 40; ++i) {
        const std::string jid = "a" + std::to_string(i) + "@x.example";
        house.storage.put_item("juliet", {.jid = *Jid::parse(jid)});
        house.storage.remove_item("juliet", *Jid::parse(jid));
    }
    juliet.leaves();
    Client again(house, "juliet/again");
    again.says("<iq type='get' id='g'><query xmlns='jabber:iq:roster' ver='" + version + "'/></iq>");
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("<query")));
}

}  // namespace
}  // namespace rondel::server
