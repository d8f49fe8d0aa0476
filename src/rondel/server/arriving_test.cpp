#include "rondel/server/arriving.hpp"

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

const std::string query = "<query xmlns='urn:unknown'/>";

// What strangers may ask of anybody: the answers must be the same, byte by byte, whoever is or is not there.
TEST(Arriving, V41_T_LEAK_R086_R112_errors_tell_nobody_who_is_there) {
    House house;
    Component gateway(house, "gateway.example");
    Client stranger(house, "tybalt/street"), here(house, "juliet/balcony");
    appears(here);
    const std::vector<std::string> asked = {
        "<iq type='get' id='i' to='TO'>" + query + "</iq>",
        "<iq type='set' id='i' to='TO'>" + query + "</iq>",
        "<iq type='get' id='i' to='TO'><ping xmlns='urn:xmpp:ping'/></iq>",
        "<iq type='get' id='i' to='TO'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
        "<iq type='get' id='i' to='TO'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>",
        "<iq type='get' id='i' to='TO'><query xmlns='jabber:iq:last'/></iq>",
        "<iq type='get' id='i' to='TO'><query xmlns='jabber:iq:version'/></iq>",
        "<iq type='get' id='i' to='TO'><vCard xmlns='vcard-temp'/></iq>",
        "<message type='groupchat' id='i' to='TO'><body>x</body></message>",
    };
    const std::string addresses[] = {"nobody@home.example", "romeo@home.example", "juliet@home.example"};
    for (const std::string& stanza : asked)
        for (const std::string resource : {"", "/nowhere", "/balcony"}) {
            if (stanza.find("groupchat") != std::string::npos && resource == "/balcony") continue;  // that is delivered
            std::set<std::string> different;
            for (const std::string& address : addresses)
                for (const bool from_elsewhere : {false, true}) {
                    std::string one = stanza;
                    one.replace(one.find("TO"), 2, address + resource);
                    if (from_elsewhere)
                        gateway.says(one.insert(one.find(' '), " from='x@gateway.example'"));
                    else
                        stranger.says(one);
                    Heard answers = from_elsewhere ? gateway.hears() : stranger.hears();
                    ASSERT_EQ(answers.size(), 1u) << one;
                    std::string& answer = answers.front();
                    EXPECT_THAT(answer, HasSubstr("<error type='cancel'><service-unavailable "
                                                  "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"));
                    for (const std::string& hidden : {address + resource, std::string("tybalt@home.example/street"),
                                                      std::string("x@gateway.example")})
                        if (const std::size_t at = answer.find(hidden); at != std::string::npos)
                            answer.replace(at, hidden.size(), "…");
                    different.insert(answer);
                }
            EXPECT_EQ(different.size(), 1u) << stanza << resource << testing::PrintToString(different);
        }
    EXPECT_THAT(here.hears(), IsEmpty());
}

TEST(Arriving, R111_requests_for_a_bare_address_are_answered_by_the_server) {
    House house;
    house.befriend("juliet", "romeo");
    Client juliet(house, "juliet/balcony"), romeo(house, "romeo/orchard");
    appears(juliet), appears(romeo);
    juliet.forgets();
    romeo.says("<iq type='get' id='1' to='juliet@home.example'>" + query +
               "</iq>"
               "<iq type='get' id='2' to='juliet@home.example'><ping xmlns='urn:xmpp:ping'/></iq>"
               "<iq type='result' id='3' to='juliet@home.example'/><iq type='error' id='4' to='juliet@home.example'/>");
    EXPECT_THAT(romeo.hears(), ElementsAre(AllOf(HasSubstr("id='1'"), HasSubstr("service-unavailable")),
                                           xml("<iq type='result' id='2' from='juliet@home.example' "
                                               "to='romeo@home.example/orchard'/>")));
    EXPECT_THAT(juliet.hears(), IsEmpty());
}

TEST(Arriving, R110_requests_for_a_resource_go_to_it_if_the_asker_may_know_of_it) {
    House house;
    house.befriend("juliet", "romeo");
    Component gateway(house, "gateway.example");
    Client juliet(house, "juliet/balcony"), romeo(house, "romeo/orchard"), chamber(house, "juliet/chamber");
    appears(juliet);
    const std::string ask = "<iq type='get' id='1' to='juliet@home.example/balcony'>" + query + "</iq>";
    romeo.says(ask), chamber.says(ask);
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("from='romeo@home.example/orchard'"),
                                            HasSubstr("from='juliet@home.example/chamber'")));
    juliet.says("<iq type='result' id='1' to='romeo@home.example/orchard'/>");
    EXPECT_THAT(romeo.hears(), ElementsAre(xml("<iq type='result' id='1' from='juliet@home.example/balcony' "
                                               "to='romeo@home.example/orchard'/>")));

    // Directed presence, or a message, is as good as a subscription.
    const std::string from_gateway =
        "<iq type='get' id='1' from='X' to='juliet@home.example/balcony'>" + query + "</iq>";
    const auto asks = [&](const std::string& who) {
        std::string one = from_gateway;
        gateway.says(one.replace(one.find('X'), 1, who));
        return !juliet.hears().empty();
    };
    EXPECT_FALSE(asks("room@gateway.example/nick"));
    juliet.says("<presence to='room@gateway.example/nick'/><message to='bot@gateway.example'><body/></message>");
    EXPECT_TRUE(asks("room@gateway.example/nick"));
    EXPECT_TRUE(asks("bot@gateway.example/any"));
    EXPECT_FALSE(asks("stranger@gateway.example"));
    EXPECT_FALSE(asks("gateway.example"));
}

