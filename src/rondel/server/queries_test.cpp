#include "rondel/server/queries.hpp"

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

std::string get(const std::string& to, const std::string& payload) {
    return "<iq type='get' id='1'" + (to.empty() ? "" : " to='" + to + "'") + ">" + payload + "</iq>";
}
const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
const std::string items = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
const std::string ping = "<ping xmlns='urn:xmpp:ping'/>";
const std::string last = "<query xmlns='jabber:iq:last'/>";
const std::string card = "<vCard xmlns='vcard-temp'/>";

// The domain

TEST(Queries, R129_the_domain_tells_what_it_is_and_does) {
    DomainOptions options;
    options.admins = {"mailto:admin@home.example", "xmpp:admin@home.example"};
    House house(options);
    Client juliet(house, "juliet/balcony");
    juliet.says(get("home.example", info));
    const Heard heard = juliet.hears();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_THAT(heard[0], HasSubstr("<identity category='server' name='rondel' type='im'/>"));
    for (const char* feature :
         {"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items", "urn:xmpp:ping",
          "urn:xmpp:blocking", "urn:xmpp:carbons:2", "urn:xmpp:carbons:rules:0", "jabber:iq:version", "jabber:iq:last",
          "urn:xmpp:time", "vcard-temp", "msgoffline", "jabber:iq:register"})
        EXPECT_THAT(heard[0], HasSubstr("<feature var='" + std::string(feature) + "'/>"));
    EXPECT_THAT(heard[0],
                HasSubstr("<x xmlns='jabber:x:data' type='result'><field type='hidden' var='FORM_TYPE'>"
                          "<value>http://jabber.org/network/serverinfo</value></field>"
                          "<field type='list-multi' var='admin-addresses'><value>mailto:admin@home.example</value>"
                          "<value>xmpp:admin@home.example</value></field></x>"));
}

TEST(Queries, the_domain_knows_no_nodes) {
    House house;
    Client juliet(house, "juliet/balcony");
    for (const char* kind : {"info", "items"})
        juliet.says(get("home.example",
                        "<query xmlns='http://jabber.org/protocol/disco#" + std::string(kind) + "' node='x'/>"));
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("item-not-found"), HasSubstr("item-not-found")));
}

TEST(Queries, the_items_of_the_domain_are_the_components) {
    House house;
    Client juliet(house, "juliet/balcony");
    Component rooms(house, "rooms.home.example"), echo(house, "echo.example");
    juliet.says(get("home.example", items));
    EXPECT_THAT(juliet.hears(),
                ElementsAre(HasSubstr("<query xmlns='http://jabber.org/protocol/disco#items'>"
                                      "<item jid='echo.example'/><item jid='rooms.home.example'/></query>")));
}

TEST(Queries, R129_version_time_uptime_and_ping) {
    House house;
    Client juliet(house, "juliet/balcony");
    Component gateway(house, "gateway.example");
    house.pass(std::chrono::hours(2));
    juliet.says(get("home.example", ping) + get("home.example", "<query xmlns='jabber:iq:version'/>") +
                get("home.example", "<time xmlns='urn:xmpp:time'/>") + get("home.example", last) + get("", ping));
    EXPECT_THAT(juliet.hears(),
                ElementsAre(xml("<iq type='result' id='1' from='home.example' to='juliet@home.example/balcony'/>"),
                            HasSubstr("<query xmlns='jabber:iq:version'><name>rondel</name><version>"),
                            HasSubstr("<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>2026-02-03T06:00:00Z</utc>"),
                            HasSubstr("<query xmlns='jabber:iq:last' seconds='7200'/>"),
                            xml("<iq type='result' id='1' to='juliet@home.example/balcony'/>")));
    gateway.says("<iq type='get' id='1' from='gateway.example' to='home.example'>" + ping + "</iq>");
    EXPECT_THAT(gateway.hears(),
                ElementsAre(xml("<iq type='result' id='1' from='home.example' to='gateway.example'/>")));
}

