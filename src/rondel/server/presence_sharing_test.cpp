#include "rondel/server/presence_sharing.hpp"

#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::Client;
using test::Component;
using test::House;
using test::xml;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

TEST(PresenceSharing, R107_initial_presence_goes_to_who_may_see_it_and_to_oneself) {
    House house;
    house.befriend("juliet", "romeo");
    house.befriend("juliet", "nurse", false, true);
    house.befriend("juliet", "tybalt", true, false);
    Client romeo(house, "romeo/orchard"), nurse(house, "nurse/hall"), tybalt(house, "tybalt/street");
    for (Client* one : {&romeo, &nurse, &tybalt}) appears(*one);
    romeo.forgets();
    Client juliet(house, "juliet/balcony");
    juliet.says("<presence id='p1'><show>away</show><x xmlns='urn:x'/></presence>");
    const std::string content = "<show>away</show><x xmlns='urn:x'/></presence>";
    EXPECT_THAT(romeo.hears(), ElementsAre(xml("<presence id='p1' from='juliet@home.example/balcony' "
                                               "to='romeo@home.example'>" +
                                               content)));
    EXPECT_THAT(nurse.hears(), ElementsAre(xml("<presence id='p1' from='juliet@home.example/balcony' "
                                               "to='nurse@home.example'>" +
                                               content)));
    EXPECT_THAT(tybalt.hears(), IsEmpty());
    EXPECT_THAT(juliet.hears(),
                UnorderedElementsAre(
                    xml("<presence id='p1' from='juliet@home.example/balcony' to='juliet@home.example'>" + content),
                    xml("<presence from='romeo@home.example/orchard' to='juliet@home.example/balcony'/>"),
                    xml("<presence from='tybalt@home.example/street' to='juliet@home.example/balcony'/>")));
}

TEST(PresenceSharing, R107_later_presence_goes_to_the_same_and_probes_nobody) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(romeo), appears(juliet);
    romeo.forgets();
    juliet.says("<presence><show>dnd</show></presence>");
    EXPECT_THAT(romeo.hears(), ElementsAre(xml("<presence from='juliet@home.example/balcony' "
                                               "to='romeo@home.example'><show>dnd</show></presence>")));
    EXPECT_THAT(juliet.hears(), ElementsAre(xml("<presence from='juliet@home.example/balcony' "
                                                "to='juliet@home.example'><show>dnd</show></presence>")));
}

TEST(PresenceSharing, R107_unavailable_presence_goes_whole_to_the_same) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony"), chamber(house, "juliet/chamber");
    appears(romeo), appears(chamber), appears(juliet);
    romeo.forgets(), chamber.forgets();
    juliet.says("<presence type='unavailable'><status>good night</status></presence>");
    const std::string rest = " type='unavailable'><status>good night</status></presence>";
    EXPECT_THAT(romeo.hears(),
                ElementsAre(xml("<presence from='juliet@home.example/balcony' to='romeo@home.example'" + rest)));
    EXPECT_THAT(chamber.hears(),
                ElementsAre(xml("<presence from='juliet@home.example/balcony' to='juliet@home.example'" + rest)));
    EXPECT_THAT(juliet.hears(),
                ElementsAre(xml("<presence from='juliet@home.example/balcony' to='juliet@home.example'" + rest)));
    juliet.says("<presence type='unavailable'/>");  // twice says nothing new
    EXPECT_THAT(romeo.hears(), IsEmpty());
}

TEST(PresenceSharing, R107_who_is_cut_off_becomes_unavailable) {
    for (const bool in_order : {true, false}) {
        House house;
        house.befriend("juliet", "romeo");
        Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
        appears(romeo), appears(juliet);
        romeo.forgets();
        in_order ? juliet.leaves() : juliet.is_cut_off();
        EXPECT_THAT(romeo.hears(), ElementsAre(xml("<presence from='juliet@home.example/balcony' "
                                                   "to='romeo@home.example' type='unavailable'/>")));
    }
}

// RFC 6121 §4.7.2.3: it was passed on to everybody, and counted as 0 here.
TEST(PresenceSharing, a_priority_that_is_none_is_refused) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(romeo);
    for (const char* bad : {"128", "-129", "999999999999", "high", "1.5"}) {
        for (const char* to : {"", " to='romeo@home.example'"}) {
            juliet.says("<presence" + std::string(to) + "><priority>" + bad + "</priority></presence>");
            EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("<bad-request"))) << bad;
            EXPECT_THAT(romeo.hears(), IsEmpty()) << bad;
        }
    }
    for (const char* good : {"127", "-128", " 0 ", "+5", "-0", ""}) {
        juliet.says("<presence><priority>" + std::string(good) + "</priority></presence>");
        EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("<priority"))) << good;
        juliet.forgets();
    }
}