TEST(Arriving, R081_R083_answers_reach_the_resource_whoever_they_are_from) {
    House house;
    Component gateway(house, "gateway.example");
    Client juliet(house, "juliet/balcony");
    gateway.says(
        "<iq type='result' id='1' from='gateway.example' to='juliet@home.example/balcony'/>"
        "<iq type='error' id='2' from='gateway.example' to='juliet@home.example/balcony'/>"
        "<iq type='result' id='3' from='gateway.example' to='juliet@home.example/gone'/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("id='1'"), HasSubstr("id='2'")));
    EXPECT_THAT(gateway.hears(), IsEmpty());  // R081, R083
}

TEST(Arriving, R080_a_component_that_asks_is_answered_once_and_not_again_when_the_domain_goes) {
    House house;
    Component gateway(house, "gateway.example");
    gateway.says("<iq type='get' id='1' from='gateway.example' to='home.example'><ping xmlns='urn:xmpp:ping'/></iq>");
    EXPECT_EQ(gateway.hears().size(), 1u);
    house.board.detach("home.example"_jid);
    EXPECT_THAT(gateway.hears(), IsEmpty());
}

TEST(Arriving, R080_who_asks_a_component_that_goes_is_told) {
    House house;
    Component gateway(house, "gateway.example");
    Client juliet(house, "juliet/balcony");
    juliet.says("<iq type='get' id='1' to='gateway.example'>" + query + "</iq>");
    gateway.leaves();
    EXPECT_THAT(juliet.hears(), ElementsAre(AllOf(HasSubstr("id='1'"), HasSubstr("recipient-unavailable"))));
}

TEST(Arriving, R078_ids_are_mirrored_exactly) {
    House house;
    Client juliet(house, "juliet/balcony");
    for (const std::string& id : {std::string(), std::string("&lt;&amp;&quot;'"), std::string(10'000, 'i')}) {
        juliet.says("<iq type='get' to='home.example' id=\"" + id + "\">" + query + "</iq>");
        juliet.says("<message type='groupchat' to='nobody@home.example' id=\"" + id + "\"/>");
        const std::string expected = xml("<x id=\"" + id + "\" xmlns='jabber:client'/>").substr(2);
        for (const std::string& heard : juliet.hears())
            EXPECT_THAT(heard, HasSubstr(expected.substr(0, expected.size() - 2)));
    }
}

TEST(Arriving, R087_R091_what_is_for_the_domain) {
    House house;
    Client juliet(house, "juliet/balcony");
    juliet.says("<iq type='get' id='1' to='home.example'>" + query + "</iq><iq type='get' id='2'>" + query +
                "</iq>"
                "<iq type='result' id='3' to='home.example'/><iq type='error' id='4' to='home.example'/>"
                "<iq type='result' id='5'/><iq type='error' id='6'/>"
                "<message id='7' to='home.example'><body>x</body></message><presence to='home.example'/>"
                "<iq type='get' id='8' to='home.example/x'><ping xmlns='urn:xmpp:ping'/></iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(AllOf(HasSubstr("id='1'"), HasSubstr("service-unavailable")),
                                            AllOf(HasSubstr("id='2'"), HasSubstr("service-unavailable")),
                                            AllOf(HasSubstr("id='7'"), HasSubstr("service-unavailable")),
                                            AllOf(HasSubstr("id='8'"), HasSubstr("service-unavailable"))));
}

TEST(Arriving, R093_what_is_for_our_domain_never_leaves_it) {
    House house;
    Component gateway(house, "gateway.example");
    Component sub(house, "sub.home.example");
    Client juliet(house, "juliet/balcony");
    juliet.says(
        "<message to='nobody@home.example' type='groupchat' id='1'/><presence to='nobody@home.example'/>"
        "<iq type='get' id='2' to='nobody@home.example/x'>" +
        query + "</iq>");
    EXPECT_EQ(juliet.hears().size(), 2u);
    EXPECT_THAT(gateway.hears(), IsEmpty());
    EXPECT_THAT(sub.hears(), IsEmpty());
    juliet.says("<message to='x@sub.home.example'/>");
    EXPECT_EQ(sub.hears().size(), 1u);
}

// Who answers a stanza while it is being dealt with waits for its turn, and nothing is lost.
TEST(Arriving, a_component_that_answers_at_once) {
    House house;
    struct Echo final : Party {
        explicit Echo(House& to) : house(to) {}
        void deliver(Stanza stanza) override { house.board.route(Message(std::move(stanza)).reply("echo")); }
        House& house;
    } echo(house);
    house.board.attach("echo.example"_jid, echo);
    Client juliet(house, "juliet/balcony");
    juliet.says(
        "<message to='echo.example' type='chat'><body>1</body></message>"
        "<message to='echo.example' type='chat'><body>2</body></message>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("echo"), HasSubstr("echo")));
    house.board.detach("echo.example"_jid);
}

}  // namespace
}  // namespace rondel::server