TEST(Queries, older_clients_start_a_session) {
    House house;
    Client juliet(house, "juliet/balcony");
    juliet.says("<iq type='set' id='1'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("type='result'")));
}

TEST(Queries, R079_what_cannot_be_read_is_a_bad_request) {
    House house;
    Client juliet(house, "juliet/balcony");
    juliet.says(
        "<iq type='set' id='1'><prefs xmlns='urn:xmpp:mam:2'/></iq>"
        "<iq type='set' id='2'><query xmlns='jabber:iq:roster'><item jid='a@b.example' approved='maybe'/>"
        "</query></iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("bad-request"), HasSubstr("bad-request")));
}

// Accounts

TEST(Queries, an_account_is_told_about_to_who_may_see_the_user) {
    House house;
    house.befriend("juliet", "romeo");
    house.put_contact("juliet", "tybalt", true, false);  // she may see him, and he may not see her
    Client juliet(house, "juliet/balcony"), chamber(house, "juliet/chamber"), romeo(house, "romeo/orchard"),
        tybalt(house, "tybalt/street");
    appears(juliet);
    for (Client* asker : {&juliet, &romeo}) {
        asker->forgets();
        asker->says(get("juliet@home.example", info) + get("juliet@home.example", items) +
                    get("juliet@home.example", ping) + get("juliet@home.example", last));
        EXPECT_THAT(asker->hears(), ElementsAre(AllOf(HasSubstr("<identity category='account' type='registered'/>"),
                                                      HasSubstr("urn:xmpp:mam:2"), HasSubstr("urn:xmpp:mam:2#extended"),
                                                      HasSubstr("urn:xmpp:sid:0")),
                                                AllOf(HasSubstr("<item jid='juliet@home.example/balcony'/>"),
                                                      Not(HasSubstr("chamber"))),  // which is not available
                                                HasSubstr("type='result'"), HasSubstr("seconds='0'")));
    }
    tybalt.says(get("juliet@home.example", info) + get("juliet@home.example", last));
    EXPECT_THAT(tybalt.hears(), testing::Each(HasSubstr("service-unavailable")));
}

TEST(Queries, last_activity_of_who_is_away) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard");
    romeo.says(get("juliet@home.example", last));
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("item-not-found")));
    {
        Client juliet(house, "juliet/balcony");
        juliet.says("<presence/><presence type='unavailable'><status>Good night</status></presence>");
    }
    house.pass(std::chrono::seconds(903));
    romeo.forgets();
    romeo.says(get("juliet@home.example", last));
    EXPECT_THAT(romeo.hears(),
                ElementsAre(HasSubstr("<query xmlns='jabber:iq:last' seconds='903'>Good night</query>")));
}

TEST(Queries, what_is_for_a_resource_is_relayed) {
    House house;
    house.befriend("juliet", "romeo");
    Client juliet(house, "juliet/balcony"), romeo(house, "romeo/orchard");
    appears(juliet);
    romeo.says(get("juliet@home.example/balcony", info));
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("disco#info")));
    EXPECT_THAT(romeo.hears(), IsEmpty());
}

TEST(Queries, a_card_is_everybodys_to_read_and_ones_own_to_write) {
    House house;
    Client juliet(house, "juliet/balcony"), romeo(house, "romeo/orchard");
    Component gateway(house, "gateway.example");
    juliet.says(get("", card));
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("item-not-found")));
    romeo.says(get("juliet@home.example", card));
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("service-unavailable")));
    const std::string mine = "<vCard xmlns='vcard-temp'><FN>Juliet &amp; co</FN><x xmlns='urn:x'/></vCard>";
    juliet.says("<iq type='set' id='1'>" + mine + "</iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("result")));
    romeo.says(get("juliet@home.example", card));
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr(mine)));
    gateway.says("<iq type='get' id='1' from='gateway.example' to='juliet@home.example'>" + card + "</iq>");
    EXPECT_THAT(gateway.hears(), ElementsAre(HasSubstr(mine)));
    romeo.says("<iq type='set' id='1' to='juliet@home.example'>" + mine + "</iq>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("forbidden")));
    juliet.says("<iq type='set' id='1'>" + card + "</iq>");
    EXPECT_EQ(house.storage.vcard("juliet"), "");
}

