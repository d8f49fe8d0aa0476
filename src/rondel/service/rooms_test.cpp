#include "rondel/service/rooms.hpp"

#include "tests/support/hand_driven.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using rondel::testing::stanza;

const Stanza enter = stanza(
    "<presence from='bot@example.net/x' to='heath@rooms.lit/bot'>"
    "<x xmlns='http://jabber.org/protocol/muc'/></presence>");

TEST(Rooms, remembers_the_name_that_it_enters_by) {
    Rooms rooms;
    EXPECT_TRUE(rooms.empty());
    rooms.sent(enter);
    EXPECT_TRUE(rooms.is_ours("heath@rooms.lit/bot"_jid));
    EXPECT_FALSE(rooms.is_ours("heath@rooms.lit/witch"_jid));
    EXPECT_FALSE(rooms.is_ours("heath@rooms.lit"_jid));
    EXPECT_FALSE(rooms.is_ours("other@rooms.lit/bot"_jid));
}

TEST(Rooms, forgets_it_when_leaving) {
    Rooms rooms;
    rooms.sent(enter);
    rooms.sent(stanza("<presence type='unavailable' to='heath@rooms.lit/bot'/>"));
    EXPECT_FALSE(rooms.is_ours("heath@rooms.lit/bot"_jid));
    EXPECT_TRUE(rooms.empty());
}

TEST(Rooms, forgets_it_when_put_out_or_not_let_in) {
    for (const char* end :
         {"<presence type='unavailable' from='heath@rooms.lit/bot' to='bot@example.net/x'>"
          "<x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/><status code='307'/></x></presence>",
          "<presence type='error' from='heath@rooms.lit/bot' to='bot@example.net/x'>"
          "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>"}) {
        Rooms rooms;
        rooms.sent(enter);
        rooms.received(stanza(end));
        EXPECT_TRUE(rooms.empty()) << end;
    }
}

TEST(Rooms, follows_a_name_that_the_room_chose) {
    Rooms rooms;
    rooms.sent(enter);
    rooms.received(stanza(
        "<presence from='heath@rooms.lit/bot2' to='bot@example.net/x'>"
        "<x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/><status code='210'/></x></presence>"));
    EXPECT_TRUE(rooms.is_ours("heath@rooms.lit/bot2"_jid));
}

TEST(Rooms, follows_a_change_of_name) {
    Rooms rooms;
    rooms.sent(enter);
    rooms.sent(stanza("<presence to='heath@rooms.lit/robot'/>"));
    rooms.received(
        stanza("<presence type='unavailable' from='heath@rooms.lit/bot' to='bot@example.net/x'>"
               "<x xmlns='http://jabber.org/protocol/muc#user'><item nick='robot'/><status code='303'/>"
               "<status code='110'/></x></presence>"));
    EXPECT_TRUE(rooms.is_ours("heath@rooms.lit/robot"_jid));
    EXPECT_FALSE(rooms.is_ours("heath@rooms.lit/bot"_jid));
}

TEST(Rooms, learns_nothing_from_rooms_that_it_did_not_enter) {
    Rooms rooms;
    const Stanza told = stanza(
        "<presence from='evil@rooms.lit/somebody' to='bot@example.net/x'>"
        "<x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/></x></presence>");
    rooms.received(told);
    EXPECT_TRUE(rooms.empty());
    rooms.sent(stanza("<presence to='evil@rooms.lit/somebody'/>"));  // directed presence, no room
    EXPECT_TRUE(rooms.empty());
    rooms.sent(enter);
    rooms.received(told);
    EXPECT_FALSE(rooms.is_ours("evil@rooms.lit/somebody"_jid));
}

TEST(Rooms, others_coming_and_going_change_nothing) {
    Rooms rooms;
    rooms.sent(enter);
    rooms.received(stanza("<presence from='heath@rooms.lit/witch' to='bot@example.net/x'/>"));
    rooms.received(stanza("<presence type='unavailable' from='heath@rooms.lit/witch' to='bot@example.net/x'/>"));
    EXPECT_TRUE(rooms.is_ours("heath@rooms.lit/bot"_jid));
    EXPECT_FALSE(rooms.is_ours("heath@rooms.lit/witch"_jid));
}

}  // namespace
}  // namespace rondel
