#include "rondel/xep/carbons.hpp"

#include "rondel/service/router.hpp"

#include "tests/support/figure.hpp"
#include "tests/support/hand_driven.hpp"
#include <gtest/gtest.h>

namespace rondel::carbons {
namespace {

using testing::HandDriven;

// Romeo's home, where two kinds of handlers listen.
struct Home {
    std::vector<std::string> carbons;
    std::vector<std::string> messages;
    HandDriven hand{"romeo@montague.example/home", router()};

    Home() { hand.open(); }
    Router router() {
        Router router;
        install(router, [this](const Carbon& carbon, Entity&) {
            carbons.push_back(
                std::string(carbon.direction == Direction::sent ? "sent to " : "received from ") +
                std::string((carbon.direction == Direction::sent ? carbon.message.to() : carbon.message.from()).str()) +
                ": " + std::string(carbon.message.body().value_or("")));
        });
        router.on_message([this](const Message& in, Entity& self) {
            messages.push_back(std::string(in.from().str()) + ": " + std::string(in.body().value_or("(none)")));
            if (const auto body = in.body()) self.send(in.reply(*body));
        });
        return router;
    }
    void receive(std::string_view from, std::string_view word, std::string_view inside) {
        const std::string from_attribute = from.empty() ? "" : " from='" + std::string(from) + "'";
        hand.receive("<message to='romeo@montague.example/home' type='chat'" + from_attribute + "><" +
                     std::string(word) + " xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" +
                     std::string(inside) + "</forwarded></" + std::string(word) + "></message>");
    }
};

constexpr std::string_view own = "romeo@montague.example";
constexpr std::string_view to_garden =
    "<message xmlns='jabber:client' from='juliet@capulet.example/balcony' to='romeo@montague.example/garden' "
    "type='chat'>"
    "<body>What man art thou?</body></message>";
constexpr std::string_view from_garden =
    "<message xmlns='jabber:client' from='romeo@montague.example/garden' to='juliet@capulet.example/balcony' "
    "type='chat'>"
    "<body>Neither, fair saint.</body></message>";

TEST(Carbons, come_with_their_direction_from_our_own_account) {
    Home home;
    home.receive(own, "received", to_garden);
    home.receive(own, "sent", from_garden);
    EXPECT_EQ(home.carbons,
              (std::vector<std::string>{"received from juliet@capulet.example/balcony: What man art thou?",
                                        "sent to juliet@capulet.example/balcony: Neither, fair saint."}));
}

TEST(Carbons, are_not_ours_to_answer) {
    Home home;
    home.receive(own, "received", to_garden);
    EXPECT_EQ(home.messages, std::vector<std::string>{"romeo@montague.example: (none)"});
    EXPECT_TRUE(home.hand.take_sent().empty());
}

// Whoever may send a message could have put words into any contact's mouth (CVE-2017-5589 and its family).
TEST(Carbons, V19_T_CARBON_from_anybody_else_are_dropped) {
    Home home;
    for (const std::string_view from :
         {"tybalt@capulet.example/home", "tybalt@capulet.example", "juliet@capulet.example/balcony",
          "romeo@montague.example/home", "romeo@montague.example/garden", "montague.example", "", "romeo@evil.example",
          "romeo@montague.example.evil.example", "evil.example/romeo@montague.example"}) {
        home.receive(from, "received", to_garden);
        home.receive(from, "sent", from_garden);
    }
    EXPECT_TRUE(home.carbons.empty());
    test::figure("spoofs-honoured", static_cast<double>(home.carbons.size()), "of 20 carbons");
}

TEST(Carbons, V19_T_CARBON_what_is_inside_is_never_said_by_the_one_outside) {
    Home home;
    home.receive("tybalt@capulet.example/home", "received", to_garden);
    home.receive(own, "received", to_garden);
    EXPECT_EQ(home.messages,
              (std::vector<std::string>{"tybalt@capulet.example/home: (none)", "romeo@montague.example: (none)"}));
}

TEST(Carbons, V19_of_messages_that_do_not_concern_us_are_dropped) {
    Home home;
    home.receive(own, "sent", to_garden);        // from Juliet, so none of our resources said it
    home.receive(own, "received", from_garden);  // to Juliet
    EXPECT_TRUE(home.carbons.empty());
}

TEST(Carbons, V20_T_NEST_what_is_no_message_is_none) {
    Home home;
    home.receive(own, "received", "");
    home.receive(own, "received", "<presence xmlns='jabber:client' to='romeo@montague.example' from='a@b.example'/>");
    home.receive(own, "received", "<message xmlns='jabber:server' to='romeo@montague.example' from='a@b.example'/>");
    home.receive(own, "received", "<message xmlns='jabber:client' to='romeo@montague.example' from='@@'/>");
    home.receive(own, "received", "<x xmlns='urn:example:x'>" + std::string(to_garden) + "</x>");
    EXPECT_TRUE(home.carbons.empty());
}

TEST(Carbons, tell_when_the_message_was_sent_if_it_was_kept) {
    std::optional<DateTime> stamp;
    Router router;
    install(router, [&](const Carbon& carbon, Entity&) { stamp = carbon.stamp; });
    HandDriven hand("romeo@montague.example/home", router);
    hand.open();
    hand.receive(
        "<message from='romeo@montague.example' to='romeo@montague.example/home'>"
        "<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
        "<delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/>" +
        std::string(from_garden) + "</forwarded></sent></message>");
    ASSERT_TRUE(stamp);
    EXPECT_EQ(to_string(*stamp), "2010-07-10T23:08:25Z");
}

TEST(Carbons, are_enabled_at_our_own_account) {  // §4
    Home home;
    std::vector<std::string> ended;
    const auto work = [](Home& here, std::vector<std::string>& words) -> task<> {
        co_await enable(*here.hand);
        words.emplace_back("enabled");
        try {
            co_await disable(*here.hand);
        } catch (const StanzaError& error) {
            words.emplace_back(to_string(error.condition()));
        }
    };
    home.hand->spawn(work(home, ended));
    home.hand.run();
    const auto answer = [&](std::string_view name, std::string_view rest) {
        const std::vector<std::string> sent = home.hand.take_sent();
        ASSERT_EQ(sent.size(), 1u);
        EXPECT_NE(sent[0].find("<" + std::string(name) + " xmlns='urn:xmpp:carbons:2'/>"), std::string::npos)
            << sent[0];
        EXPECT_NE(sent[0].find(" to='romeo@montague.example'"), std::string::npos) << sent[0];
        const Stanza question = testing::stanza(sent[0]);
        home.hand.receive("<iq from='romeo@montague.example' id='" + std::string(*question.id()) +
                          "' type=" + std::string(rest));
    };
    answer("enable", "'result'/>");
    answer("disable",
           "'error'><error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    EXPECT_EQ(ended, (std::vector<std::string>{"enabled", "not-allowed"}));
}

TEST(Carbons, of_one_message_may_be_unwanted) {  // §9
    const Message message = keep_private(Message("juliet@capulet.example"_jid, "Psst"));
    EXPECT_EQ(testing::text(message),
              "<message to='juliet@capulet.example' type='chat'><body>Psst</body>"
              "<private xmlns='urn:xmpp:carbons:2'/><no-copy xmlns='urn:xmpp:hints'/></message>");
}

}  // namespace
}  // namespace rondel::carbons
