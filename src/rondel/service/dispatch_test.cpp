// Which handlers a stanza goes to, and in which order.
#include <chrono>

#include "tests/support/hand_driven.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using rondel::testing::HandDriven;
using rondel::testing::stanza;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Receipt {
    std::string id;
    static constexpr auto xml = xml::element("received", "urn:xmpp:receipts", xml::attribute("id", &Receipt::id));
};
struct Mood {
    std::string text;
    static constexpr auto xml = xml::element("mood", "urn:example:mood", xml::text(&Mood::text));
};

using Calls = std::vector<std::string>;

std::string message(std::string_view type, std::string_view payload = "<body>Hi</body>") {
    return fmt::format("<message from='romeo@example.net/orchard' to='echo.example.com' type='{}'>{}</message>", type,
                       payload);
}

Router noting_router(Calls& calls) {
    Router router;
    const auto note = [&](std::string name) { return [&calls, name](const Message&) { calls.push_back(name); }; };
    router.on_message(note("any"));
    router.on_message(MessageType::chat, note("chat"));
    router.on_message(MessageType::groupchat, note("groupchat"));
    router.on_message(MessageType::headline, note("headline"));
    router.on_error([&](const Stanza& error) { calls.push_back("error " + std::string(error.type())); });
    return router;
}

TEST(Dispatch, messages_go_by_type) {
    Calls calls;
    HandDriven hand("echo.example.com", noting_router(calls));
    hand.open();
    const auto calls_for = [&](std::string_view type) {
        calls.clear();
        hand.receive(message(type));
        return calls;
    };
    EXPECT_THAT(calls_for("chat"), ElementsAre("any", "chat"));
    EXPECT_THAT(calls_for("normal"), ElementsAre("any"));
    EXPECT_THAT(calls_for("headline"), ElementsAre("any", "headline"));
    EXPECT_THAT(calls_for("groupchat"), ElementsAre("groupchat"));
    EXPECT_THAT(calls_for("nonsense"), ElementsAre("any")) << "RFC 6121 §5.2.2: an unknown type is normal.";
    EXPECT_THAT(calls_for("error"), ElementsAre("error error"));
    calls.clear();
    hand.receive("<message from='romeo@example.net/orchard' to='echo.example.com'/>");
    EXPECT_THAT(calls, ElementsAre("any"));
}

TEST(Dispatch, presence_goes_by_type) {
    Calls calls;
    Router router;
    router.on_presence([&](const Presence&) { calls.push_back("any"); });
    router.on_presence(PresenceType::probe, [&](const Presence&) { calls.push_back("probe"); });
    router.on_presence(PresenceType::available, [&](const Presence&) { calls.push_back("available"); });
    router.on_error([&](const StanzaError& error, const Stanza& in) {
        calls.push_back(std::string(to_string(error.condition())) + " " + std::string(in.from().str()));
    });
    HandDriven hand("echo.example.com", router);
    hand.open();
    const auto calls_for = [&](std::string_view type) {
        calls.clear();
        hand.receive(fmt::format("<presence from='romeo@example.net' to='echo.example.com'{}/>",
                                 type.empty() ? "" : fmt::format(" type='{}'", type)));
        return calls;
    };
    EXPECT_THAT(calls_for(""), ElementsAre("any", "available"));
    EXPECT_THAT(calls_for("probe"), ElementsAre("any", "probe"));
    EXPECT_THAT(calls_for("subscribe"), ElementsAre("any"));
    EXPECT_THAT(calls_for("unavailable"), ElementsAre("any"));
    EXPECT_THAT(calls_for("nonsense"), IsEmpty()) << "RFC 6121 §4.7.1 knows no such type.";
    EXPECT_THAT(calls_for("error"), ElementsAre("undefined-condition romeo@example.net"));
}