TEST(PresenceSharing, ones_own_resources_see_each_other) {
    House house;
    Client balcony(house, "juliet/balcony"), chamber(house, "juliet/chamber");
    appears(balcony, "<presence><priority>1</priority></presence>");
    chamber.says("<presence/>");
    EXPECT_THAT(chamber.hears(),
                ElementsAre(xml("<presence from='juliet@home.example/chamber' to='juliet@home.example'/>"),
                            xml("<presence from='juliet@home.example/balcony' to='juliet@home.example'>"
                                "<priority>1</priority></presence>")));
    EXPECT_THAT(balcony.hears(),
                ElementsAre(xml("<presence from='juliet@home.example/chamber' to='juliet@home.example'/>")));
}

TEST(PresenceSharing, contacts_elsewhere_are_probed_once_and_told) {
    House house;
    house.put_contact("juliet", "gateway.example", true, true);
    Component gateway(house, "gateway.example");
    Client juliet(house, "juliet/balcony");
    juliet.says("<presence/>");
    EXPECT_THAT(gateway.hears(),
                ElementsAre(xml("<presence from='juliet@home.example/balcony' to='gateway.example'/>"),
                            xml("<presence from='juliet@home.example' id='0123456789abcdef' to='gateway.example' "
                                "type='probe'/>")));
    juliet.says("<presence><show>xa</show></presence>");
    EXPECT_THAT(gateway.hears(), ElementsAre(Not(HasSubstr("probe"))));
}

TEST(PresenceSharing, contacts_elsewhere_that_did_not_answer_are_asked_again) {
    House house;
    house.storage.put_item("juliet", {.jid = "r@gateway.example"_jid, .ask = true});
    house.storage.put_item("juliet", {.jid = House::jid("romeo"), .ask = true});
    Component gateway(house, "gateway.example");
    Client juliet(house, "juliet/balcony"), romeo(house, "romeo/orchard");
    romeo.says("<presence/>");
    romeo.forgets();
    juliet.says("<presence/>");
    EXPECT_THAT(gateway.hears(), ElementsAre(xml("<presence from='juliet@home.example' id='0123456789abcdef' "
                                                 "to='r@gateway.example' type='subscribe'/>")));
    EXPECT_THAT(romeo.hears(), IsEmpty());
}

TEST(PresenceSharing, what_others_send_goes_to_all_available_resources_of_a_bare_address) {
    House house;
    Component gateway(house, "gateway.example");
    Client balcony(house, "juliet/balcony"), chamber(house, "juliet/chamber"), connected(house, "juliet/connected");
    appears(balcony), appears(chamber, "<presence><priority>-1</priority></presence>");
    balcony.forgets();
    gateway.says("<presence from='r@gateway.example/x' to='juliet@home.example'><show>away</show></presence>");
    const std::string shown =
        xml("<presence from='r@gateway.example/x' to='juliet@home.example'><show>away</show></presence>");
    EXPECT_THAT(balcony.hears(), ElementsAre(shown));
    EXPECT_THAT(chamber.hears(), ElementsAre(shown));
    EXPECT_THAT(connected.hears(), IsEmpty());
    gateway.says(
        "<presence from='r@gateway.example/x' to='juliet@home.example/connected'/>"
        "<presence from='r@gateway.example/x' to='juliet@home.example/nowhere'/>"
        "<presence from='r@gateway.example/x' to='nobody@home.example'/>");
    EXPECT_THAT(connected.hears(),
                ElementsAre(xml("<presence from='r@gateway.example/x' to='juliet@home.example/connected'/>")));
    EXPECT_THAT(balcony.hears(), IsEmpty());
    EXPECT_THAT(gateway.hears(), IsEmpty());
}

// §4.6

