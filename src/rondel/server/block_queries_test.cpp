#include "rondel/server/block_queries.hpp"

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

std::string block(const std::string& items) {
    return "<iq type='set' id='b'><block xmlns='urn:xmpp:blocking'>" + items + "</block></iq>";
}
std::string unblock(const std::string& items = "") {
    return "<iq type='set' id='u'><unblock xmlns='urn:xmpp:blocking'>" + items + "</unblock></iq>";
}
const std::string list = "<iq type='get' id='l'><blocklist xmlns='urn:xmpp:blocking'/></iq>";
const std::string romeo_item = "<item jid='romeo@home.example'/>";

class BlockingTest : public testing::Test {
  protected:
    House house;
    Client juliet{house, "juliet/balcony"}, chamber{house, "juliet/chamber"}, romeo{house, "romeo/orchard"};
};

TEST_F(BlockingTest, the_list_is_shown_and_changes_are_pushed_to_who_asked_for_it) {
    juliet.says(list);
    EXPECT_THAT(juliet.hears(), ElementsAre(xml("<iq type='result' id='l' to='juliet@home.example/balcony'>"
                                                "<blocklist xmlns='urn:xmpp:blocking'/></iq>")));
    chamber.says(block(romeo_item));
    EXPECT_THAT(chamber.hears(), ElementsAre(HasSubstr("type='result'")));
    EXPECT_THAT(juliet.hears(), ElementsAre(xml("<iq type='set' id='0123456789abcdef' from='juliet@home.example' "
                                                "to='juliet@home.example/balcony'><block xmlns='urn:xmpp:blocking'>"
                                                "<item jid='romeo@home.example'/></block></iq>")));
    chamber.says(list);
    EXPECT_THAT(chamber.hears(), ElementsAre(HasSubstr("<blocklist xmlns='urn:xmpp:blocking'>" + romeo_item)));
    juliet.says(unblock());
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("result"), HasSubstr("<unblock xmlns='urn:xmpp:blocking'/>")));
    EXPECT_THAT(chamber.hears(), ElementsAre(HasSubstr("<unblock")));
    EXPECT_THAT(house.storage.blocked("juliet"), IsEmpty());
}

