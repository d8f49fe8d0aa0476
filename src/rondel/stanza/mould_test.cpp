// An answer from a mould is what it would be if it were put together (docs/decisions/0019-answers-from-moulds.md). A
// formatted answer is put together, so the two are compared.
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/xml/writer.hpp"

#include <functional>
#include <string>
#include <vector>

#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using test::stanza_of;

// As it comes from a peer, with addresses that were looked at.
Message received(const std::string& attributes, const std::string& inside) {
    Element element =
        stanza_of("<message from='a@example.org/x' to='b.example.org'" + attributes + ">" + inside + "</message>");
    return Message(std::move(*Stanza::parse(element)));
}

Iq query(const std::string& id, const std::string& from = "a@example.org/x") {
    Element element = stanza_of("<iq from='" + from + "' to='b.example.org' type='get' id='" + id +
                                "'><ping xmlns='urn:xmpp:ping'/></iq>");
    return Iq(std::move(*Stanza::parse(element)));
}

const std::vector<Message>& all() {
    static const std::vector<Message> messages = [] {
        std::vector<Message> made;
        for (const char* attributes :
             {"", " type='chat'", " type='chat' id='1'", " id='1' xml:lang='en'", " type='normal'", " type='headline'",
              " type='groupchat'", " type='shout'", " type=''"})
            for (const char* inside :
                 {"<body>Hello.</body>", "<body>a &lt; b</body>", "<body>Hello.</body><x xmlns='urn:x'>Hello.</x>",
                  "<x xmlns='urn:x'/><body>Hello.</body>", "<body>Hello.</body><thread>Hello.</thread>",
                  "<thread parent='p'>t</thread><body>Hello.</body>", "<subject>S</subject><body>Hello.</body>",
                  "<body>Hello.</body><thread xmlns='urn:x'>t</thread>", "<body/>", "", "plain text",
                  "<body>one<b xmlns='urn:x'/>two</body>", "<body xml:lang='de'>Hallo.</body>"})
                made.push_back(received(attributes, inside));
        return made;
    }();
    return messages;
}

std::vector<std::string> texts_of(const Message& in) {
    std::vector<std::string> texts = {
        "", "Other.", "a < b & c", "\r", "\xFF", "Gr\xC3\xBC\xC3\x9F\x65", std::string(5000, 't')};
    if (const auto body = in.body()) texts.emplace_back(*body);
    return texts;
}

void expect_alike(const Message& poured, const Message& put_together) {
    EXPECT_TRUE(same(poured.element(), put_together.element()))
        << xml::to_string(poured.element()) << " but not " << xml::to_string(put_together.element());
    for (const std::string_view around : {std::string_view(), std::string_view("jabber:component:accept")})
        EXPECT_EQ(xml::to_string(poured.element(), around), xml::to_string(put_together.element(), around));
    EXPECT_EQ(poured.to(), put_together.to());
    EXPECT_EQ(poured.from(), put_together.from());
    EXPECT_EQ(poured.type(), put_together.type());
    EXPECT_EQ(poured.id(), put_together.id());
    EXPECT_EQ(poured.body(), put_together.body());
    for (const xml::Common address : {xml::Common::to, xml::Common::from})
        EXPECT_EQ(poured.is_sound(address), put_together.is_sound(address));
}

TEST(Mould, an_answer_from_one_is_as_one_put_together) {
    for (const Message& in : all()) {
        for (const std::string& text : texts_of(in)) expect_alike(in.reply(text), in.reply("{}", text));
        if (const auto body = in.body()) expect_alike(in.reply(*body), in.reply("{}", *body));
    }
}

