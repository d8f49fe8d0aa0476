// Payloads of modules that are little more than that: blocking, vcard-temp, CSI, registration, and those of carbons and
// the roster.
#include "rondel/xep/blocking.hpp"
#include "rondel/xep/carbons.hpp"
#include "rondel/xep/client_state.hpp"
#include "rondel/xep/registration.hpp"
#include "rondel/xep/roster.hpp"
#include "rondel/xep/vcard.hpp"

#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using test::expect_written;
using test::is_read;
using test::read;
using test::round_trip;

TEST(RosterPayload, is_written_as_the_specification_does) {  // RFC 6121 §2.1.4, §2.6.3
    const auto query = round_trip<roster::Query>(
        "<query xmlns='jabber:iq:roster' ver='ver7'>"
        "<item jid='nurse@example.com' name='Nurse' subscription='to'><group>Servants</group><group>Old</group></item>"
        "<item jid='romeo@example.net' name='Romeo' subscription='both'/>"
        "<item jid='benvolio@example.net' subscription='none' ask='subscribe' approved='true'/></query>");
    EXPECT_EQ(query.ver, "ver7");
    ASSERT_EQ(query.items.size(), 3u);
    EXPECT_EQ(query.items[0], (roster::Item{.jid = "nurse@example.com"_jid,
                                            .name = "Nurse",
                                            .subscription = roster::Subscription::to,
                                            .groups = {"Servants", "Old"}}));
    EXPECT_TRUE(query.items[1].sees_us() && query.items[1].is_seen());
    EXPECT_EQ(query.items[2].ask, roster::Ask::subscribe);
    EXPECT_TRUE(query.items[2].approved);
    EXPECT_EQ(round_trip<roster::Query>("<query xmlns='jabber:iq:roster' ver=''/>").ver, "");
    EXPECT_EQ(round_trip<roster::Query>("<query xmlns='jabber:iq:roster'/>").ver, std::nullopt);
}

TEST(RosterPayload, a_state_that_is_not_known_is_none) {  // §2.1.2.5 has it ignored
    const auto item =
        read<roster::Item>("<item xmlns='jabber:iq:roster' jid='a@b.example' subscription='eternal' ask='x'/>");
    EXPECT_EQ(item.subscription, roster::Subscription::none);
    EXPECT_EQ(item.ask, roster::Ask::none);
    EXPECT_EQ(read<roster::Item>("<item xmlns='jabber:iq:roster' jid='a@b.example'/>").subscription, std::nullopt);
}

TEST(RosterPayload, an_item_needs_an_address) {
    EXPECT_FALSE(is_read<roster::Item>("<item xmlns='jabber:iq:roster' name='Romeo'/>"));
    EXPECT_FALSE(is_read<roster::Item>("<item xmlns='jabber:iq:roster' jid='a b@c'/>"));
}

TEST(CarbonsPayload, wraps_in_both_directions) {  // XEP-0280 §7, §8
    const std::string_view sent =
        "<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
        "<message xmlns='jabber:client' to='juliet@capulet.example/balcony' from='romeo@montague.example/home' "
        "type='chat'>"
        "<body>Neither, fair saint, if either thee dislike.</body></message></forwarded></sent>";
    EXPECT_EQ(round_trip<carbons::Sent>(sent).forwarded.take_message()->to().str(), "juliet@capulet.example/balcony");
    EXPECT_FALSE(is_read<carbons::Received>(sent));
    EXPECT_TRUE(
        round_trip<carbons::Received>("<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
                                      "<message xmlns='jabber:client'/></forwarded></received>")
            .forwarded.stanza);
    EXPECT_FALSE(is_read<carbons::Received>("<received xmlns='urn:xmpp:carbons:2'/>"));
    expect_written(carbons::Enable(), "<enable xmlns='urn:xmpp:carbons:2'/>");
    expect_written(carbons::Disable(), "<disable xmlns='urn:xmpp:carbons:2'/>");
    expect_written(carbons::Private(), "<private xmlns='urn:xmpp:carbons:2'/>");
}

