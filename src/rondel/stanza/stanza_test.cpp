#include "rondel/stanza/stanza.hpp"

#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stanza/presence.hpp"
#include "rondel/xml/writer.hpp"

#include <stdexcept>
#include <string>

#include "tests/support/stanza_text.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using test::stanza_of;

std::error_code fault_of(std::string_view text) {
    Element element = stanza_of(text);
    const Result<Stanza> parsed = Stanza::parse(element);
    EXPECT_EQ(static_cast<bool>(element), !parsed) << "an element that was refused stays with the caller";
    return parsed ? std::error_code() : parsed.error();
}

TEST(Stanza, the_three_kinds_are_found) {
    for (const auto& [text, kind] :
         {std::pair("<message/>", StanzaKind::message), std::pair("<presence/>", StanzaKind::presence),
          std::pair("<iq type='result' id='1'/>", StanzaKind::iq)}) {
        Element element = stanza_of(text);
        const Result<Stanza> parsed = Stanza::parse(element);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(parsed->kind(), kind);
    }
}

TEST(Stanza, anything_else_is_no_stanza) {
    EXPECT_EQ(fault_of("<note/>"), StanzaFault::unknown_kind);
    EXPECT_EQ(fault_of("<Message/>"), StanzaFault::unknown_kind);
    EXPECT_EQ(fault_of("<message xmlns='urn:example:other'/>"), StanzaFault::unknown_kind);
    Element nothing;
    EXPECT_EQ(Stanza::parse(nothing).error(), StanzaFault::unknown_kind);
}

TEST(Stanza, addresses_are_prepared) {
    Element element = stanza_of("<message from='JULIET@Capulet.LIT/Balcony' to='echo.example.com'/>");
    const Result<Stanza> parsed = Stanza::parse(element);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->from().str(), "juliet@capulet.lit/Balcony");
    EXPECT_EQ(parsed->from().local(), "juliet");
    EXPECT_EQ(parsed->from().resource(), "Balcony");
    EXPECT_EQ(parsed->to().str(), "echo.example.com");
}

// An address that takes more than a look, but which most stanzas have in common, is judged once; another one as ever.
TEST(Stanza, the_address_that_came_last_is_known) {
    std::string last_to;
    const auto parse = [&](std::string_view to) {
        Element element = stanza_of("<message from='romeo@example.net' to='" + std::string(to) + "'/>");
        Stanza stanza;
        if (const std::error_code fault = stanza.take(element, last_to)) {
            EXPECT_EQ(fault, StanzaFault::bad_to);
            EXPECT_FALSE(stanza);
            EXPECT_TRUE(element);
            return std::string("refused");
        }
        return std::string(stanza.to().str()) + (stanza.is_sound(xml::Common::to) ? "" : " prepared");
    };
    EXPECT_EQ(parse("echo.example.com"), "echo.example.com");
    EXPECT_EQ(last_to, "") << "the reader knew";
    EXPECT_EQ(parse("echo.bücher.example"), "echo.bücher.example");
    EXPECT_EQ(last_to, "echo.bücher.example");
    EXPECT_EQ(parse("echo.bücher.example"), "echo.bücher.example");
    EXPECT_EQ(parse("Echo.bücher.example"), "echo.bücher.example prepared");
    EXPECT_EQ(parse(""), "refused");
    EXPECT_EQ(parse("@"), "refused");
    EXPECT_EQ(last_to, "echo.bücher.example") << "nothing else counts as known";
    EXPECT_EQ(parse("echo.bücher.exampl"), "echo.bücher.exampl");
    EXPECT_EQ(last_to, "echo.bücher.exampl");
    constexpr std::string_view long_one = "a.gateway.that.has.a.name.longer.than.a.string.holds.itself.example.com";
    EXPECT_EQ(parse(long_one), long_one);
    EXPECT_EQ(parse(long_one), last_to);
}

