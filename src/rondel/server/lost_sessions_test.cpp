// What a session has not done or got when it ends has an end, too.
#include "rondel/server/sessions.hpp"

#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::Client;
using test::Component;
using test::House;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(LostSessions, R080_T_LEDGER_requests_that_were_not_answered_are_bounced) {
    for (const bool managed : {false, true}) {
        House house;
        house.befriend("juliet", "romeo");
        Component gateway(house, "gateway.example");
        Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", managed ? "resumption-id" : "");
        appears(romeo), appears(juliet);
        juliet.says("<presence to='gateway.example'/>");
        romeo.says(
            "<iq type='get' id='1' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>"
            "<iq type='set' id='2' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>"
            "<iq type='get' id='3' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>");
        gateway.says(
            "<iq type='get' id='4' from='gateway.example' to='juliet@home.example/balcony'>"
            "<x xmlns='urn:x'/></iq>");
        juliet.says("<iq type='result' id='2' to='romeo@home.example/orchard'/>");
        romeo.forgets(), gateway.hears();
        juliet.is_cut_off();
        if (managed) {
            EXPECT_THAT(romeo.hears(), IsEmpty());
            house.pass(std::chrono::minutes(6));
        }
        EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("unavailable"),
                                               AllOf(HasSubstr("id='1'"), HasSubstr("recipient-unavailable")),
                                               AllOf(HasSubstr("id='3'"), HasSubstr("recipient-unavailable"))));
        EXPECT_THAT(gateway.hears(),
                    ElementsAre(HasSubstr("type='unavailable'"), AllOf(HasSubstr("id='4'"), HasSubstr("<error"))));
    }
}

TEST(LostSessions, T_LEDGER_unacknowledged_messages_go_to_another_resource) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id"),
        chamber(house, "juliet/chamber");
    appears(romeo), appears(juliet), appears(chamber);
    juliet.reads_all();
    romeo.says(
        "<message to='juliet@home.example/balcony' type='chat' id='1'><body>for one</body></message>"
        "<message to='juliet@home.example' type='chat' id='2'><body>for all</body></message>"
        "<message to='juliet@home.example/balcony' type='headline' id='3'><body>news</body></message>"
        "<message to='juliet@home.example/balcony' type='groupchat' id='4'><body>room</body></message>"
        "<message to='juliet@home.example/balcony' type='error' id='5'/>");
    chamber.forgets(), romeo.forgets();
    juliet.is_cut_off();
    romeo.says("<message to='juliet@home.example/balcony' type='normal' id='6'><body>late</body></message>");
    house.pass(std::chrono::minutes(6));
    // `for all` it has had already.
    EXPECT_THAT(chamber.hears(), ElementsAre(HasSubstr("unavailable"), HasSubstr("for one"), HasSubstr("late")));
    EXPECT_THAT(romeo.hears(), ElementsAre(AllOf(HasSubstr("id='4'"), HasSubstr("service-unavailable"))));
    EXPECT_EQ(house.storage.offline_count("juliet"), 0u);
}

TEST(LostSessions, T_LEDGER_unacknowledged_messages_that_were_copied_are_not_given_twice) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id"),
        chamber(house, "juliet/chamber");
    appears(juliet), appears(chamber);
    chamber.says("<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
    romeo.says("<message to='juliet@home.example/balcony' type='chat' id='1'><body>for one</body></message>");
    chamber.forgets();
    juliet.is_cut_off();
    house.pass(std::chrono::minutes(6));
    EXPECT_THAT(chamber.hears(), ElementsAre(HasSubstr("unavailable")));
    EXPECT_EQ(house.storage.offline_count("juliet"), 0u);
}

TEST(LostSessions, T_LEDGER_unacknowledged_messages_are_kept_offline_once) {
    House house;
    Client romeo(house, "romeo/orchard"), one(house, "juliet/1", "id-one"), two(house, "juliet/2", "id-two");
    appears(one), appears(two);
    one.reads_all(), two.reads_all();
    romeo.says(
        "<message to='juliet@home.example' type='chat' id='1'><body>for both</body></message>"
        "<message to='juliet@home.example/2' type='normal' id='2'><body>for one</body></message>"
        "<message to='juliet@home.example/2' type='chat' id='3'>"
        "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    one.is_cut_off(), two.is_cut_off();
    house.pass(std::chrono::minutes(6));
    const auto kept = house.storage.offline("juliet");
    ASSERT_EQ(kept.size(), 2u);
    EXPECT_THAT(kept[0].stanza, HasSubstr("for both"));
    EXPECT_THAT(kept[1].stanza, HasSubstr("for one"));
    EXPECT_THAT(romeo.hears(), IsEmpty());

    Client again(house, "juliet/3");
    again.says("<presence/>");
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("presence"), AllOf(HasSubstr("for both"), HasSubstr("<delay")),
                                           AllOf(HasSubstr("for one"), HasSubstr("<delay"))));
}