TEST(BlockingPayload, is_written_as_the_specification_does) {  // XEP-0191 §3
    const std::vector<Jid> both = {"romeo@montague.net"_jid, "iago@shakespeare.lit"_jid};
    EXPECT_EQ(round_trip<blocking::Blocklist>("<blocklist xmlns='urn:xmpp:blocking'><item jid='romeo@montague.net'/>"
                                              "<item jid='iago@shakespeare.lit'/></blocklist>")
                  .jids,
              both);
    expect_written(blocking::Block{.jids = both},
                   "<block xmlns='urn:xmpp:blocking'><item jid='romeo@montague.net'/>"
                   "<item jid='iago@shakespeare.lit'/></block>");
    expect_written(blocking::Unblock(), "<unblock xmlns='urn:xmpp:blocking'/>");
    EXPECT_FALSE(is_read<blocking::Block>("<block xmlns='urn:xmpp:blocking'><item/></block>"));
    EXPECT_TRUE(is_read<blocking::Block>(
        "<block xmlns='urn:xmpp:blocking'><item jid='a@b.example'>"
        "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'/></item></block>"));
}

TEST(VcardPayload, a_card_is_kept_as_it_was_written) {  // XEP-0054 §3.1
    const auto card = round_trip<vcard::Card>(
        "<vCard xmlns='vcard-temp' version='2.0'><FN>Peter Saint-Andre</FN><N><FAMILY>Saint-Andre</FAMILY><MIDDLE/></N>"
        "<TEL><WORK/><VOICE/><NUMBER>303-308-3282</NUMBER></TEL><x xmlns='urn:example:x'/></vCard>");
    EXPECT_EQ(card.text("FN"), "Peter Saint-Andre");
    EXPECT_EQ(card.text("NICKNAME"), "");
    EXPECT_FALSE(card.empty());
    EXPECT_TRUE(same(card.copy().all, card.all));
}

TEST(VcardPayload, a_card_is_built) {
    vcard::Card card;
    EXPECT_TRUE(card.empty());
    expect_written(card, "<vCard xmlns='vcard-temp'/>");
    card.set("FN", "Echo").set("NICKNAME", "Nymph").set("FN", "The Echo");
    expect_written(card, "<vCard xmlns='vcard-temp'><NICKNAME>Nymph</NICKNAME><FN>The Echo</FN></vCard>");
}

TEST(ClientStatePayload, has_two_states) {  // XEP-0352 §4
    expect_written(client_state::Active(), "<active xmlns='urn:xmpp:csi:0'/>");
    expect_written(client_state::Inactive(), "<inactive xmlns='urn:xmpp:csi:0'/>");
    expect_written(client_state::Feature(), "<csi xmlns='urn:xmpp:csi:0'/>");
}

TEST(RegistrationPayload, is_written_as_the_specification_does) {  // XEP-0077 §3
    using registration::Registration;
    const auto wanted = round_trip<Registration>(
        "<query xmlns='jabber:iq:register'><instructions>Choose a username and password.</instructions>"
        "<username/><password/><email/></query>");
    EXPECT_EQ(wanted.username, "");
    EXPECT_EQ(wanted.nick, std::nullopt);
    EXPECT_FALSE(wanted.registered);
    const auto given = round_trip<Registration>(
        "<query xmlns='jabber:iq:register'><registered/><username>juliet</username><password>R0m30</password></query>");
    EXPECT_TRUE(given.registered);
    EXPECT_EQ(given.password, "R0m30");
    EXPECT_TRUE(round_trip<Registration>("<query xmlns='jabber:iq:register'><remove/></query>").remove);
    EXPECT_EQ(
        round_trip<Registration>("<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'/></query>")
            .form->type,
        forms::FormType::form);
    expect_written(registration::Query(), "<query xmlns='jabber:iq:register'/>");
    expect_written(registration::Feature(), "<register xmlns='http://jabber.org/features/iq-register'/>");
}

}  // namespace
}  // namespace rondel
