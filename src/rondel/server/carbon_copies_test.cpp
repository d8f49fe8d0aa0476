#include "rondel/server/carbon_copies.hpp"

#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::Client;
using test::House;
using test::xml;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string enable = "<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>";
const std::string disable = "<iq type='set' id='d'><disable xmlns='urn:xmpp:carbons:2'/></iq>";

class CarbonsTest : public testing::Test {
  protected:
    CarbonsTest() {
        for (Client* one : {&romeo, &balcony, &chamber, &kitchen}) one->says("<presence/>");
        balcony.says(enable), chamber.says(enable);
        for (Client* one : {&romeo, &balcony, &chamber, &kitchen}) one->forgets();
    }
    House house;
    Client romeo{house, "romeo/orchard"}, balcony{house, "juliet/balcony"}, chamber{house, "juliet/chamber"},
        kitchen{house, "juliet/kitchen"};
};

TEST_F(CarbonsTest, enabling_and_disabling_are_answered_each_time) {
    kitchen.says(disable + enable + enable + disable);
    EXPECT_THAT(kitchen.hears(), testing::AllOf(testing::SizeIs(4), testing::Each(HasSubstr("type='result'"))));
    romeo.says("<iq type='set' id='c' to='juliet@home.example'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("forbidden")));
    chamber.says(disable);
    chamber.forgets();
    romeo.says("<message to='juliet@home.example/balcony' type='chat'><body>x</body></message>");
    EXPECT_THAT(chamber.hears(), IsEmpty());
}

TEST_F(CarbonsTest, what_one_gets_the_others_see) {
    romeo.says("<message to='juliet@home.example/balcony' type='chat' id='1'><body>x</body></message>");
    EXPECT_THAT(balcony.hears(), ElementsAre(HasSubstr("<message from='romeo@home.example/orchard'")));
    EXPECT_THAT(chamber.hears(),
                ElementsAre(xml("<message from='juliet@home.example' to='juliet@home.example/chamber' type='chat'>"
                                "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
                                "<message xmlns='jabber:client' from='romeo@home.example/orchard' "
                                "to='juliet@home.example/balcony' type='chat' id='1'><body>x</body>"
                                "<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@home.example' id='0123456789abcdef'/>"
                                "</message></forwarded></received></message>")));
    EXPECT_THAT(kitchen.hears(), IsEmpty());
}

TEST_F(CarbonsTest, what_one_sends_the_others_see) {
    balcony.says("<message to='romeo@home.example' type='chat' id='1'><body>x</body></message>");
    EXPECT_THAT(balcony.hears(), IsEmpty());
    EXPECT_THAT(chamber.hears(),
                ElementsAre(xml("<message from='juliet@home.example' to='juliet@home.example/chamber' type='chat'>"
                                "<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
                                "<message xmlns='jabber:client' from='juliet@home.example/balcony' "
                                "to='romeo@home.example' type='chat' id='1'><body>x</body>"
                                "<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@home.example' id='0123456789abcdef'/>"
                                "</message></forwarded></sent></message>")));
    EXPECT_THAT(romeo.hears(), ElementsAre(Not(HasSubstr("by='juliet@home.example'"))));
}

TEST_F(CarbonsTest, what_all_get_is_not_copied_to_them_but_to_those_it_passes_by) {
    Client negative(house, "juliet/negative");
    negative.says("<presence><priority>-1</priority></presence>" + enable);
    negative.forgets(), balcony.forgets(), chamber.forgets(), kitchen.forgets();
    romeo.says("<message to='juliet@home.example' type='chat'><body>x</body></message>");
    for (Client* one : {&balcony, &chamber, &kitchen})
        EXPECT_THAT(one->hears(), ElementsAre(Not(HasSubstr("urn:xmpp:carbons:2"))));
    EXPECT_THAT(negative.hears(), ElementsAre(HasSubstr("<received xmlns='urn:xmpp:carbons:2'")));
}

TEST_F(CarbonsTest, what_is_kept_private_is_copied_on_neither_side) {
    Client grove(house, "romeo/grove");
    grove.says(enable);
    grove.forgets();
    for (const char* mark : {"<private xmlns='urn:xmpp:carbons:2'/>", "<no-copy xmlns='urn:xmpp:hints'/>"}) {
        romeo.says("<message to='juliet@home.example/balcony' type='chat'><body>x</body>" + std::string(mark) +
                   "</message>");
        EXPECT_THAT(balcony.hears(), ElementsAre(HasSubstr(mark)));  // and nothing is taken off
        EXPECT_THAT(chamber.hears(), IsEmpty());
        EXPECT_THAT(grove.hears(), IsEmpty());
    }
}

TEST_F(CarbonsTest, rooms_and_errors_are_not_copied) {
    romeo.says(
        "<message to='juliet@home.example/balcony' type='groupchat'><body>x</body></message>"
        "<message to='juliet@home.example/balcony' type='error'><body>x</body></message>"
        "<message to='juliet@home.example/balcony' type='headline'><body>x</body></message>");
    EXPECT_THAT(chamber.hears(), IsEmpty());
    EXPECT_EQ(balcony.hears().size(), 3u);
}

TEST_F(CarbonsTest, notes_to_oneself_are_not_copied_twice) {
    balcony.says("<message to='juliet@home.example' type='chat'><body>note</body></message>");
    for (Client* one : {&balcony, &chamber, &kitchen}) EXPECT_EQ(one->hears().size(), 1u);
}

// T-CARBON, the server's part: what looks like a copy is passed on as what it is, from whom it is.
TEST_F(CarbonsTest, V19_T_CARBON_a_forged_copy_is_not_copied_nor_kept) {
    const std::string forged =
        "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' "
        "from='nurse@home.example' to='juliet@home.example/balcony' type='chat'><body>lie</body></message></forwarded>"
        "</received>";
    romeo.says("<message to='juliet@home.example/balcony' type='chat'>" + forged + "</message>");
    EXPECT_THAT(balcony.hears(), ElementsAre(HasSubstr("<message from='romeo@home.example/orchard'")));
    EXPECT_THAT(chamber.hears(), IsEmpty());
    EXPECT_EQ(house.storage.page("juliet", {}, "", "", false, 1)->count, 0u);
}

}  // namespace
}  // namespace rondel::server