TEST_F(BlockingTest, what_is_asked_wrongly) {
    juliet.says(block("") + block("<item/>") + block("<item jid='@@'/>"));
    EXPECT_THAT(juliet.hears(),
                ElementsAre(HasSubstr("bad-request"), HasSubstr("bad-request"), HasSubstr("jid-malformed")));
    romeo.says(
        "<iq type='set' id='b' to='juliet@home.example'><block xmlns='urn:xmpp:blocking'>" + romeo_item +
        "</block></iq><iq type='get' id='l' to='juliet@home.example'><blocklist xmlns='urn:xmpp:blocking'/></iq>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("forbidden"), HasSubstr("forbidden")));
}

TEST_F(BlockingTest, to_the_blocked_the_user_is_away) {
    house.befriend("juliet", "romeo");
    appears(juliet), appears(romeo);
    juliet.says(block(romeo_item));
    EXPECT_THAT(romeo.hears(), ElementsAre(xml("<presence from='juliet@home.example/balcony' "
                                               "to='romeo@home.example' type='unavailable'/>")));
    juliet.forgets();
    romeo.says(
        "<message to='juliet@home.example' type='chat' id='1'><body>x</body></message>"
        "<message to='juliet@home.example/balcony' id='2'><body>x</body></message>"
        "<iq type='get' id='3' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>"
        "<iq type='get' id='4' to='juliet@home.example'><vCard xmlns='vcard-temp'/></iq>"
        "<iq type='result' id='5' to='juliet@home.example/balcony'/>"
        "<message to='juliet@home.example/balcony' type='error' id='6'/>"
        "<presence to='juliet@home.example'/><presence to='juliet@home.example' type='probe'/>"
        "<presence to='juliet@home.example' type='subscribe'/><presence><show>away</show></presence>");
    EXPECT_THAT(juliet.hears(), IsEmpty());
    Heard errors = romeo.hears();
    ASSERT_GE(errors.size(), 4u);
    for (int i = 0; i < 4; ++i)
        EXPECT_THAT(errors[static_cast<std::size_t>(i)],
                    AllOf(HasSubstr("id='" + std::to_string(i + 1) + "'"), HasSubstr("service-unavailable")));
    EXPECT_THAT(std::vector(errors.begin() + 4, errors.end()),  // his roster's push, and his own presence
                testing::Each(Not(HasSubstr("from='juliet"))));
    juliet.says("<presence><show>dnd</show></presence>");
    EXPECT_THAT(romeo.hears(), IsEmpty());
    EXPECT_EQ(house.storage.offline_count("juliet"), 0u);
}

TEST_F(BlockingTest, to_the_blocked_nothing_is_sent) {
    juliet.says(block(romeo_item));
    juliet.forgets();
    juliet.says("<message to='romeo@home.example' id='1' type='chat'><body>x</body></message>");
    EXPECT_THAT(juliet.hears(),
                ElementsAre(xml("<message from='romeo@home.example' to='juliet@home.example/balcony' id='1' "
                                "type='error'><error type='cancel'>"
                                "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                                "<blocked xmlns='urn:xmpp:blocking:errors'/></error></message>")));
    juliet.says(
        "<iq to='romeo@home.example/orchard' type='get' id='2'><x xmlns='urn:x'/></iq>"
        "<presence to='romeo@home.example/orchard' id='3'/><presence to='romeo@home.example' type='subscribe' "
        "id='4'/><presence to='romeo@home.example' type='unavailable'/>"
        "<iq to='romeo@home.example/orchard' type='result' id='5'/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(AllOf(HasSubstr("id='2'"), HasSubstr("urn:xmpp:blocking:errors")),
                                            AllOf(HasSubstr("id='3'"), HasSubstr("urn:xmpp:blocking:errors")),
                                            AllOf(HasSubstr("id='4'"), HasSubstr("urn:xmpp:blocking:errors"))));
    EXPECT_THAT(romeo.hears(), IsEmpty());
    EXPECT_THAT(house.storage.roster("juliet").items, IsEmpty());
}

TEST_F(BlockingTest, who_is_unblocked_sees_and_is_seen_again) {
    house.befriend("juliet", "romeo");
    appears(juliet), appears(romeo);
    juliet.says(block("<item jid='home.example'/>" + romeo_item));
    juliet.forgets(), romeo.forgets();
    juliet.says(unblock(romeo_item));
    EXPECT_THAT(romeo.hears(), IsEmpty());  // his whole domain is blocked still
    juliet.forgets();
    juliet.says(unblock("<item jid='home.example'/>"));
    EXPECT_THAT(romeo.hears(),
                ElementsAre(xml("<presence from='juliet@home.example/balcony' to='romeo@home.example'/>")));
    EXPECT_THAT(juliet.hears(),
                ElementsAre(HasSubstr("result"), HasSubstr("<presence from='romeo@home.example/orchard'")));
    romeo.says("<message to='juliet@home.example' type='chat' id='1'><body>x</body></message>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("<body>x")));
}

TEST_F(BlockingTest, a_request_of_the_blocked_is_not_shown_at_login) {
    romeo.says("<presence to='juliet@home.example' type='subscribe'/>");
    juliet.says(block(romeo_item));
    juliet.forgets();
    juliet.says("<presence/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("from='juliet@home.example/balcony'")));
}

TEST_F(BlockingTest, rooms_that_are_blocked_see_the_user_leave) {
    Component rooms(house, "rooms.example");
    juliet.says("<presence to='garden@rooms.example/J'/>");
    rooms.hears();
    juliet.says(block("<item jid='rooms.example'/>"));
    EXPECT_THAT(rooms.hears(), ElementsAre(xml("<presence from='juliet@home.example/balcony' "
                                               "to='garden@rooms.example/J' type='unavailable'/>")));
    juliet.leaves();
    EXPECT_THAT(rooms.hears(), IsEmpty());
}

TEST_F(BlockingTest, nobody_blocks_themselves_or_their_server) {
    juliet.says(block("<item jid='home.example'/><item jid='juliet@home.example'/>"));
    juliet.forgets();
    juliet.says(
        "<iq type='get' id='1' to='home.example'><ping xmlns='urn:xmpp:ping'/></iq>"
        "<message to='juliet@home.example/chamber' type='chat'><body>x</body></message>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("type='result'")));
    EXPECT_THAT(chamber.hears(), ElementsAre(HasSubstr("<body>x")));
}

}  // namespace
}  // namespace rondel::server
