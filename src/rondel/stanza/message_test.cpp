#include "rondel/stanza/message.hpp"

#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using test::stanza_of;

Message message_of(std::string_view text) { return Message(Stanza(stanza_of(text))); }

TEST(Message, is_made_with_address_type_and_body) {
    EXPECT_TRUE(same(Message("a@example.com"_jid, "hi <you>").element(),
                     stanza_of("<message to='a@example.com' type='chat'><body>hi &lt;you&gt;</body></message>")));
    EXPECT_TRUE(same(Message("a@example.com"_jid, MessageType::headline).element(),
                     stanza_of("<message to='a@example.com' type='headline'/>")));
    EXPECT_TRUE(same(Message("a@example.com"_jid, "hi", MessageType::normal).element(),
                     stanza_of("<message to='a@example.com'><body>hi</body></message>")));
    EXPECT_TRUE(same(Message("a@example.com"_jid, "").element(),
                     stanza_of("<message to='a@example.com' type='chat'><body/></message>")));
}

TEST(Message, R108_absent_and_unknown_types_are_normal) {
    EXPECT_EQ(message_of("<message/>").type(), MessageType::normal);
    EXPECT_EQ(message_of("<message type=''/>").type(), MessageType::normal);
    EXPECT_EQ(message_of("<message type='shout'/>").type(), MessageType::normal);
    for (const MessageType type :
         {MessageType::normal, MessageType::chat, MessageType::groupchat, MessageType::headline, MessageType::error}) {
        EXPECT_EQ(message_of("<message type='" + std::string(to_string(type)) + "'/>").type(), type);
        Message message("a@example.com"_jid);
        message.set_type(type);
        EXPECT_EQ(message.type(), type);
        EXPECT_EQ(Message("a@example.com"_jid).type(type).type(), type);
    }
}

TEST(Message, without_a_body_there_is_none) {
    EXPECT_EQ(message_of("<message/>").body(), std::nullopt);
    EXPECT_EQ(message_of("<message><composing xmlns='http://jabber.org/protocol/chatstates'/></message>").body(),
              std::nullopt);
    EXPECT_EQ(message_of("<message><body xmlns='http://www.w3.org/1999/xhtml'>rich</body></message>").body(),
              std::nullopt);
    EXPECT_EQ(Message().body(), std::nullopt);
    EXPECT_EQ(message_of("<message><body/></message>").body(), "");
}

TEST(Message, all_text_of_a_body_is_read) {
    EXPECT_EQ(
        message_of("<message><body>one &amp; <b xmlns='x'>bold</b><![CDATA[two <]]> three</body></message>").body(),
        "one & two < three");
}

constexpr auto multilingual =
    "<message xml:lang='en'><body xml:lang='cs'>cs</body><body>en</body><body xml:lang='de'>de</body><body "
    "xml:lang='de-AT'>de-AT</body>"
    "<body xml:lang='zh-Hant'>zh</body><body xml:lang=''>none</body></message>";

TEST(Message, the_body_is_in_the_language_wanted_else_the_stanzas_own) {
    const Message message = message_of(multilingual);
    EXPECT_EQ(message.body(), "en");
    EXPECT_EQ(message.body("en"), "en");
    EXPECT_EQ(message.body("cs"), "cs");
    EXPECT_EQ(message.body("CS"), "cs") << "tags know no case";
    EXPECT_EQ(message.body("de-AT"), "de-AT");
    EXPECT_EQ(message.body("de-CH"), "de") << "a region falls back to its language";
    EXPECT_EQ(message.body("de-CH-x-wallis"), "de");
    EXPECT_EQ(message.body("zh-Hant-TW"), "zh");
    EXPECT_EQ(message.body("zh"), "en") << "but a language is not answered with a region";
    EXPECT_EQ(message.body("fr"), "en");
}

TEST(Message, without_a_body_in_the_stanzas_language_the_first_is_taken) {
    const Message message =
        message_of("<message xml:lang='en'><body xml:lang='cs'>cs</body><body xml:lang='de'>de</body></message>");
    EXPECT_EQ(message.body(), "cs");
    EXPECT_EQ(message.body("de"), "de");
    EXPECT_EQ(message.body("fr"), "cs");
    EXPECT_EQ(message_of("<message><body xml:lang='cs'>cs</body><body>own</body></message>").body(), "own");
    EXPECT_EQ(message_of("<message xml:lang='EN'><body xml:lang='cs'>cs</body><body xml:lang='en'>en</body></message>")
                  .body(),
              "en");
}