// What is asked first is whether it is a message, or a query with one child, whose addresses its reader knows; whatever
// differs from that in one thing is looked at as ever.
TEST(Stanza, what_is_nearly_as_most_are_is_looked_at) {
    std::string last_to;
    const auto take = [&](std::string_view text) {
        Element element = stanza_of(text);
        Stanza stanza;
        const std::error_code fault = stanza.take(element, last_to);
        EXPECT_EQ(static_cast<bool>(stanza), !fault);
        EXPECT_EQ(static_cast<bool>(element), static_cast<bool>(fault));
        constexpr std::string_view names[] = {"message", "presence", "iq"};
        if (!fault) {
            EXPECT_EQ(stanza.element().name(), names[static_cast<std::size_t>(stanza.kind())]);
            EXPECT_EQ(stanza.is_sound(xml::Common::from), !stanza.from().empty()) << "the reader knew";
            EXPECT_EQ(stanza.is_sound(xml::Common::to), !stanza.to().empty()) << "the reader knew";
        }
        return fault;
    };
    EXPECT_EQ(take("<message from='a@example.net/x' to='echo.example.com'/>"), std::error_code());
    EXPECT_EQ(take("<presence from='a@example.net/x' to='echo.example.com'/>"), std::error_code());
    EXPECT_EQ(take("<message from='a@example.net/x'/>"), std::error_code());
    EXPECT_EQ(take("<message to='echo.example.com'/>"), std::error_code());
    EXPECT_EQ(take("<message from='@' to='echo.example.com'/>"), StanzaFault::bad_from);
    EXPECT_EQ(take("<message from='a@example.net/x' to='@'/>"), StanzaFault::bad_to);
    EXPECT_EQ(take("<iq from='a@example.net/x' to='echo.example.com' type='get'/>"), StanzaFault::iq_without_id);
    const auto take_iq = [&](std::string_view attributes, std::string_view inside) {
        return take(fmt::format("<iq from='a@example.net/x' to='echo.example.com' {}>{}</iq>", attributes, inside));
    };
    for (const std::string_view asked :
         {"<a xmlns='urn:a'/>", " <a xmlns='urn:a'/>", "<a xmlns='urn:a'/> ", "<a xmlns='urn:a'><b/><c/></a>"}) {
        EXPECT_EQ(take_iq("type='get' id='1'", asked), std::error_code()) << asked;
        EXPECT_EQ(take_iq("type='set' id=''", asked), std::error_code()) << asked;
        EXPECT_EQ(take_iq("type='result' id='1'", asked), std::error_code()) << asked;
        EXPECT_EQ(take_iq("type='get'", asked), StanzaFault::iq_without_id) << asked;
        EXPECT_EQ(take_iq("type='gets' id='1'", asked), StanzaFault::bad_iq_type) << asked;
        EXPECT_EQ(take_iq("id='1'", asked), StanzaFault::bad_iq_type) << asked;
    }
    for (const std::string_view asked : {"", "text", "<a xmlns='urn:a'/><b xmlns='urn:b'/>", "<a/> <b/>"})
        EXPECT_EQ(take_iq("type='get' id='1'", asked), StanzaFault::bad_iq_children) << asked;
    EXPECT_EQ(take("<iq from='@' to='echo.example.com' type='get' id='1'><a/></iq>"), StanzaFault::bad_from);
    EXPECT_EQ(take("<iq from='a@example.net/x' to='@' type='get' id='1'><a/></iq>"), StanzaFault::bad_to);
    EXPECT_EQ(take("<iq from='a@example.net/x' type='get' id='1'><a/></iq>"), std::error_code());
    EXPECT_EQ(take("<iqs from='a@example.net/x' to='echo.example.com' type='get' id='1'><a/></iqs>"),
              StanzaFault::unknown_kind);
    EXPECT_EQ(take("<massage from='a@example.net/x' to='echo.example.com'/>"), StanzaFault::unknown_kind);
    EXPECT_EQ(take("<messages from='a@example.net/x' to='echo.example.com'/>"), StanzaFault::unknown_kind);
    EXPECT_EQ(take("<message xmlns='urn:example:other' from='a@example.net/x' to='echo.example.com'/>"),
              StanzaFault::unknown_kind);
}

TEST(Stanza, absent_addresses_are_empty) {
    Element element = stanza_of("<message/>");
    const Result<Stanza> parsed = Stanza::parse(element);
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(parsed->from().empty());
    EXPECT_TRUE(parsed->to().empty());
    EXPECT_EQ(parsed->id(), std::nullopt);
    EXPECT_EQ(parsed->type(), "");
    EXPECT_EQ(parsed->lang(), "");
    EXPECT_FALSE(parsed->is_error());
}

TEST(Stanza, what_is_no_address_is_a_fault) {
    EXPECT_EQ(fault_of("<message from='@'/>"), StanzaFault::bad_from);
    EXPECT_EQ(fault_of("<message from=''/>"), StanzaFault::bad_from);
    EXPECT_EQ(fault_of("<presence from='a@b@c'/>"), StanzaFault::bad_from);
    EXPECT_EQ(fault_of("<message from='a@b.example' to='b.example/'/>"), StanzaFault::bad_to);
    EXPECT_EQ(fault_of("<iq type='get' id='1' to='a b@c.example'><x xmlns='y'/></iq>"), StanzaFault::bad_to);
}

