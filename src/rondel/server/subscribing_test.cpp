#include "rondel/server/subscribing.hpp"

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

std::string push(const std::string& user, const std::string& resource, const std::string& item) {
    return "<iq from='" + user + "@home.example' id='*' to='" + user + "@home.example/" + resource +
           "' type='set'><query xmlns='jabber:iq:roster' ver='*'>" + item + "</query></iq>";
}

// Versions are numbers that begin anywhere.
Heard without_versions(Heard heard) {
    for (std::string& one : heard)
        if (const std::size_t at = one.find(" ver='"); at != std::string::npos)
            one.replace(at + 6, one.find('\'', at + 6) - at - 6, "*");
    return heard;
}

TEST(Subscribing, R106_from_request_to_mutual_sight) {
    House house;
    Client juliet(house, "juliet/balcony"), romeo(house, "romeo/orchard");
    appears(juliet), appears(romeo);

    romeo.says("<presence to='juliet@home.example/balcony' type='subscribe' id='1'><status>Hi</status></presence>");
    EXPECT_THAT(
        without_versions(romeo.hears()),
        ElementsAre(push("romeo", "orchard", "<item ask='subscribe' jid='juliet@home.example' subscription='none'/>")));
    EXPECT_THAT(juliet.hears(), ElementsAre(xml("<presence from='romeo@home.example' to='juliet@home.example' "
                                                "type='subscribe' id='1'><status>Hi</status></presence>")));

    juliet.says("<presence to='romeo@home.example' type='subscribed' id='2'/>");
    EXPECT_THAT(without_versions(juliet.hears()),
                ElementsAre(push("juliet", "balcony", "<item jid='romeo@home.example' subscription='from'/>")));
    EXPECT_THAT(
        without_versions(romeo.hears()),
        ElementsAre(xml("<presence from='juliet@home.example' to='romeo@home.example' type='subscribed' id='2'/>"),
                    push("romeo", "orchard", "<item jid='juliet@home.example' subscription='to'/>"),
                    xml("<presence from='juliet@home.example/balcony' to='romeo@home.example'/>")));

    juliet.says("<presence to='romeo@home.example' type='subscribe'/>");
    romeo.says("<presence to='juliet@home.example' type='subscribed'/>");
    EXPECT_TRUE(house.contact("juliet", "romeo")->to && house.contact("juliet", "romeo")->from);
    EXPECT_TRUE(house.contact("romeo", "juliet")->to && house.contact("romeo", "juliet")->from);
    EXPECT_FALSE(house.contact("juliet", "romeo")->ask || house.contact("romeo", "juliet")->pending_in);
}

TEST(Subscribing, R106_a_request_waits_for_who_is_away_and_comes_at_each_login_until_it_is_answered) {
    House house;
    Client romeo(house, "romeo/orchard");
    romeo.says(
        "<presence to='juliet@home.example' type='subscribe'><status>first</status></presence>"
        "<presence to='juliet@home.example' type='subscribe'><status>again</status></presence>");
    const std::string request =
        xml("<presence from='romeo@home.example' to='juliet@home.example' type='subscribe'>"
            "<status>first</status></presence>");
    for (int i = 0; i < 2; ++i) {
        Client juliet(house, "juliet/balcony");
        juliet.says("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
        EXPECT_THAT(juliet.hears(), ElementsAre(testing::Not(HasSubstr("item"))));  // no item of it
        juliet.says("<presence/>");
        EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("balcony"), request));
        juliet.says("<presence><show>away</show></presence>");
        EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("away")));
    }
    Client juliet(house, "juliet/balcony");
    appears(juliet);
    juliet.says("<presence to='romeo@home.example' type='unsubscribed'/>");
    EXPECT_EQ(house.contact("juliet", "romeo"), nullptr);
    EXPECT_FALSE(house.contact("romeo", "juliet")->ask);
    juliet.leaves();
    Client again(house, "juliet/balcony");
    again.says("<presence/>");
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("balcony")));
}

TEST(Subscribing, R106_cancelling_hides_before_it_tells) {
    House house;
    house.befriend("juliet", "romeo");
    Client juliet(house, "juliet/balcony"), romeo(house, "romeo/orchard");
    appears(juliet), appears(romeo);
    juliet.forgets();
    juliet.says("<presence to='romeo@home.example' type='unsubscribed' id='1'/>");
    EXPECT_THAT(without_versions(romeo.hears()),
                ElementsAre(xml("<presence from='juliet@home.example/balcony' to='romeo@home.example' "
                                "type='unavailable'/>"),
                            xml("<presence from='juliet@home.example' to='romeo@home.example' type='unsubscribed' "
                                "id='1'/>"),
                            push("romeo", "orchard", "<item jid='juliet@home.example' subscription='from'/>")));
    EXPECT_THAT(without_versions(juliet.hears()),
                ElementsAre(push("juliet", "balcony", "<item jid='romeo@home.example' subscription='to'/>")));
}

