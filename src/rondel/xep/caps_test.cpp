#include "rondel/xep/caps.hpp"

#include "rondel/service/router.hpp"

#include "tests/support/entity_pair.hpp"
#include "tests/support/hand_driven.hpp"
#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel::caps {
namespace {

using disco::Info;
using testing::HandDriven;

Info exodus() {  // XEP-0115 §5.2
    Info info;
    info.identities = {{.category = "client", .type = "pc", .name = "Exodus 0.9.1"}};
    info.features = {"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/muc",
                     "http://jabber.org/protocol/caps", "http://jabber.org/protocol/disco#items"};
    return info;
}
constexpr const char* exodus_ver = "QgayPKawpkPSDYmwT/WM94uAlu0=";

// §5.3, as it stands there.
constexpr std::string_view psi =
    "<query xmlns='http://jabber.org/protocol/disco#info' node='http://psi-im.org#q07IKJEyjvHSyhy//CH0CxmKi8w='>"
    "<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>"
    "<identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>"
    "<feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#info'/>"
    "<feature var='http://jabber.org/protocol/disco#items'/><feature var='http://jabber.org/protocol/muc'/>"
    "<x xmlns='jabber:x:data' type='result'>"
    "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>"
    "<field var='ip_version' type='text-multi'><value>ipv4</value><value>ipv6</value></field>"
    "<field var='os'><value>Mac</value></field><field var='os_version'><value>10.5.1</value></field>"
    "<field var='software'><value>Psi</value></field><field var='software_version'><value>0.11</value></field>"
    "</x></query>";
constexpr const char* psi_ver = "q07IKJEyjvHSyhy//CH0CxmKi8w=";

TEST(Caps, R130_the_published_strings) {
    EXPECT_EQ(verification(exodus()), exodus_ver);
    EXPECT_EQ(verification(test::read<Info>(psi)), psi_ver);
}

TEST(Caps, R130_the_order_in_which_things_are_told_does_not_matter) {
    Info shuffled = test::read<Info>(psi);
    std::reverse(shuffled.identities.begin(), shuffled.identities.end());
    std::reverse(shuffled.features.begin(), shuffled.features.end());
    std::reverse(shuffled.forms[0].fields.begin(), shuffled.forms[0].fields.end());
    for (forms::Field& field : shuffled.forms[0].fields) std::reverse(field.values.begin(), field.values.end());
    EXPECT_EQ(verification(shuffled), psi_ver);
}

TEST(Caps, R130_a_form_that_does_not_say_what_it_is_about_is_passed_over) {  // §5.4 rule 3.6
    Info info = test::read<Info>(psi);
    forms::Form nameless = forms::result({});
    nameless.set("os", "Linux");
    info.forms.push_back(nameless);
    forms::Form visible = forms::result({});
    visible.set("FORM_TYPE", "urn:example:x");
    info.forms.push_back(visible);
    EXPECT_EQ(verification(info), psi_ver);
}

TEST(Caps, other_hashes) {
    EXPECT_EQ(verification(exodus(), "sha-256").value().size(), 44u);
    EXPECT_FALSE(verification(exodus(), "md5"));
    EXPECT_FALSE(verification(exodus(), ""));
}

// Each of these would let one client's string stand for another's abilities.
TEST(Caps, V42_T_CAPS_what_could_be_read_in_two_ways_has_no_string) {
    const auto refused = [](auto change) {
        Info info = test::read<Info>(psi);
        change(info);
        return !verification(info);
    };
    EXPECT_FALSE(refused([](Info&) {}));
    EXPECT_TRUE(refused([](Info& info) { info.identities.push_back(info.identities[0]); })) << "an identity twice";
    EXPECT_TRUE(refused([](Info& info) { info.features.push_back(info.features[0]); })) << "a feature twice";
    EXPECT_TRUE(refused([](Info& info) { info.forms.push_back(info.forms[0]); })) << "a form twice";
    EXPECT_TRUE(refused([](Info& info) { info.forms[0].fields[0].values.push_back("urn:other"); }));
    EXPECT_TRUE(refused([](Info& info) { info.features.push_back("urn:a<urn:b"); }));
    EXPECT_TRUE(refused([](Info& info) { info.identities[0].name = "Psi<http://jabber.org/protocol/muc"; }));
    EXPECT_TRUE(refused([](Info& info) { info.identities[0].lang = "en<"; }));
    EXPECT_TRUE(refused([](Info& info) { info.forms[0].fields[1].var = "ip<"; }));
    EXPECT_TRUE(refused([](Info& info) { info.forms[0].fields[1].values[0] = "ipv4<ipv5"; }));
    EXPECT_TRUE(refused([](Info& info) { info.identities.push_back({.category = "http:", .type = ""}); }));
    EXPECT_TRUE(refused([](Info& info) { info.identities[0].category = "client/pc"; }));
    EXPECT_TRUE(refused([](Info& info) { info.identities.clear(); }));
    EXPECT_FALSE(refused([](Info& info) {
        info.forms[0].fields[0].values.push_back("urn:xmpp:dataforms:softwareinfo");
    })) << "the same FORM_TYPE again is the same";
}

TEST(Caps, are_written_as_the_specification_does) {  // §1.2
    const Caps caps = test::round_trip<Caps>(
        "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
        "node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>");
    EXPECT_EQ(caps.ver, exodus_ver);
    EXPECT_EQ(test::read<Caps>("<c xmlns='http://jabber.org/protocol/caps' node='n' ver='0.9'/>").hash, "");
}

// Our own.

Router with_caps(disco::Directory directory = {}) {
    Router router;
    install(router, "https://example.com/echo", Identity{.category = "client", .type = "bot"}, std::move(directory));
    return router;
}

std::optional<Caps> sent_with(HandDriven& hand, Presence presence) {
    hand->send(std::move(presence));
    const Stanza sent = testing::stanza(hand.take_sent().at(0));
    const Result<Caps> caps = xml::decode<Caps>(sent.payload("c", ns));
    return caps ? std::optional(*caps) : std::nullopt;
}

TEST(Caps, R130_are_on_every_available_presence) {
    HandDriven hand("echo@example.com/here", with_caps());
    hand.open();
    const std::optional<Caps> broadcast = sent_with(hand, Presence(PresenceType::available));
    ASSERT_TRUE(broadcast);
    EXPECT_EQ(broadcast->hash, "sha-1");
    EXPECT_EQ(broadcast->node, "https://example.com/echo");
    EXPECT_EQ(sent_with(hand, Presence("room@muc.example.com/echo"_jid)), broadcast);
    EXPECT_FALSE(sent_with(hand, Presence(PresenceType::unavailable)));
    EXPECT_FALSE(sent_with(hand, Presence("juliet@capulet.lit"_jid, PresenceType::subscribe)));
    Presence own = Presence(PresenceType::available).with(xml::encode(Caps{.node = "n", .ver = "v"}));
    EXPECT_EQ(sent_with(hand, std::move(own))->ver, "v") << "what the application says itself stays";
}

TEST(Caps, R130_disco_answers_under_the_string_what_gives_it) {
    disco::Directory places;
    forms::Form about = forms::result("urn:xmpp:dataforms:softwareinfo");
    about.set("software", "echo");
    places.extend(about);
    test::EntityPair pair(with_caps(std::move(places)));
    for (const Jid& address : {"echo.example.com"_jid, "alice@echo.example.com"_jid}) {
        std::optional<Presence> told;
        Router listening;
        listening.on_presence([&](const Presence& in) { told = in.copy(); });
        const RouterNumber number = pair.romeo.take(std::move(listening));
        pair.echo.send(Presence("romeo@example.net/orchard"_jid).from(address));
        pair.settle();
        pair.romeo.drop(number);
        ASSERT_TRUE(told);
        Cache cache;
        const auto info = pair.run(cache.info(pair.romeo, *told));
        EXPECT_TRUE(info->has(ns));
        EXPECT_EQ(info->forms.size(), address.local().empty() ? 1u : 0u);
        EXPECT_EQ(cache.size(), 1u) << "it was verified";
    }
}

TEST(Caps, the_string_follows_what_is_installed) {
    HandDriven hand("echo@example.com/here", with_caps());
    hand.open();
    const std::string before = sent_with(hand, Presence(PresenceType::available))->ver;
    Router more;
    more.features().add("urn:example:more");
    const RouterNumber number = hand->take(std::move(more));
    EXPECT_NE(sent_with(hand, Presence(PresenceType::available))->ver, before);
    hand->drop(number);
    EXPECT_EQ(sent_with(hand, Presence(PresenceType::available))->ver, before);
}

TEST(Caps, who_must_not_be_told_of_is_not) {
    disco::Directory places;
    places.only_known_addresses();
    HandDriven hand("echo.example.com", with_caps(std::move(places)));
    hand.open();
    EXPECT_TRUE(sent_with(hand, Presence("a@b.example"_jid)));
    EXPECT_FALSE(sent_with(hand, Presence("a@b.example"_jid).from("alice@echo.example.com"_jid)));
}

// Those of others.

struct Crowd {
    Cache cache;
    HandDriven hand{"echo@example.com/here"};
    std::vector<std::shared_ptr<const Info>> told;
    std::vector<std::string> failed;