TEST(Stanza, R079_an_iq_needs_an_id) {
    EXPECT_EQ(fault_of("<iq type='get'><x xmlns='y'/></iq>"), StanzaFault::iq_without_id);
    EXPECT_EQ(fault_of("<iq type='result'/>"), StanzaFault::iq_without_id);
    EXPECT_FALSE(fault_of("<iq type='get' id=''><x xmlns='y'/></iq>")) << "an empty id is an id";
}

TEST(Stanza, R079_an_iq_has_one_of_four_types) {
    EXPECT_EQ(fault_of("<iq id='1'><x xmlns='y'/></iq>"), StanzaFault::bad_iq_type);
    EXPECT_EQ(fault_of("<iq id='1' type=''><x xmlns='y'/></iq>"), StanzaFault::bad_iq_type);
    EXPECT_EQ(fault_of("<iq id='1' type='chat'><x xmlns='y'/></iq>"), StanzaFault::bad_iq_type);
    EXPECT_EQ(fault_of("<iq id='1' type='Get'><x xmlns='y'/></iq>"), StanzaFault::bad_iq_type);
}

TEST(Stanza, R079_a_request_has_exactly_one_child) {
    for (const char* type : {"get", "set"}) {
        const std::string open = std::string("<iq id='1' type='") + type + "'>";
        EXPECT_EQ(fault_of(open + "</iq>"), StanzaFault::bad_iq_children);
        EXPECT_EQ(fault_of(open + "only text</iq>"), StanzaFault::bad_iq_children);
        EXPECT_EQ(fault_of(open + "<x xmlns='y'/><x xmlns='y'/></iq>"), StanzaFault::bad_iq_children);
        EXPECT_FALSE(fault_of(open + " <x xmlns='y'><a/><b/></x> </iq>"));
    }
}

TEST(Stanza, R079_a_result_has_at_most_one_child) {
    EXPECT_FALSE(fault_of("<iq id='1' type='result'/>"));
    EXPECT_FALSE(fault_of("<iq id='1' type='result'><x xmlns='y'/></iq>"));
    EXPECT_EQ(fault_of("<iq id='1' type='result'><x xmlns='y'/><z xmlns='y'/></iq>"), StanzaFault::bad_iq_children);
}

TEST(Stanza, V45_an_error_may_hold_anything) {
    EXPECT_FALSE(fault_of("<iq id='1' type='error'/>"));
    EXPECT_FALSE(fault_of("<iq id='1' type='error'><x xmlns='y'/><error/><error/></iq>"));
}

TEST(Stanza, addresses_can_be_set_and_taken_away) {
    Message message("a@example.com"_jid);
    message.set_from("b@example.com/x"_jid);
    EXPECT_EQ(message.from().str(), "b@example.com/x");
    message.set_from("c@example.com"_jid);
    EXPECT_EQ(message.from().str(), "c@example.com");
    message.set_from(message.to());  // a view of the very stanza
    EXPECT_EQ(message.from().str(), "a@example.com");
    message.set_to({});
    EXPECT_TRUE(message.to().empty());
    EXPECT_EQ(message.element().attribute("to"), std::nullopt);
}

TEST(Stanza, the_id_can_be_set_where_there_is_one_and_where_there_is_none) {
    Message message("a@example.com"_jid);
    message.set_id("1");
    message.element().set("x", "2");
    message.set_id("3'");
    message.set_from("b@example.com"_jid);
    EXPECT_EQ(message.id(), "3'");
    EXPECT_EQ(message.element().attribute("id"), "3'");
    message.set_id(*message.id());  // a view of the very stanza
    EXPECT_EQ(
        xml::to_string(message.element()),
        "<message xmlns='jabber:client' to='a@example.com' type='chat' id='3&apos;' x='2' from='b@example.com'/>");
    message.element().ref().unset("id");
    message.set_id("4");
    EXPECT_EQ(xml::to_string(message.element()),
              "<message xmlns='jabber:client' to='a@example.com' type='chat' x='2' from='b@example.com' id='4'/>");
}