TEST(LostSessions, T_LEDGER_messages_that_never_went_out_come_back_or_are_kept) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(juliet);
    juliet.link.stalled = true;
    romeo.says(
        "<message to='juliet@home.example/balcony' type='chat' id='1'><body>kept</body></message>"
        "<message to='juliet@home.example/balcony' type='groupchat' id='2'><body>room</body></message>");
    juliet.is_cut_off();
    EXPECT_EQ(house.storage.offline_count("juliet"), 1u);
    EXPECT_THAT(romeo.hears(), ElementsAre(AllOf(HasSubstr("id='2'"), HasSubstr("service-unavailable"))));
}

TEST(LostSessions, T_LEDGER_what_was_read_to_the_end_is_not_kept) {
    for (const bool proven : {true, false}) {
        House house;
        Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id");
        appears(juliet);
        romeo.says("<message to='juliet@home.example' type='chat' id='1'><body>x</body></message>");
        juliet.leaves(proven);
        EXPECT_EQ(house.storage.offline_count("juliet"), proven ? 0u : 1u);
    }
}

TEST(LostSessions, T_LEDGER_what_was_on_its_way_goes_to_the_successor) {
    House house;
    Client romeo(house, "romeo/orchard"), old(house, "juliet/balcony");
    appears(old);
    old.link.stalled = true;
    romeo.says("<message to='juliet@home.example/balcony' type='chat' id='1'><body>x</body></message>");
    Client young(house, "juliet/balcony");
    old.is_cut_off();
    EXPECT_THAT(young.hears(), ElementsAre(HasSubstr("<body>x</body>")));
}

TEST(LostSessions, a_message_that_was_kept_before_is_kept_with_its_first_stamp) {
    House house;
    Client romeo(house, "romeo/orchard");
    romeo.says("<message to='juliet@home.example' type='chat' id='1'><body>x</body></message>");
    house.pass(std::chrono::hours(1));
    Client one(house, "juliet/1", "id-one");
    one.says("<presence/>");
    one.is_cut_off();
    house.pass(std::chrono::hours(1));
    Client two(house, "juliet/2");
    two.says("<presence/>");
    const test::Heard heard = two.hears();
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_THAT(heard[1], HasSubstr("stamp='2026-02-03T04:00:00Z'"));
    EXPECT_EQ(heard[1].find("<delay"), heard[1].rfind("<delay"));
}

TEST(LostSessions, F05_a_client_that_does_not_read_is_not_waited_for) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(romeo), appears(juliet);
    romeo.forgets();
    juliet.link.piled_up = 5 * 1024 * 1024;
    romeo.says(
        "<message to='juliet@home.example/balcony' type='chat' id='1'><body>x</body></message>"
        "<iq type='get' id='2' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq><presence/>");
    EXPECT_THAT(romeo.hears(),
                ElementsAre(AllOf(HasSubstr("id='1'"), HasSubstr("resource-constraint")),
                            AllOf(HasSubstr("id='2'"), HasSubstr("resource-constraint")), HasSubstr("presence")));
    juliet.link.piled_up = 0;
    juliet.is_cut_off();  // what was refused is not bounced again
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("unavailable")));
}

TEST(LostSessions, F05_what_waits_for_a_lost_session_is_bounded) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id");
    juliet.is_cut_off();
    const std::string text(200'000, 'x');
    for (int i = 0; i < 30; ++i)
        romeo.says("<message to='juliet@home.example/balcony' type='chat'><body>" + text + "</body></message>");
    const std::size_t told = romeo.hears().size();
    EXPECT_GT(told, 5u);
    EXPECT_LT(told, 12u);
}

TEST(LostSessions, whoever_asks_too_much_of_one_client_is_told_in_the_end) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(juliet);
    for (int i = 0; i < 10'001; ++i)
        romeo.says("<iq type='get' id='" + std::to_string(i) +
                   "' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>");
    EXPECT_THAT(romeo.hears(), ElementsAre(AllOf(HasSubstr("id='0'"), HasSubstr("remote-server-timeout"))));
}

}  // namespace
}  // namespace rondel::server