TEST(Message, of_two_bodies_in_one_language_the_first_counts) {
    EXPECT_EQ(message_of("<message><body>one</body><body>two</body></message>").body(), "one");
}

TEST(Message, a_body_is_replaced_in_its_language_and_added_in_another) {
    Message message("a@example.com"_jid, "hi");
    message.set_lang("en");
    message.set_body("hallo", "de").set_body("hello").set_body("hullo", "EN").set_body("salut", "fr");
    EXPECT_TRUE(same(message.element(),
                     stanza_of("<message to='a@example.com' type='chat' xml:lang='en'><body>hullo</body>"
                               "<body xml:lang='de'>hallo</body><body xml:lang='fr'>salut</body></message>")));
    message.set_body("", "de");
    EXPECT_EQ(message.body("de"), "");
}

TEST(Message, a_text_may_be_set_to_a_part_of_itself) {
    // The view points into the block that grows: it must be read before that.
    Message message("a@example.com"_jid, std::string(3000, 'x') + "end");
    message.set_body(message.body()->substr(2990));
    EXPECT_EQ(message.body(), "xxxxxxxxxxend");
    for (int i = 0; i < 100; ++i) message.set_subject(*message.body(), "l" + std::to_string(i));
    EXPECT_EQ(message.subject("l99"), "xxxxxxxxxxend");
    message.set_thread(*message.body(), *message.subject("l7"));
    EXPECT_EQ(message.thread(), "xxxxxxxxxxend");
    EXPECT_EQ(message.parent_thread(), "xxxxxxxxxxend");
}

TEST(Message, subject_and_thread) {
    Message message("a@example.com"_jid);
    EXPECT_EQ(message.subject(), std::nullopt);
    EXPECT_EQ(message.thread(), std::nullopt);
    EXPECT_EQ(message.parent_thread(), std::nullopt);
    message.set_subject("Re").set_thread("t1").set_thread("t2", "t1");
    EXPECT_TRUE(same(message.element(), stanza_of("<message to='a@example.com' type='chat'><subject>Re</subject>"
                                                  "<thread parent='t1'>t2</thread></message>")));
    EXPECT_EQ(message.subject(), "Re");
    EXPECT_EQ(message.thread(), "t2");
    EXPECT_EQ(message.parent_thread(), "t1");
    EXPECT_EQ(Message("a@example.com"_jid).body("hallo", "de").subject("Gruss", "de").subject("de"), "Gruss");
}

TEST(Message, a_reply_goes_back_between_the_same_addresses) {
    const Message in = message_of(
        "<message from='juliet@capulet.lit/balcony' to='echo.example.com/x' type='chat' id='1' "
        "xml:lang='en'><body>hi</body>"
        "<thread parent='t0'>t1</thread><active xmlns='http://jabber.org/protocol/chatstates'/></message>");
    EXPECT_TRUE(same(in.reply("hello").element(),
                     stanza_of("<message to='juliet@capulet.lit/balcony' from='echo.example.com/x' type='chat'>"
                               "<thread parent='t0'>t1</thread><body>hello</body></message>")));
    EXPECT_EQ(in.reply().body(), std::nullopt);
}

TEST(Message, a_reply_keeps_the_type) {
    for (const char* type : {"chat", "headline", "groupchat"})
        EXPECT_EQ(
            message_of("<message type='" + std::string(type) + "' from='r@example.com/n'/>").reply().Stanza::type(),
            type);
    for (const char* type : {"type=''", "type='normal'", "type='shout'", ""})
        EXPECT_EQ(message_of("<message " + std::string(type) + "/>").reply().element().attribute("type"), std::nullopt)
            << "normal";
}

TEST(Message, a_reply_to_groupchat_goes_to_the_room) {
    const Message in = message_of(
        "<message from='room@muc.example.com/nick' to='bot@example.com/x' type='groupchat'><body>hi</body></message>");
    EXPECT_EQ(in.reply("x").to().str(), "room@muc.example.com");
    EXPECT_EQ(in.reply("x").from().str(), "bot@example.com/x");
    EXPECT_EQ(in.reply("x").type(), MessageType::groupchat);
    EXPECT_EQ(in.error_reply(StanzaError(Condition::conflict)).to().str(), "room@muc.example.com/nick")
        << "an error goes to who said it";
    const Message private_message =
        message_of("<message from='room@muc.example.com/nick' to='bot@example.com/x' type='chat'/>");
    EXPECT_EQ(private_message.reply("x").to().str(), "room@muc.example.com/nick");
}