TEST(Mould, what_is_done_to_it_comes_to_the_same) {
    const std::vector<std::function<void(Message&)>> changes = {
        [](Message& m) { m.set_id("1"), m.set_type(MessageType::headline), m.element().set("n", "v"); },
        [](Message& m) { m.set_id("<"), m.set_id("2"); },
        [](Message& m) { m.element().ref().unset("from").set("n", "v").set_lang("en"); },
        [](Message& m) { m.element().ref().unset("type").unset("to").unset("from").set("n", "v"); },
        [](Message& m) { m.set_to("c@example.org/much-longer-than-before"_jid), m.set_from({}); },
        [](Message& m) { m.set_body("Other."), m.set_body("Andere.", "de"), m.set_subject("S"); },
        [](Message& m) { m.add("x", "urn:x").text("X"), m.element().ref().text("T"), m.add("y", "urn:y"); },
        [](Message& m) { m.element().ref().clear_content().append("z", "urn:z"); },
        [](Message& m) { m.element().ref().remove("body", xml::stanza_ns); },
        [](Message& m) { m = m.copy(), m.set_id("3"); },
        [](Message& m) { m = m.reply("Back."), m.set_id("4"); },
    };
    for (const Message& in : all())
        for (const auto& change : changes)
            for (const std::string& text : texts_of(in)) {
                Message poured = in.reply(text);
                Message put_together = in.reply("{}", text);
                change(poured);
                change(put_together);
                expect_alike(poured, put_together);
                if (in.body() != text) continue;
                Message echo = in.reply(*in.body());
                change(echo);
                expect_alike(echo, put_together);
            }
}

// The text of another child is as good, and a part of a text is not the text.
TEST(Mould, a_text_of_what_was_received_is_echoed_whole_or_in_part) {
    const Message in = received("", "<body>Hello &amp; all.</body><x xmlns='urn:x'>Hello</x><y xmlns='urn:y'>&lt;</y>");
    const std::string_view body = *in.body();
    for (const std::string_view part : {body, body.substr(0, 5), body.substr(6), in.payload("x", "urn:x").text(),
                                        in.payload("y", "urn:y").text(), in.from().str(), body.substr(0, 0)})
        expect_alike(in.reply(part), in.reply("{}", part));
}

// What is no prepared JID must not be taken for one because an answer holds it.
TEST(Mould, an_address_that_nobody_looked_at_stays_so) {
    for (const char* addresses :
         {"from='A@Example.org/x' to='b.example.org'", "from='a@example.org/x' to='B.example.org'"}) {
        const Message in(Stanza(stanza_of("<message " + std::string(addresses) + "><body>x</body></message>")));
        const Iq asked(
            Stanza(stanza_of("<iq " + std::string(addresses) + " type='get' id='1'><q xmlns='urn:q'/></iq>")));
        const Message echo = in.reply(*in.body());
        const Message other = in.reply("y");
        const Iq result = asked.result();
        for (const Stanza* answer : {static_cast<const Stanza*>(&echo), static_cast<const Stanza*>(&other),
                                     static_cast<const Stanza*>(&result)}) {
            EXPECT_EQ(answer->is_sound(xml::Common::to), in.is_sound(xml::Common::from));
            EXPECT_EQ(answer->is_sound(xml::Common::from), in.is_sound(xml::Common::to));
        }
    }
}

TEST(Mould, a_result_is_of_the_same_id_between_the_same_addresses) {
    for (const char* id : {"1", "", "&lt;&amp;", "0123456789012345678901234567890123456789", "\xC3\xA4"})
        for (const char* from : {"a@example.org/x", "a@example.org/&amp;"}) {
            const Iq in = query(id, from);
            const Iq result = in.result();
            EXPECT_TRUE(same(result.element(), stanza_of("<iq to='" + std::string(from) +
                                                         "' from='b.example.org' id='" + id + "' type='result'/>")));
            EXPECT_EQ(result.type(), IqType::result);
            EXPECT_EQ(result.id(), in.id());
            EXPECT_TRUE(result.is_sound(xml::Common::to));
            EXPECT_TRUE(result.is_sound(xml::Common::from));
            EXPECT_EQ(xml::to_string(in.result(Element("q", "urn:q")).element()),
                      xml::to_string(stanza_of("<iq to='" + std::string(from) + "' from='b.example.org' id='" + id +
                                               "' type='result'><q xmlns='urn:q'/></iq>")));
        }
}

}  // namespace
}  // namespace rondel