    Crowd() { hand.open(); }
    void ask(std::string_view from, const Caps& caps) {
        Presence presence = Presence(PresenceType::available).with(xml::encode(caps));
        presence.set_from(Jid::parse(from).value());
        const auto work = [](Crowd& here, task<std::shared_ptr<const Info>> asking) -> task<> {
            try {
                here.told.push_back(co_await std::move(asking));
            } catch (const StanzaError& error) {
                here.failed.emplace_back(to_string(error.condition()));
            }
        };
        hand->spawn(work(*this, cache.info(*hand, presence)));
        hand.run();
    }
    // What was asked of whom: "juliet@capulet.lit/balcony node#ver".
    std::vector<std::string> questions() {
        std::vector<std::string> found;
        for (const std::string& sent : hand.take_sent()) {
            last = testing::stanza(sent);
            const auto query = xml::decode<disco::InfoQuery>(last.element().view().first_child());
            found.push_back(std::string(last.to().str()) + " " + query->node);
        }
        return found;
    }
    void answer(const Info& info) {
        Element iq("iq", xml::stanza_ns);
        iq.set("from", last.to().str()).set("to", "echo@example.com/here").set("type", "result").set("id", *last.id());
        xml::encode_into(iq.ref(), info);
        hand->receive(*Stanza::parse(iq), hand.now);
        hand.run();
    }
    void fail() {
        hand.receive("<iq type='error' from='" + std::string(last.to().str()) + "' to='echo@example.com/here' id='" +
                     std::string(*last.id()) +
                     "'><error type='cancel'>"
                     "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    }
    Stanza last;
};

const Caps of_exodus{.hash = "sha-1", .node = "exodus", .ver = exodus_ver};
using Questions = std::vector<std::string>;

TEST(CapsCache, R130_asks_once_for_all_who_have_the_same) {
    Crowd crowd;
    crowd.ask("romeo@montague.net/orchard", of_exodus);
    crowd.ask("nurse@capulet.lit/kitchen", of_exodus);
    EXPECT_EQ(crowd.questions(), Questions{"romeo@montague.net/orchard exodus#" + std::string(exodus_ver)});
    EXPECT_TRUE(crowd.told.empty());
    crowd.answer(exodus());
    ASSERT_EQ(crowd.told.size(), 2u);
    EXPECT_EQ(crowd.told[0], crowd.told[1]);
    crowd.ask("tybalt@capulet.lit/x", of_exodus);
    EXPECT_EQ(crowd.told.size(), 3u);
    EXPECT_EQ(crowd.questions(), Questions{});
    EXPECT_TRUE(crowd.cache.find(of_exodus)->has("http://jabber.org/protocol/muc"));
}

TEST(CapsCache, V42_T_CAPS_what_does_not_give_the_string_is_never_kept) {
    Crowd crowd;
    Info lie = exodus();
    lie.features.pop_back();
    crowd.ask("tybalt@capulet.lit/x", of_exodus);
    crowd.ask("nurse@capulet.lit/kitchen", of_exodus);
    crowd.questions();
    crowd.answer(lie);
    ASSERT_EQ(crowd.told.size(), 1u) << "it is true of Tybalt alone";
    EXPECT_EQ(crowd.cache.size(), 0u);
    EXPECT_EQ(crowd.questions(), Questions{"nurse@capulet.lit/kitchen exodus#" + std::string(exodus_ver)})
        << "the next is asked (§5.4)";
    crowd.answer(exodus());
    EXPECT_EQ(crowd.cache.size(), 1u);
    EXPECT_TRUE(crowd.told.at(1)->has("http://jabber.org/protocol/disco#items"));
}

TEST(CapsCache, V42_T_CAPS_the_format_before_and_other_hashes_are_never_kept) {
    for (const Caps& caps : {Caps{.hash = "", .node = "exodus", .ver = exodus_ver},
                             Caps{.hash = "md5", .node = "exodus", .ver = exodus_ver},
                             Caps{.hash = "sha-1", .node = "exodus", .ver = ""}}) {
        Crowd crowd;
        crowd.ask("romeo@montague.net/orchard", caps);
        EXPECT_EQ(crowd.questions(), Questions{"romeo@montague.net/orchard "});
        crowd.answer(exodus());
        EXPECT_EQ(crowd.told.size(), 1u);
        EXPECT_EQ(crowd.cache.size(), 0u);
        EXPECT_FALSE(crowd.cache.find(caps));
    }
}

TEST(CapsCache, V42_the_same_text_under_another_hash_is_another) {
    Cache cache;
    EXPECT_TRUE(cache.add(of_exodus, exodus()));
    EXPECT_FALSE(cache.find(Caps{.hash = "sha-256", .node = "exodus", .ver = exodus_ver}));
    EXPECT_FALSE(cache.add(Caps{.hash = "sha-256", .node = "exodus", .ver = exodus_ver}, exodus()));
    EXPECT_FALSE(cache.add(Caps{.hash = "", .node = "exodus", .ver = exodus_ver}, exodus()));
}

TEST(CapsCache, who_does_not_answer_makes_nobody_else_wait_for_ever) {
    Crowd crowd;
    crowd.ask("tybalt@capulet.lit/x", of_exodus);
    crowd.ask("nurse@capulet.lit/kitchen", of_exodus);
    crowd.questions();
    crowd.fail();
    EXPECT_EQ(crowd.failed, std::vector<std::string>{"service-unavailable"});
    EXPECT_EQ(crowd.questions().size(), 1u);
    crowd.answer(exodus());
    EXPECT_EQ(crowd.told.size(), 1u);
}

TEST(CapsCache, V46_is_bounded) {
    Cache cache(2);
    for (const char* name : {"one", "two", "three"}) {
        Info info = exodus();
        info.features.push_back(name);
        EXPECT_TRUE(cache.add(Caps{.hash = "sha-1", .node = "n", .ver = *verification(info)}, info));
    }
    EXPECT_EQ(cache.size(), 2u);
    Info first = exodus();
    first.features.push_back("one");
    EXPECT_FALSE(cache.find(Caps{.hash = "sha-1", .node = "n", .ver = *verification(first)})) << "the oldest went";
}

}  // namespace
}  // namespace rondel::caps