TEST(Stanza, fluent_forms_keep_the_kind) {
    Message message = Message("a@example.com"_jid, "hi")
                          .from("b@example.com"_jid)
                          .to("c@example.com"_jid)
                          .id("7")
                          .lang("en")
                          .with(Element("x", "urn:example:x"));
    EXPECT_TRUE(same(message.element(),
                     stanza_of("<message to='c@example.com' from='b@example.com' id='7' type='chat' xml:lang='en'>"
                               "<body>hi</body><x xmlns='urn:example:x'/></message>")));
}

TEST(Stanza, payloads_are_found_and_added) {
    Message message("a@example.com"_jid);
    message.add("x", "urn:example:x").set("a", "1");
    message.add(Element("y", "urn:example:y"));
    EXPECT_EQ(message.payload("x", "urn:example:x").attribute("a"), "1");
    EXPECT_TRUE(message.payload("y", "urn:example:y"));
    EXPECT_FALSE(message.payload("x", "urn:example:y"));
}

TEST(Stanza, a_copy_is_deep) {
    Message message("a@example.com"_jid, "one");
    Message copied = message.copy();
    copied.set_body("two");
    EXPECT_EQ(message.body(), "one");
    EXPECT_EQ(copied.body(), "two");
    EXPECT_FALSE(Message().copy()) << "a copy of nothing is nothing";
    EXPECT_FALSE(Presence(Presence().copy()));
}

TEST(Stanza, a_kind_is_made_of_its_own_kind_only) {
    EXPECT_THROW(Message(Stanza(stanza_of("<presence/>"))), std::invalid_argument);
    EXPECT_THROW(Presence(Stanza(stanza_of("<iq id='1' type='get'/>"))), std::invalid_argument);
    EXPECT_THROW(Iq(Stanza(stanza_of("<message/>"))), std::invalid_argument);
    EXPECT_THROW(Stanza(stanza_of("<note/>")), std::invalid_argument);
    EXPECT_NO_THROW(Message(Stanza(stanza_of("<message/>"))));
}

TEST(Stanza, every_fault_is_a_sentence) {
    for (int i = 1; i <= static_cast<int>(StanzaFault::bad_iq_children); ++i) {
        const std::string sentence = make_error_code(static_cast<StanzaFault>(i)).message();
        EXPECT_TRUE(sentence.ends_with('.')) << sentence;
        EXPECT_NE(sentence, make_error_code(static_cast<StanzaFault>(99)).message());
    }
    EXPECT_STREQ(make_error_code(StanzaFault::bad_to).category().name(), "rondel.stanza");
}

// A nickname of two emoji that are joined by U+200D, which OpaqueString refuses and every server lets pass.
TEST(Stanza, a_resource_that_only_OpaqueString_refuses_is_a_peer_like_any_other) {
    Element element("message", xml::stanza_ns);
    element.set("from", "Room@Conference.example.net/\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB");
    element.set("to", "echo.example.com");
    const Result<Stanza> stanza = Stanza::parse(element);
    ASSERT_TRUE(stanza) << stanza.error().message();
    EXPECT_EQ(stanza->from().bare().str(), "room@conference.example.net");
    EXPECT_EQ(stanza->from().resource(), "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB");
}

TEST(Stanza, an_empty_or_endless_resource_is_none) {
    for (const std::string& resource : {std::string(), std::string(1024, 'x')}) {
        Element element("message", xml::stanza_ns);
        element.set("from", "a@example.net/" + resource);
        EXPECT_FALSE(Stanza::parse(element)) << resource.size();
    }
}

// So that what answers need not look at it again; what a handler writes there is looked at.
TEST(Stanza, knows_which_addresses_were_received) {
    Element element("message", xml::stanza_ns);
    element.set("from", "Juliet@Example.COM/Balcony").set("to", "romeo@example.net");
    Result<Stanza> parsed = Stanza::parse(element);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->from().str(), "juliet@example.com/Balcony");
    EXPECT_TRUE(parsed->is_sound(xml::Common::to));
    EXPECT_FALSE(parsed->is_sound(xml::Common::from));  // as it came; and it is looked at again when it goes

    Message in(std::move(*parsed));
    EXPECT_TRUE(in.reply("x").is_sound(xml::Common::from));
    in.set_to("nurse@example.net"_jid);
    EXPECT_FALSE(in.is_sound(xml::Common::to));
    EXPECT_FALSE(in.reply("x").is_sound(xml::Common::from));
    in.set_to({});
    EXPECT_FALSE(in.is_sound(xml::Common::to));
}

}  // namespace
}  // namespace rondel
