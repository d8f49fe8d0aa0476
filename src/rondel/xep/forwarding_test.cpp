#include "rondel/xep/forwarding.hpp"

#include "tests/support/hand_driven.hpp"
#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel::forwarding {
namespace {

using test::element_of;
using test::read;
using test::round_trip;
using testing::HandDriven;
using testing::stanza;

constexpr std::string_view quoted =  // XEP-0297 §3
    "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/>"
    "<message xmlns='jabber:client' from='juliet@capulet.lit/orchard' id='0202197' to='romeo@montague.lit' type='chat'>"
    "<body>Yet I should kill thee with much cherishing.</body></message></forwarded>";

TEST(Forwarding, keeps_the_message_whole) {
    Forwarded forwarded = round_trip<Forwarded>(quoted);
    ASSERT_TRUE(forwarded.delay);
    EXPECT_EQ(to_string(forwarded.delay->stamp), "2010-07-10T23:08:25Z");
    const Forwarded copied = forwarded.copy();
    const std::optional<Message> message = std::move(forwarded).take_message();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->from().str(), "juliet@capulet.lit/orchard");
    EXPECT_EQ(message->body(), "Yet I should kill thee with much cherishing.");
    EXPECT_TRUE(same(copied.stanza, message->element()));
    test::expect_written(wrap(*message, copied.delay->stamp), quoted);
}

TEST(Forwarding, a_message_without_a_time_is_wrapped_too) {
    EXPECT_FALSE(wrap(stanza("<message to='romeo@montague.lit'/>")).delay);
}

TEST(Forwarding, may_have_lost_what_was_in_it) {
    Forwarded empty = round_trip<Forwarded>("<forwarded xmlns='urn:xmpp:forward:0'/>");
    EXPECT_FALSE(empty.stanza);
    EXPECT_FALSE(std::move(empty).take_message());
    EXPECT_FALSE(Forwarded().take_stanza());
}

TEST(Forwarding, what_is_no_stanza_is_not_made_one) {
    EXPECT_EQ(read<Forwarded>("<forwarded xmlns='urn:xmpp:forward:0'><x xmlns='urn:example:x'/></forwarded>")
                  .take_stanza()
                  .error(),
              make_error_code(StanzaFault::unknown_kind));
    EXPECT_FALSE(read<Forwarded>("<forwarded xmlns='urn:xmpp:forward:0'>"
                                 "<message xmlns='jabber:client' from='@@'/></forwarded>")
                     .take_message());
    Forwarded presence = read<Forwarded>(
        "<forwarded xmlns='urn:xmpp:forward:0'><presence xmlns='jabber:client' from='a@b.example'/></forwarded>");
    EXPECT_FALSE(presence.copy().take_message());
    EXPECT_EQ(std::move(presence).take_stanza()->kind(), StanzaKind::presence);
}

// Cisco Jabber took the nested message for one of its own (CVE-2022-20917).
TEST(Forwarding, V20_T_NEST_what_is_quoted_is_dispatched_nowhere_at_any_depth) {
    std::vector<std::string> seen;
    Router router;
    router.on_message([&](const Message& in) { seen.emplace_back(in.body().value_or("(no body)")); });
    router.on<delay::Delay>([&](const delay::Delay&) { seen.emplace_back("delay"); });
    router.answer(IqType::get, "ping", "urn:xmpp:ping", [&](const Iq&) { seen.emplace_back("ping"); });
    router.on_presence([&](const Presence&) { seen.emplace_back("presence"); });
    HandDriven hand("echo.example.com", router);
    hand.open();

    const std::string attack(quoted);
    const std::string iq =
        "<forwarded xmlns='urn:xmpp:forward:0'><iq xmlns='jabber:client' type='get' id='1' from='a@b.example'>"
        "<ping xmlns='urn:xmpp:ping'/></iq></forwarded>";
    const std::string presence =
        "<forwarded xmlns='urn:xmpp:forward:0'><presence xmlns='jabber:client' from='a@b.example'/></forwarded>";
    const std::string deeper = "<x xmlns='urn:example:x'>" + attack + "</x>";
    const std::string bare = "<message xmlns='jabber:client' from='a@b.example'><body>bare</body></message>";
    for (const std::string& inside : {attack, iq, presence, deeper, bare}) {
        for (const std::string type : {"chat", "groupchat", "headline", "normal"}) {
            seen.clear();
            hand.receive("<message from='tybalt@capulet.lit/x' to='echo.example.com' type='" + type + "'>" + inside +
                         "</message>");
            EXPECT_EQ(seen, std::vector<std::string>(type == "groupchat" ? 0u : 1u, "(no body)")) << inside;
        }
        seen.clear();
        hand.receive("<presence from='tybalt@capulet.lit/x' to='echo.example.com'>" + inside + "</presence>");
        EXPECT_EQ(seen, std::vector<std::string>{"presence"}) << inside;
        seen.clear();
        hand.receive("<iq from='tybalt@capulet.lit/x' to='echo.example.com' type='set' id='2'><query xmlns='urn:q'>" +
                     inside + "</query></iq>");
        EXPECT_TRUE(seen.empty()) << inside;
    }
}

}  // namespace
}  // namespace rondel::forwarding
