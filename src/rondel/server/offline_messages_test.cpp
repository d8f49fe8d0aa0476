#include "rondel/server/offline_messages.hpp"

#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::Client;
using test::Heard;
using test::House;
using test::xml;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string chat(const std::string& body, const std::string& more = "") {
    return "<message to='juliet@home.example' type='chat' id='1'><body>" + body + "</body>" + more + "</message>";
}

TEST(OfflineMessages, are_delivered_in_order_with_the_time_that_they_came) {
    House house;
    Client romeo(house, "romeo/orchard");
    romeo.says(chat("one"));
    house.pass(std::chrono::minutes(90) + std::chrono::milliseconds(500));
    romeo.says(chat("two"));
    EXPECT_THAT(romeo.hears(), IsEmpty());
    Client juliet(house, "juliet/balcony");
    juliet.says("<presence/>");
    EXPECT_THAT(
        juliet.hears(),
        ElementsAre(HasSubstr("<presence"),
                    xml("<message from='romeo@home.example/orchard' to='juliet@home.example' type='chat' id='1'>"
                        "<body>one</body><stanza-id xmlns='urn:xmpp:sid:0' by='juliet@home.example' "
                        "id='0123456789abcdef'/><delay xmlns='urn:xmpp:delay' from='home.example' "
                        "stamp='2026-02-03T04:00:00Z'/></message>"),
                    AllOf(HasSubstr("two"), HasSubstr("stamp='2026-02-03T05:30:00.500Z'"))));
    EXPECT_EQ(house.storage.offline_count("juliet"), 0u);
    Client chamber(house, "juliet/chamber");
    chamber.says("<presence/>");
    EXPECT_EQ(chamber.hears().size(), 2u);  // presence only
}

TEST(OfflineMessages, wait_for_a_resource_that_takes_messages) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    romeo.says(chat("one"));
    juliet.says("<presence><priority>-1</priority></presence>");
    EXPECT_EQ(juliet.hears().size(), 1u);
    juliet.says("<presence><priority>0</priority></presence>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("<presence"), HasSubstr("one")));
}

TEST(OfflineMessages, are_kept_or_answered_or_let_go_by_what_is_in_them) {
    House house;
    Client romeo(house, "romeo/orchard");
    romeo.says(
        "<message to='juliet@home.example' type='chat' id='1'>"
        "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    EXPECT_THAT(romeo.hears(), IsEmpty());
    romeo.says(chat("x", "<no-store xmlns='urn:xmpp:hints'/>"));
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("service-unavailable")));
    EXPECT_EQ(house.storage.offline_count("juliet"), 0u);
    romeo.says(chat("x", "<no-permanent-store xmlns='urn:xmpp:hints'/>"));
    EXPECT_EQ(house.storage.offline_count("juliet"), 1u);
    EXPECT_EQ(house.storage.page("juliet", {}, "", "", false, 1)->count, 0u);
}

TEST(OfflineMessages, are_so_many_at_most_and_then_the_sender_is_told) {
    DomainOptions options;
    options.most_offline = 2;
    House house(options);
    Client romeo(house, "romeo/orchard");
    romeo.says(chat("1") + chat("2") + chat("3"));
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("service-unavailable")));
    EXPECT_EQ(house.storage.offline_count("juliet"), 2u);
    EXPECT_EQ(house.storage.page("juliet", {}, "", "", false, 1)->count, 2u);  // what was refused is in no archive
}

TEST(OfflineMessages, what_the_client_does_not_take_stays) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    romeo.says(chat("1") + chat("2"));
    juliet.link.piled_up = 5 * 1024 * 1024;
    juliet.says("<presence/>");
    EXPECT_EQ(house.storage.offline_count("juliet"), 2u);
}

TEST(OfflineMessages, what_cannot_be_read_any_more_is_passed_over) {
    House house;
    house.storage.keep_offline("juliet", house.today, "<message");
    house.storage.keep_offline("juliet", house.today,
                               "<message xmlns='jabber:client' from='a@b.example'><body>y</body></message>");
    Client juliet(house, "juliet/balcony");
    juliet.says("<presence/>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("<presence"), HasSubstr("<body>y")));
    EXPECT_THAT(house.log, ElementsAre(HasSubstr("What was kept is no stanza")));
    EXPECT_EQ(house.storage.offline_count("juliet"), 0u);
}

}  // namespace
}  // namespace rondel::server