TEST(Dispatch, typed_handlers_get_their_payload) {
    Calls calls;
    Router router;
    router.on([&](const Receipt& receipt) { calls.push_back("receipt " + receipt.id); });
    router.on<Mood>(
        [&](const auto& mood, const Message& in) { calls.push_back(mood.text + " " + std::string(in.from().str())); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(message("chat", "<received xmlns='urn:xmpp:receipts' id='7'/>"));
    hand.receive(message("groupchat", "<mood xmlns='urn:example:mood'>gay</mood>"));
    hand.receive(message("chat", "<received xmlns='urn:other' id='8'/><other xmlns='urn:xmpp:receipts'/>"));
    hand.receive(message("error", "<received xmlns='urn:xmpp:receipts' id='9'/>"));
    EXPECT_THAT(calls, ElementsAre("receipt 7", "gay romeo@example.net/orchard"));
}

TEST(Dispatch, all_that_match_are_called_in_the_order_in_which_they_were_added) {
    Calls calls;
    Router first;
    first.on_message([&](const Message&) { calls.push_back("1"); });
    first.on([&](const Mood&) { calls.push_back("2"); });
    first.on_message(MessageType::chat, [&](const Message&) { calls.push_back("3"); });
    first.on([&](const Receipt&) { calls.push_back("4"); });
    Router second;
    second.on([&](const Mood&) { calls.push_back("5"); });
    second.on_message([&](const Message&) { calls.push_back("6"); });
    HandDriven hand("echo.example.com", first);
    hand->take(second);
    hand.open();
    hand.receive(
        message("chat", "<received xmlns='urn:xmpp:receipts' id='7'/><mood xmlns='urn:example:mood'>x</mood>"));
    EXPECT_THAT(calls, ElementsAre("1", "2", "3", "4", "5", "6"));
}

TEST(Dispatch, a_payload_that_is_there_twice_calls_its_handler_once) {
    Calls calls;
    Router router;
    router.on([&](const Mood& mood) { calls.push_back(mood.text); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(message("chat", "<mood xmlns='urn:example:mood'>one</mood><mood xmlns='urn:example:mood'>two</mood>"));
    EXPECT_THAT(calls, ElementsAre("one"));
}

TEST(Dispatch, R087_a_payload_that_is_not_understood_is_ignored) {
    Calls calls;
    Router router;
    router.on([&](const Receipt&) { calls.push_back("receipt"); });
    router.on_message([&](const Message&) { calls.push_back("message"); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(message("chat", "<body>Hi</body><received xmlns='urn:xmpp:receipts'/>"));  // its id is missing
    hand.receive(message("chat", "<body>Hi</body><unknown xmlns='urn:unknown'><deep/></unknown>"));
    hand.receive("<presence from='romeo@example.net' to='echo.example.com'><unknown xmlns='urn:unknown'/></presence>");
    EXPECT_THAT(calls, ElementsAre("message", "message"));
    EXPECT_THAT(hand.take_sent(), IsEmpty());
}

TEST(Dispatch, V20_T_NEST_a_message_inside_a_message_is_only_a_payload) {
    Calls calls;
    Router router;
    router.on_message([&](const Message& in) { calls.push_back(std::string(in.from().str())); });
    router.on([&](const Mood&) { calls.push_back("mood"); });
    router.answer(IqType::get, "ping", "urn:xmpp:ping", [&](const Iq&) { calls.push_back("ping"); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    const std::string inner =
        "<message xmlns='jabber:client' from='juliet@capulet.lit' to='echo.example.com'><body>Trust me</body>"
        "<mood xmlns='urn:example:mood'>x</mood></message>"
        "<iq xmlns='jabber:client' type='get' id='1' from='juliet@capulet.lit'><ping xmlns='urn:xmpp:ping'/></iq>";
    for (const char* around :
         {"<forwarded xmlns='urn:xmpp:forward:0'>{}</forwarded>",
          "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>{}</forwarded></received>",
          "<result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'>{}</forwarded></result>", "{}"})
        hand.receive(message("chat", fmt::format(fmt::runtime(around), inner)));
    EXPECT_THAT(calls, ElementsAre("romeo@example.net/orchard", "romeo@example.net/orchard",
                                   "romeo@example.net/orchard", "romeo@example.net/orchard"));
    EXPECT_THAT(hand.take_sent(), IsEmpty());
}

TEST(Dispatch, V20_T_NEST_a_query_inside_an_answer_is_not_asked) {
    Calls calls;
    Router router;
    router.answer(IqType::get, "ping", "urn:xmpp:ping", [&](const Iq&) { calls.push_back("ping"); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(
        "<iq from='romeo@example.net' to='echo.example.com' type='result' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
    hand.receive(
        "<iq from='romeo@example.net' to='echo.example.com' type='get' id='2'><wrap xmlns='urn:x'><ping "
        "xmlns='urn:xmpp:ping'/></wrap></iq>");
    EXPECT_THAT(calls, IsEmpty());
}

TEST(Dispatch, V03_names_are_pairs) {
    Calls calls;
    Router router;
    router.answer(IqType::get, "c", "a b", [&](const Iq&) { calls.push_back("yes"); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    for (const char* other : {"<b xmlns='a'/>", "<bc xmlns='a '/>", "<c xmlns='a&#10;b'/>", "<c xmlns='a  b'/>"})
        hand.receive(
            fmt::format("<iq from='romeo@example.net' to='echo.example.com' type='get' id='2'>{}</iq>", other));
    EXPECT_THAT(calls, IsEmpty());
    hand.receive("<iq from='romeo@example.net' to='echo.example.com' type='get' id='2'><c xmlns='a b'/></iq>");
    EXPECT_THAT(calls, ElementsAre("yes"));
}

TEST(Dispatch, the_first_router_that_knows_a_query_answers_it) {
    Calls calls;
    Router first;
    first.answer(IqType::get, "a", "urn:x", [&](const Iq&) { calls.push_back("first"); });
    Router second;
    second.answer(IqType::get, "a", "urn:x", [&](const Iq&) { calls.push_back("second"); });
    second.answer(IqType::get, "b", "urn:x", [&](const Iq&) { calls.push_back("second b"); });
    HandDriven hand("echo.example.com", first);
    hand->take(second);
    hand.open();
    for (const char* name : {"a", "b"})
        hand.receive(fmt::format(
            "<iq from='romeo@example.net' to='echo.example.com' type='get' id='2'><{} xmlns='urn:x'/></iq>", name));
    EXPECT_THAT(calls, ElementsAre("first", "second b"));
    EXPECT_EQ(hand.take_sent().size(), 2u);
}

TEST(Dispatch, our_own_words_in_a_room_come_back_to_nobody) {
    Calls calls;
    Router router;
    router.on_message(MessageType::groupchat,
                      [&](const Message& in) { calls.push_back(std::string(in.from().resource())); });
    router.on([&](const Mood&) { calls.push_back("mood"); });
    HandDriven hand("bot@example.net/x", router);
    hand.open();
    Presence enter("heath@rooms.lit/bot"_jid);
    enter.add("x", "http://jabber.org/protocol/muc");
    hand->send(std::move(enter));
    const auto say = [&](std::string_view who) {
        hand.receive(
            fmt::format("<message from='heath@rooms.lit/{}' to='bot@example.net/x' type='groupchat'><body>Hi</body>"
                        "<mood xmlns='urn:example:mood'>x</mood></message>",
                        who));
    };
    say("bot");
    EXPECT_THAT(calls, IsEmpty());
    say("witch");
    EXPECT_THAT(calls, ElementsAre("witch", "mood"));
    hand->send(Presence("heath@rooms.lit/bot"_jid, PresenceType::unavailable));
    calls.clear();
    say("bot");
    EXPECT_THAT(calls, ElementsAre("bot", "mood")) << "Somebody else goes by that name now.";
}

TEST(Dispatch, V45_T_ERRLOOP_two_of_ours_do_not_throw_errors_at_each_other) {
    Router router;
    router.on_message([](const Message&) { throw StanzaError(Condition::not_acceptable); });
    HandDriven one("one.example.com", router);
    HandDriven two("two.example.com", router);
    one.open();
    two.open();
    one->send(Message("two.example.com"_jid, "Hi"));
    int stanzas = 0;
    for (bool busy = true; busy && stanzas < 100;) {
        busy = false;
        for (auto [from, to] : {std::pair(&one, &two), std::pair(&two, &one)})
            for (const std::string& sent : from->take_sent()) {
                to->receive(sent);
                busy = true;
                ++stanzas;
            }
    }
    EXPECT_EQ(stanzas, 2) << "The message, and one error.";
}

TEST(Dispatch, V45_broken_errors_do_no_harm) {
    Calls calls;
    Router router;
    router.on_error([&](const StanzaError& error) { calls.emplace_back(to_string(error.condition())); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    for (const char* inside :
         {"", "<error/>", "<error type='nonsense'><nonsense xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
          "<error><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><conflict "
          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"})
        hand.receive(message("error", inside));
    EXPECT_THAT(calls, ElementsAre("undefined-condition", "undefined-condition", "undefined-condition", "gone"));
    EXPECT_THAT(hand.take_sent(), IsEmpty());
}

TEST(Dispatch, a_stanza_error_from_a_message_handler_is_told_the_sender_once) {
    Router router;
    router.on_message([](const Message&) { throw StanzaError(Condition::not_acceptable, "No thanks."); });
    router.on_message([](const Message&) { throw StanzaError(Condition::forbidden); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(message("chat"));
    const auto sent = hand.take_sent();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(Message(stanza(sent[0])).error()->condition(), Condition::not_acceptable);
}

TEST(Dispatch, errors_are_not_sent_to_rooms_nor_for_presence) {
    Router router;
    router.on_message(MessageType::groupchat, [](const Message&) { throw StanzaError(Condition::not_acceptable); });
    router.on_presence([](const Presence&) { throw StanzaError(Condition::not_acceptable); });
    HandDriven hand("echo.example.com", router);
    hand.open();
    hand.receive(
        "<message from='heath@rooms.lit/witch' to='echo.example.com' type='groupchat'><body>Hi</body></message>");
    hand.receive("<presence from='heath@rooms.lit/witch' to='echo.example.com'/>");
    EXPECT_THAT(hand.take_sent(), IsEmpty());
    EXPECT_EQ(hand.log.size(), 2u);
}

TEST(Dispatch, what_nobody_takes_is_shown_to_the_host) {
    Calls calls;
    HandDriven hand("echo.example.com");
    hand->on_unhandled([&](const Stanza& in) { calls.push_back(rondel::testing::text(in)); });
    hand.open();
    hand.receive(message("chat", ""));
    hand.receive("<presence from='a@b.example'/>");
    hand.receive("<iq from='a@b.example' type='result' id='1'/>");
    EXPECT_THAT(calls, ElementsAre("<message from='romeo@example.net/orchard' to='echo.example.com' type='chat'/>",
                                   "<presence from='a@b.example'/>", "<iq from='a@b.example' type='result' id='1'/>"));
}

// Neither the number of handlers nor of routers changes what a stanza costs: none of the others is looked at.
TEST(Dispatch, a_thousand_other_handlers_are_not_asked) {
    int others = 0;
    int wanted = 0;
    HandDriven hand("echo.example.com");
    for (int i = 0; i < 1000; ++i) {
        Router router;
        router.answer(IqType::get, "query", fmt::format("urn:example:{}", i),
                      [&, i](const Iq&) { ++(i == 500 ? wanted : others); });
        hand->take(std::move(router));
    }
    hand.open();
    hand.receive(
        "<iq from='a@b.example' to='echo.example.com' type='get' id='1'><query xmlns='urn:example:500'/></iq>");
    EXPECT_EQ(wanted, 1);
    EXPECT_EQ(others, 0);
}

}  // namespace
}  // namespace rondel