// Registration of who is logged in

TEST(Queries, a_password_can_be_changed) {
    House house;
    house.storage.put_token("juliet", {"phone", {"HT-SHA-256-NONE", "old"}, house.today + std::chrono::hours(1)});
    Client juliet(house, "juliet/balcony");
    juliet.says(get("", "<query xmlns='jabber:iq:register'/>"));
    EXPECT_THAT(juliet.hears(),
                ElementsAre(HasSubstr("<query xmlns='jabber:iq:register'><registered/><username>juliet</username>"
                                      "<password/></query>")));
    juliet.says(
        "<iq type='set' id='1' to='home.example'><query xmlns='jabber:iq:register'>"
        "<username>Juliet</username><password>new secret</password></query></iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("type='result'")));
    EXPECT_EQ(house.storage.account("juliet")->keys.size(), 2u);
    EXPECT_THAT(house.storage.tokens("juliet"), IsEmpty());
}

TEST(Queries, what_is_no_change_of_a_password) {
    House house;
    Client juliet(house, "juliet/balcony");
    Component gateway(house, "gateway.example");
    const auto set = [](const std::string& fields) {
        return "<iq type='set' id='1'><query xmlns='jabber:iq:register'>" + fields + "</query></iq>";
    };
    juliet.says(set("<username>romeo</username><password>x</password>") + set("<username>juliet</username>") +
                set("<username>juliet</username><password/>") + set(""));
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("not-allowed"), HasSubstr("bad-request"),
                                            HasSubstr("not-acceptable"), HasSubstr("bad-request")));
    EXPECT_TRUE(house.storage.account("juliet")->keys.empty());
    gateway.says(
        "<iq type='set' id='1' from='gateway.example' to='home.example'><query xmlns='jabber:iq:register'>"
        "<remove/></query></iq>");
    EXPECT_THAT(gateway.hears(), ElementsAre(HasSubstr("service-unavailable")));
}

TEST(Queries, F11_before_the_end_what_users_owe_can_be_counted_and_refused) {
    House house;
    Client juliet(house, "juliet/balcony");
    Component gateway(house, "gateway.example");
    juliet.says("<presence to='gateway.example'/>");  // or it could not ask her
    gateway.hears();
    gateway.says(
        "<iq type='get' id='1' from='gateway.example' to='juliet@home.example/balcony'><ping xmlns='urn:xmpp:ping'/>"
        "</iq>");
    EXPECT_EQ(house.state.sessions.owed(), 1u);
    house.state.home.run([&] { house.state.sessions.refuse_owed(); });
    EXPECT_EQ(house.state.sessions.owed(), 0u);
    EXPECT_THAT(gateway.hears(), ElementsAre(HasSubstr("service-unavailable")));
}

TEST(Queries, an_account_can_be_given_up) {
    House house;
    house.befriend("juliet", "romeo");
    Client juliet(house, "juliet/balcony"), chamber(house, "juliet/chamber"), romeo(house, "romeo/orchard");
    appears(juliet), appears(romeo);
    juliet.forgets();
    juliet.says("<iq type='set' id='1'><query xmlns='jabber:iq:register'><remove/></query></iq>");
    EXPECT_THAT(juliet.hears(), testing::Contains(HasSubstr("type='result'")));
    EXPECT_EQ(juliet.link.error, stream::StreamCondition::not_authorized);
    EXPECT_EQ(chamber.link.error, stream::StreamCondition::not_authorized);
    EXPECT_FALSE(house.storage.account("juliet"));
    EXPECT_THAT(romeo.hears(), testing::Contains(HasSubstr("type='unsubscribed'")));
    EXPECT_FALSE(house.contact("romeo", "juliet")->to);
    juliet.is_cut_off();
    romeo.says("<message to='juliet@home.example' type='chat' id='2'><body>x</body></message>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("service-unavailable")));
}

}  // namespace
}  // namespace rondel::server