TEST(PresenceSharing, R107_directed_presence_is_taken_back_when_the_resource_goes) {
    for (const bool in_order : {true, false}) {
        House house;
        Component rooms(house, "rooms.example");
        Client juliet(house, "juliet/balcony");
        appears(juliet);
        juliet.says("<presence to='garden@rooms.example/J'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        EXPECT_THAT(rooms.hears(), ElementsAre(xml("<presence from='juliet@home.example/balcony' "
                                                   "to='garden@rooms.example/J'>"
                                                   "<x xmlns='http://jabber.org/protocol/muc'/></presence>")));
        juliet.says("<presence><show>away</show></presence>");
        EXPECT_THAT(rooms.hears(), IsEmpty());  // no subscription
        in_order ? static_cast<void>(juliet.says("<presence type='unavailable'/>")) : juliet.is_cut_off();
        EXPECT_THAT(rooms.hears(), ElementsAre(xml("<presence from='juliet@home.example/balcony' "
                                                   "to='garden@rooms.example/J' type='unavailable'/>")));
    }
}

TEST(PresenceSharing, directed_presence_that_was_taken_back_is_not_taken_back_again) {
    House house;
    Component rooms(house, "rooms.example");
    Client juliet(house, "juliet/balcony");
    juliet.says(
        "<presence to='garden@rooms.example/J'/><presence to='garden@rooms.example/J' type='unavailable'/>"
        "<presence to='hall@rooms.example/J'/>");
    rooms.hears();
    rooms.says("<presence from='hall@rooms.example/J' to='juliet@home.example/balcony' type='unavailable'/>");
    juliet.is_cut_off();
    EXPECT_THAT(rooms.hears(), IsEmpty());
}

TEST(PresenceSharing, who_was_not_available_takes_back_what_it_directed) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(romeo);
    juliet.says("<presence to='romeo@home.example'/>");
    EXPECT_THAT(romeo.hears(),
                ElementsAre(xml("<presence from='juliet@home.example/balcony' to='romeo@home.example'/>")));
    juliet.leaves();
    EXPECT_THAT(romeo.hears(), ElementsAre(xml("<presence from='juliet@home.example/balcony' "
                                               "to='romeo@home.example' type='unavailable'/>")));
}

TEST(PresenceSharing, a_subscriber_who_got_directed_presence_hears_the_end_once) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(romeo), appears(juliet);
    juliet.says("<presence to='romeo@home.example'><show>chat</show></presence>");
    romeo.forgets();
    juliet.leaves();
    EXPECT_EQ(romeo.hears().size(), 1u);
}