TEST(Subscribing, R106_unsubscribing_is_answered_and_hides) {
    House house;
    house.befriend("juliet", "romeo");
    Client juliet(house, "juliet/balcony"), romeo(house, "romeo/orchard");
    appears(juliet), appears(romeo);
    juliet.forgets();
    romeo.says("<presence to='juliet@home.example' type='unsubscribe' id='1'/>");
    EXPECT_THAT(without_versions(juliet.hears()),
                ElementsAre(xml("<presence from='romeo@home.example' to='juliet@home.example' type='unsubscribe' "
                                "id='1'/>"),
                            push("juliet", "balcony", "<item jid='romeo@home.example' subscription='to'/>")));
    EXPECT_THAT(without_versions(romeo.hears()),
                testing::UnorderedElementsAre(
                    push("romeo", "orchard", "<item jid='juliet@home.example' subscription='from'/>"),
                    xml("<presence from='juliet@home.example/balcony' to='romeo@home.example' type='unavailable'/>")));
}

TEST(Subscribing, R106_who_has_a_subscription_and_asks_again_is_answered_at_once) {
    House house;
    house.put_contact("juliet", "r@gateway.example", false, true);
    Component gateway(house, "gateway.example");
    Client juliet(house, "juliet/balcony");
    appears(juliet);
    gateway.hears();
    gateway.says("<presence from='r@gateway.example' to='juliet@home.example' type='subscribe'/>");
    EXPECT_THAT(gateway.hears(),
                ElementsAre(xml("<presence from='juliet@home.example' to='r@gateway.example' type='subscribed'/>"),
                            xml("<presence from='juliet@home.example/balcony' to='r@gateway.example'/>")));
    EXPECT_THAT(juliet.hears(), IsEmpty());
}

TEST(Subscribing, pre_approval_is_kept_shown_used_and_taken_back) {
    House house;
    Client juliet(house, "juliet/balcony"), romeo(house, "romeo/orchard");
    appears(juliet), appears(romeo);
    juliet.says("<presence to='romeo@home.example' type='subscribed'/>");
    EXPECT_THAT(romeo.hears(), IsEmpty());
    EXPECT_THAT(
        without_versions(juliet.hears()),
        ElementsAre(push("juliet", "balcony", "<item approved='true' jid='romeo@home.example' subscription='none'/>")));
    romeo.says("<presence to='juliet@home.example' type='subscribe'/>");
    EXPECT_THAT(
        without_versions(juliet.hears()),
        ElementsAre(push("juliet", "balcony", "<item approved='true' jid='romeo@home.example' subscription='from'/>")));
    EXPECT_TRUE(house.contact("romeo", "juliet")->to);
    EXPECT_THAT(without_versions(romeo.hears()),
                testing::Contains(xml("<presence from='juliet@home.example/balcony' to='romeo@home.example'/>")));
    juliet.says("<presence to='romeo@home.example' type='unsubscribed'/>");
    EXPECT_FALSE(house.contact("juliet", "romeo")->approved);
    EXPECT_FALSE(house.contact("romeo", "juliet")->to);
}

TEST(Subscribing, a_pre_approval_that_nobody_used_can_be_taken_back) {
    House house;
    Client juliet(house, "juliet/balcony");
    appears(juliet);
    juliet.says("<presence to='romeo@home.example' type='subscribed'/>");
    juliet.forgets();
    juliet.says("<presence to='romeo@home.example' type='unsubscribed'/>");
    EXPECT_THAT(without_versions(juliet.hears()),
                ElementsAre(push("juliet", "balcony", "<item jid='romeo@home.example' subscription='none'/>")));
}