TEST(Message, a_reply_without_addresses_has_none) {
    EXPECT_TRUE(same(message_of("<message/>").reply("x").element(), stanza_of("<message><body>x</body></message>")));
    EXPECT_TRUE(same(message_of("<message type='groupchat'/>").reply("x").element(),
                     stanza_of("<message type='groupchat'><body>x</body></message>")));
}

TEST(Message, a_reply_to_nothing_is_empty) {
    const Message made = Message().reply();
    EXPECT_TRUE(same(made.element(), stanza_of("<message/>")));
    EXPECT_TRUE(same(Message().reply("x").element(), stanza_of("<message><body>x</body></message>")));
}

// What waits is counted as it will be written: a peer's long id must not stand behind that.
TEST(Message, a_reply_takes_no_room_for_what_it_does_not_keep) {
    const std::string id(200'000, 'x');
    const Message in = message_of("<message from='a@example.net' to='b@example.com' id='" + id + "'/>");
    std::size_t bytes = 0;
    std::thread([&] { bytes = in.reply("x").element().block()->bytes(); }).join();  // which has no blocks to use again
    EXPECT_LT(bytes, 8'000u);
}

TEST(Message, a_reply_can_be_formatted) {
    const Message in("a@example.com"_jid, "{braces} & <tags>");
    EXPECT_EQ(in.reply("echo: {}", *in.body()).body(), "echo: {braces} & <tags>");
    EXPECT_EQ(in.reply("{1} {0:03}", 7, "x").body(), "x 007");
    EXPECT_EQ(in.reply("{braces}").body(), "{braces}") << "without arguments it is no format";
    EXPECT_EQ(in.reply(*in.body()).body(), "{braces} & <tags>");
    EXPECT_EQ(in.reply("{}", "").body(), "");
    const std::string large(100'000, 'x');
    EXPECT_EQ(in.reply("{}{}", large, large).body(), large + large);
}

TEST(Message, what_is_added_to_a_reply_comes_after_its_body) {
    const Message in("a@example.com"_jid, "hi");
    Message out = in.reply("echo: {}", 1);
    out.add("x", "urn:example:x").text("payload");
    out.set_body("again");
    EXPECT_TRUE(same(out.element(), stanza_of("<message from='a@example.com' type='chat'><body>again</body><x "
                                              "xmlns='urn:example:x'>payload</x></message>")));
}

TEST(Message, R083_an_error_is_not_replied_to) {
    const Message in = message_of("<message type='error' from='a@example.com'><body>hi</body></message>");
    EXPECT_THROW(static_cast<void>(in.reply()), std::logic_error);
    EXPECT_THROW(static_cast<void>(in.reply("x")), std::logic_error);
    EXPECT_THROW(static_cast<void>(in.reply("{}", 1)), std::logic_error);
    EXPECT_THROW(static_cast<void>(in.error_reply(StanzaError(Condition::conflict))), std::logic_error);
}

TEST(Message, R084_an_error_reply_repeats_nothing) {
    const Message in = message_of(
        "<message id='1' from='a@example.com' to='b@example.com' type='chat'><body>hi</body><x xmlns='y'/></message>");
    EXPECT_TRUE(
        same(in.error_reply(StanzaError(Condition::service_unavailable)).element(),
             stanza_of("<message id='1' to='a@example.com' from='b@example.com' type='error'><error type='cancel'>"
                       "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>")));
}

TEST(Message, V20_a_nested_message_is_not_this_one) {
    const Message in = message_of(
        "<message from='a@example.com'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' "
        "from='evil@example.com'>"
        "<body>inner</body></message></forwarded></message>");
    EXPECT_EQ(in.body(), std::nullopt);
    EXPECT_EQ(in.from().str(), "a@example.com");
}

TEST(Message, keeps_its_error_to_itself_until_it_is_one) {
    Message message("a@example.com"_jid);
    EXPECT_FALSE(message.error());
    message.set_type(MessageType::error);
    EXPECT_TRUE(message.error());
}

}  // namespace
}  // namespace rondel