TEST(PresenceSharing, one_resource_in_too_many_rooms_is_told) {
    House house;
    Component rooms(house, "rooms.example");
    Client juliet(house, "juliet/balcony");
    for (int i = 0; i < 2000; ++i) juliet.says("<presence to='r" + std::to_string(i) + "@rooms.example/J'/>");
    EXPECT_THAT(juliet.hears(), IsEmpty());
    juliet.says("<presence to='more@rooms.example/J'/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("policy-violation")));
}

// §4.3

TEST(PresenceSharing, a_probe_of_a_subscriber_gets_what_each_resource_said_last) {
    House house;
    house.put_contact("juliet", "r@gateway.example", false, true);
    Component gateway(house, "gateway.example");
    Client balcony(house, "juliet/balcony"), chamber(house, "juliet/chamber");
    appears(balcony, "<presence id='pres1'><show>dnd</show></presence>");
    appears(chamber, "<presence id='pres2'><status>busy</status></presence>");
    gateway.hears();
    gateway.says("<presence from='r@gateway.example' to='juliet@home.example' type='probe' id='probe1'/>");
    EXPECT_THAT(gateway.hears(), ElementsAre(xml("<presence from='juliet@home.example/balcony' id='pres1' "
                                                 "to='r@gateway.example'><show>dnd</show></presence>"),
                                             xml("<presence from='juliet@home.example/chamber' id='pres2' "
                                                 "to='r@gateway.example'><status>busy</status></presence>")));
    gateway.says("<presence from='r@gateway.example' to='juliet@home.example/chamber' type='probe' id='probe1'/>");
    EXPECT_THAT(gateway.hears(),
                ElementsAre(xml("<presence from='juliet@home.example/chamber' to='r@gateway.example'/>")));
}

TEST(PresenceSharing, a_probe_of_who_is_away_tells_since_when) {
    House house;
    house.put_contact("juliet", "r@gateway.example", false, true);
    Component gateway(house, "gateway.example");
    gateway.says("<presence from='r@gateway.example' to='juliet@home.example' type='probe' id='probe2'/>");
    EXPECT_THAT(gateway.hears(), ElementsAre(xml("<presence from='juliet@home.example' id='probe2' "
                                                 "to='r@gateway.example' type='unavailable'/>")));
    Client juliet(house, "juliet/balcony");
    appears(juliet);
    juliet.leaves();
    gateway.hears();
    house.pass(std::chrono::hours(1));
    gateway.says("<presence from='r@gateway.example' to='juliet@home.example' type='probe' id='probe3'/>");
    EXPECT_THAT(gateway.hears(),
                ElementsAre(xml("<presence from='juliet@home.example' id='probe3' to='r@gateway.example' "
                                "type='unavailable'><delay xmlns='urn:xmpp:delay' stamp='2026-02-03T04:00:00Z'/>"
                                "</presence>")));
}

TEST(PresenceSharing, R112_V41_a_probe_of_a_stranger_tells_nothing) {
    House house;
    house.put_contact("juliet", "half@gateway.example", true, false);  // she sees them, they do not see her
    Component gateway(house, "gateway.example");
    Client juliet(house, "juliet/balcony");
    appears(juliet);
    gateway.hears();
    std::vector<std::string> answers;
    for (const std::string to : {"juliet@home.example", "juliet@home.example/balcony", "juliet@home.example/nowhere",
                                 "romeo@home.example", "nobody@home.example", "nobody@home.example/x"}) {
        for (const std::string from : {"stranger@gateway.example/x", "half@gateway.example"}) {
            gateway.says("<presence type='probe' id='q' from='" + from + "' to='" + to + "'/>");
            const std::string bare = to.substr(0, to.find('/'));
            EXPECT_THAT(gateway.hears(), ElementsAre(xml("<presence id='q' type='unsubscribed' from='" + bare +
                                                         "' to='" + from.substr(0, from.find('/')) + "'/>")));
        }
    }
}

TEST(PresenceSharing, a_probe_of_who_got_directed_presence_tells_that_it_still_holds) {
    House house;
    Component rooms(house, "rooms.example");
    Client juliet(house, "juliet/balcony");
    appears(juliet);
    juliet.says("<presence to='garden@rooms.example/J'><show>away</show></presence>");
    rooms.hears();
    rooms.says("<presence type='probe' from='garden@rooms.example/J' to='juliet@home.example/balcony'/>");
    EXPECT_THAT(rooms.hears(),
                ElementsAre(xml("<presence from='juliet@home.example/balcony' to='garden@rooms.example/J'/>")));
    juliet.says("<presence to='garden@rooms.example/J' type='unavailable'/>");
    rooms.hears();
    rooms.says("<presence type='probe' from='garden@rooms.example/J' to='juliet@home.example/balcony'/>");
    EXPECT_THAT(rooms.hears(), ElementsAre(HasSubstr("unsubscribed")));
}

TEST(PresenceSharing, R106_a_contact_that_knows_of_no_subscription_cancels_it) {
    House house;
    house.put_contact("juliet", "romeo", true, false);  // his roster knows nothing of it
    Client juliet(house, "juliet/balcony");
    juliet.says("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    juliet.forgets();
    juliet.says("<presence/>");
    EXPECT_THAT(juliet.hears(), Contains(HasSubstr("type='unsubscribed'")));
    EXPECT_FALSE(house.contact("juliet", "romeo")->to);
}

TEST(PresenceSharing, presence_of_unknown_types_and_to_nobody_is_dropped_or_refused) {
    House house;
    Client juliet(house, "juliet/balcony");
    juliet.says("<presence type='error'/><presence type='probe'/>");
    EXPECT_THAT(juliet.hears(), IsEmpty());
    juliet.says("<presence type='subscribe'/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("bad-request")));
    juliet.says("<presence type='of-the-future'/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("bad-request")));
}

TEST(PresenceSharing, R092_presence_to_a_domain_that_is_not_there_comes_back) {
    House house;
    house.put_contact("juliet", "r@gone.example", true, true);
    Client juliet(house, "juliet/balcony");
    juliet.says("<presence to='room@gone.example/J' id='1'/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(testing::AllOf(HasSubstr("remote-server-not-found"),
                                                           HasSubstr("from='room@gone.example/J' id='1'"))));
    juliet.says("<presence/>");  // of the contacts that cannot be reached nothing is said
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("to='juliet@home.example'")));
    juliet.says("<presence to='room@gone.example/J' type='unavailable'/>");
    EXPECT_THAT(juliet.hears(), IsEmpty());
}

}  // namespace
}  // namespace rondel::server
