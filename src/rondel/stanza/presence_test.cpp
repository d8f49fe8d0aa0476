#include "rondel/stanza/presence.hpp"

#include <stdexcept>
#include <string>

#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using test::stanza_of;

Presence presence_of(std::string_view text) { return Presence(Stanza(stanza_of(text))); }
Presence with_child(std::string_view name, std::string_view text) {
    return presence_of("<presence><" + std::string(name) + ">" + std::string(text) + "</" + std::string(name) +
                       "></presence>");
}

TEST(Presence, absent_type_is_available_and_an_unknown_one_is_none) {
    EXPECT_EQ(presence_of("<presence/>").type(), PresenceType::available);
    EXPECT_EQ(presence_of("<presence type='available'/>").type(), std::nullopt) << "RFC 6121 §4.7.1 has no such type";
    EXPECT_EQ(presence_of("<presence type=''/>").type(), std::nullopt);
    EXPECT_EQ(presence_of("<presence type='invisible'/>").type(), std::nullopt);
}

TEST(Presence, its_types_are_written_and_read) {
    for (const PresenceType type :
         {PresenceType::available, PresenceType::unavailable, PresenceType::subscribe, PresenceType::subscribed,
          PresenceType::unsubscribe, PresenceType::unsubscribed, PresenceType::probe, PresenceType::error}) {
        Presence presence("a@example.com"_jid, type);
        EXPECT_EQ(presence.type(), type);
        EXPECT_EQ(presence.Stanza::type(), to_string(type));
        presence.set_type(PresenceType::available);
        EXPECT_EQ(presence.element().attribute("type"), std::nullopt);
        presence.set_type(type);
        EXPECT_EQ(presence.type(), type);
    }
    EXPECT_TRUE(same(Presence(PresenceType::unavailable).element(), stanza_of("<presence type='unavailable'/>")));
}

TEST(Presence, show) {
    for (const Show show : {Show::none, Show::away, Show::chat, Show::dnd, Show::xa}) {
        Presence presence(PresenceType::available);
        presence.set_show(Show::dnd).set_show(show);
        EXPECT_EQ(presence.show(), show);
        EXPECT_EQ(presence.element().child("show", xml::stanza_ns).text(), to_string(show));
    }
    EXPECT_EQ(with_child("show", " away\n").show(), Show::away);
    EXPECT_EQ(with_child("show", "").show(), Show::none);
    EXPECT_EQ(with_child("show", "Away").show(), Show::none);
    EXPECT_EQ(with_child("show", "lunch").show(), Show::none);
    EXPECT_EQ(presence_of("<presence><show xmlns='urn:example:x'>away</show></presence>").show(), Show::none);
}

TEST(Presence, V46_priority_is_a_byte_or_nothing) {
    for (const auto& [text, value] :
         {std::pair("5", 5), std::pair("-128", -128), std::pair("127", 127), std::pair("+1", 1), std::pair(" 7\n", 7),
          std::pair("0", 0), std::pair("-0", 0), std::pair("007", 7)})
        EXPECT_EQ(with_child("priority", text).priority(), value) << text;
    for (const char* text : {"", "128", "-129", "99999999999999999999", "high", "1.5", "1 2", "+-1", "0x1", "+", "-"})
        EXPECT_EQ(with_child("priority", text).priority(), 0) << text;
    EXPECT_EQ(presence_of("<presence/>").priority(), 0);

    Presence presence(PresenceType::available);
    EXPECT_EQ(presence.set_priority(-5).priority(), -5);
    EXPECT_TRUE(same(presence.element(), stanza_of("<presence><priority>-5</priority></presence>")));
    EXPECT_EQ(presence.set_priority(0).priority(), 0);
    EXPECT_TRUE(same(presence.element(), stanza_of("<presence/>")));
}

TEST(Presence, status_has_languages) {
    Presence presence = presence_of(
        "<presence xml:lang='en'><status>busy</status><status xml:lang='de'>besch\xC3\xA4"
        "ftigt</status></presence>");
    EXPECT_EQ(presence.status(), "busy");
    EXPECT_EQ(presence.status("de"),
              "besch\xC3\xA4"
              "ftigt");
    presence.set_status("wieder da", "de").set_status("back");
    EXPECT_EQ(presence.status("de"), "wieder da");
    EXPECT_EQ(presence.status("en"), "back");
    EXPECT_EQ(Presence(PresenceType::available).status(), std::nullopt);
}

TEST(Presence, subscriptions_are_answered_between_bare_addresses) {
    const Presence request = presence_of(
        "<presence type='subscribe' id='1' from='romeo@montague.lit/orchard' to='juliet@capulet.lit/balcony'/>");
    for (const PresenceType type :
         {PresenceType::subscribe, PresenceType::subscribed, PresenceType::unsubscribe, PresenceType::unsubscribed})
        EXPECT_TRUE(same(request.reply(type).element(),
                         stanza_of("<presence to='romeo@montague.lit' from='juliet@capulet.lit' type='" +
                                   std::string(to_string(type)) + "'/>")));
}

TEST(Presence, availability_is_answered_between_the_addresses_as_they_were) {
    const Presence probe =
        presence_of("<presence type='probe' from='romeo@montague.lit/orchard' to='juliet@capulet.lit/balcony'/>");
    EXPECT_TRUE(same(probe.reply(PresenceType::available).element(),
                     stanza_of("<presence to='romeo@montague.lit/orchard' from='juliet@capulet.lit/balcony'/>")));
    EXPECT_TRUE(same(presence_of("<presence/>").reply(PresenceType::subscribed).element(),
                     stanza_of("<presence type='subscribed'/>")));
}

TEST(Presence, R083_an_error_is_not_answered) {
    EXPECT_THROW(
        static_cast<void>(presence_of("<presence type='error' from='a@example.com'/>").reply(PresenceType::available)),
        std::logic_error);
    EXPECT_THROW(static_cast<void>(presence_of("<presence/>").reply(PresenceType::error)), std::logic_error);
}

TEST(Presence, its_error_reply_keeps_the_full_addresses) {
    const Presence presence =
        presence_of("<presence from='romeo@montague.lit/orchard' to='juliet@capulet.lit/balcony' id='1'/>");
    const Presence answer = presence.error_reply(StanzaError(Condition::conflict));
    EXPECT_EQ(answer.to().str(), "romeo@montague.lit/orchard");
    EXPECT_EQ(answer.from().str(), "juliet@capulet.lit/balcony");
    ASSERT_TRUE(answer.error());
    EXPECT_EQ(answer.error()->condition(), Condition::conflict);
    EXPECT_EQ(answer.type(), PresenceType::error);
    EXPECT_FALSE(presence.error());
}

}  // namespace
}  // namespace rondel
