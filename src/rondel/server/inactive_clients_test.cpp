// XEP-0352: what can wait, waits.
#include "rondel/server/resource.hpp"

#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::Client;
using test::House;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(InactiveClients, an_inactive_client_gets_what_can_wait_when_it_is_looked_at) {
    House house;
    house.befriend("juliet", "romeo");
    house.befriend("juliet", "nurse");
    Client romeo(house, "romeo/orchard"), nurse(house, "nurse/hall"), juliet(house, "juliet/balcony");
    appears(romeo), appears(nurse), appears(juliet);
    juliet.sleeps(true);
    romeo.says("<presence><show>away</show></presence><presence><show>xa</show></presence>");
    nurse.says("<presence><show>dnd</show></presence>");
    romeo.says(
        "<message to='juliet@home.example' type='chat'>"
        "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    EXPECT_THAT(juliet.hears(), IsEmpty());
    juliet.sleeps(false);
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("xa"), HasSubstr("dnd"), HasSubstr("composing")));
}

TEST(InactiveClients, an_inactive_client_is_woken_by_what_matters_and_order_is_kept) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(romeo), appears(juliet);
    juliet.sleeps(true);
    romeo.says(
        "<presence><show>chat</show></presence>"
        "<message to='juliet@home.example' type='chat'><body>Hi</body></message>"
        "<presence><show>away</show></presence>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("<show>chat"), HasSubstr("Hi")));
    romeo.says("<iq type='get' id='1' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("away"), HasSubstr("id='1'")));
}

TEST(InactiveClients, who_resumes_is_active) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id");
    appears(romeo), appears(juliet);
    juliet.reads_all();
    juliet.sleeps(true);
    romeo.says("<presence><show>away</show></presence>");
    juliet.is_cut_off();
    romeo.says("<presence><show>xa</show></presence>");
    auto left = house.state.sessions.take(House::jid("juliet"), "resumption-id");
    ASSERT_TRUE(left);
    Client again(house, "juliet", *std::move(left));
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("xa")));
    romeo.says("<presence><show>dnd</show></presence>");
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("dnd")));
}

}  // namespace
}  // namespace rondel::server