// Every state, as it is in the storage, and every word of the contact's: what the table says is what is kept.
TEST(Subscribing, R106_what_the_table_says_is_what_is_kept) {
    const PresenceType types[] = {PresenceType::subscribe, PresenceType::unsubscribe, PresenceType::subscribed,
                                  PresenceType::unsubscribed};
    for (int state = 0; state < 9; ++state)
        for (const PresenceType type : types)
            for (const bool outbound : {true, false}) {
                House house;
                Component gateway(house, "gateway.example");
                RosterItem item{.jid = "r@gateway.example"_jid};
                set_subscription(item, static_cast<Subscription>(state));
                house.storage.put_item("juliet", item);
                Client juliet(house, "juliet/balcony");
                appears(juliet);
                gateway.hears();
                const std::string name(to_string(type));
                if (outbound)
                    juliet.says("<presence to='r@gateway.example' type='" + name + "'/>");
                else
                    gateway.says("<presence from='r@gateway.example' to='juliet@home.example' type='" + name + "'/>");
                const SubscriptionStep expected =
                    step(static_cast<Subscription>(state), outbound ? *outbound_event(type) : *inbound_event(type));
                const RosterItem* kept = house.contact("juliet", "r@gateway.example");
                ASSERT_NE(kept, nullptr);
                EXPECT_EQ(to_string(subscription_of(*kept)), to_string(expected.next)) << state << name << outbound;
                EXPECT_EQ(kept->approved, expected.pre_approve) << state << name << outbound;
                const std::string there = "type='" + name + "'";
                const Heard passed = outbound ? gateway.hears() : juliet.hears();
                const bool was_passed = !passed.empty() && std::ranges::any_of(passed, [&](const std::string& one) {
                    return one.starts_with("<presence") && one.find(there) != std::string::npos;
                });
                EXPECT_EQ(was_passed, expected.pass) << state << name << outbound;
            }
}

TEST(Subscribing, words_for_a_resource_that_is_not_there_are_ignored_but_for_requests) {
    House house;
    house.put_contact("juliet", "r@gateway.example", true, true);
    Component gateway(house, "gateway.example");
    for (const char* type : {"subscribed", "unsubscribe", "unsubscribed"})
        gateway.says("<presence from='r@gateway.example' to='juliet@home.example/x' type='" + std::string(type) +
                     "'/>");
    EXPECT_TRUE(house.contact("juliet", "r@gateway.example")->to);
    EXPECT_TRUE(house.contact("juliet", "r@gateway.example")->from);
    gateway.says("<presence from='s@gateway.example' to='juliet@home.example/x' type='subscribe'/>");
    EXPECT_TRUE(house.contact("juliet", "s@gateway.example")->pending_in);
}

TEST(Subscribing, a_request_to_a_domain_that_is_not_there_comes_back_and_changes_nothing) {
    House house;
    Client juliet(house, "juliet/balcony");
    appears(juliet);
    juliet.says("<presence to='r@gone.example' type='subscribe' id='1'/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(AllOf(HasSubstr("remote-server-not-found"), HasSubstr("id='1'"))));
    EXPECT_EQ(house.contact("juliet", "r@gone.example"), nullptr);
}

TEST(Subscribing, nobody_subscribes_to_themselves) {
    House house;
    Client juliet(house, "juliet/balcony");
    appears(juliet);
    for (const char* type : {"subscribe", "subscribed", "unsubscribe", "unsubscribed"})
        juliet.says("<presence to='juliet@home.example' type='" + std::string(type) + "'/>");
    EXPECT_THAT(juliet.hears(), IsEmpty());
    EXPECT_EQ(house.contact("juliet", "juliet"), nullptr);
}

TEST(Subscribing, a_full_roster_takes_no_more_requests_of_its_own) {
    DomainOptions options;
    options.most_roster_items = 1;
    House house(options);
    Client juliet(house, "juliet/balcony");
    appears(juliet);
    juliet.says("<presence to='romeo@home.example' type='subscribe'/>");
    juliet.forgets();
    juliet.says("<presence to='nurse@home.example' type='subscribe'/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("not-allowed")));
    EXPECT_EQ(house.contact("juliet", "nurse"), nullptr);
    EXPECT_EQ(house.contact("nurse", "juliet"), nullptr);
}

TEST(Subscribing, a_long_request_is_kept_without_what_makes_it_long) {
    House house;
    Component gateway(house, "gateway.example");
    gateway.says("<presence from='r@gateway.example' to='juliet@home.example' type='subscribe'><status>" +
                 std::string(10'000, 'x') + "</status></presence>");
    Client juliet(house, "juliet/balcony");
    juliet.says("<presence/>");
    EXPECT_THAT(juliet.hears(),
                ElementsAre(HasSubstr("balcony"), xml("<presence from='r@gateway.example' to='juliet@home.example' "
                                                      "type='subscribe'/>")));
}

TEST(Subscribing, requests_to_who_is_not_there_tell_nothing) {
    House house;
    Client juliet(house, "juliet/balcony");
    appears(juliet);
    juliet.says("<presence to='nobody@home.example' type='subscribe'/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("ask='subscribe'")));  // as with anybody who does not answer
}

}  // namespace
}  // namespace rondel::server
