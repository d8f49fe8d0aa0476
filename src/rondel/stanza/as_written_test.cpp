// What is known of how an answer is written must show nowhere but in what writing costs
// (docs/decisions/0015-known-as-it-is-written.md).
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stanza/presence.hpp"
#include "rondel/xml/writer.hpp"

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using test::stanza_of;

constexpr std::string_view around = "jabber:component:accept";

struct Written {
    std::string bytes;
    std::error_code error;
    bool operator==(const Written&) const = default;
};

Written write(ElementView element, std::string_view content_ns = around, xml::WriteLimits limits = {}) {
    Written written;
    written.error = xml::write(element, written.bytes, content_ns, limits);
    return written;
}

bool is_known(ElementView element) { return element.block()->as_written.start.size != 0; }

Element forgetful(ElementView element) {
    Element copy = Element(copy_block(*element.block()));
    copy.ref().mutable_block();
    EXPECT_FALSE(is_known(copy));
    return copy;
}

void expect_as_ever(ElementView element) {
    const Element other = forgetful(element);
    EXPECT_EQ(write(element), write(other));
    EXPECT_EQ(write(element, {}), write(other, {})) << "on a WebSocket";
    EXPECT_EQ(write(element.copy()), write(other));
}

Message message_of(std::string_view attributes, std::string_view inside = "<body>Hello.</body>") {
    return Message(Stanza(stanza_of("<message " + std::string(attributes) + ">" + std::string(inside) + "</message>")));
}

const Message usual = message_of("from='a@example.org/x' to='b.example.org' type='chat' id='1'");

const Message without_type = message_of("from='a@example.org/x' to='b.example.org' id='1'");

TEST(AsWritten, an_echo_is_known) {
    const Message answer = usual.reply(*usual.body());
    EXPECT_TRUE(is_known(answer.element()));
    EXPECT_EQ(write(answer.element()).bytes,
              "<message to='a@example.org/x' from='b.example.org' type='chat'><body>Hello.</body></message>");
    expect_as_ever(answer.element());
}

TEST(AsWritten, so_is_any_other_text_and_a_result) {
    EXPECT_TRUE(is_known(usual.reply("Good morning.").element()));
    EXPECT_TRUE(is_known(usual
                             .reply("Gr\xC3\xBC\xC3\x9F"
                                    "e")
                             .element()));
    const Iq ping(Stanza(
        stanza_of("<iq from='a@example.org' to='b.example.org' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>")));
    EXPECT_TRUE(is_known(ping.result().element()));
    expect_as_ever(ping.result().element());
}

TEST(AsWritten, what_must_be_looked_at_is_not) {
    for (const std::string_view body : {"", "a < b", "a & b", "]]>", "\r", "\x01", "\xFF", "\xEF\xBF\xBF"}) {
        const Message answer = usual.reply(body);
        EXPECT_FALSE(is_known(answer.element())) << body;
        EXPECT_EQ(answer.body(), body);
        expect_as_ever(answer.element());
    }
    for (const char* addresses : {"from='a@example.org/&amp;&apos;' to='b.example.org'",
                                  "from='a@example.org' to='b.example.org/&amp;&apos;'"}) {
        const Message odd = message_of(addresses);
        EXPECT_FALSE(is_known(odd.reply("x").element()));
        EXPECT_FALSE(is_known(odd.reply(*odd.body()).element()));
        expect_as_ever(odd.reply("x").element());
        expect_as_ever(odd.reply(*odd.body()).element());
        const Iq query(
            Stanza(stanza_of("<iq " + std::string(addresses) + " type='get' id='1'><q xmlns='urn:q'/></iq>")));
        EXPECT_FALSE(is_known(query.result().element()));
        expect_as_ever(query.result().element());
    }
}

TEST(AsWritten, a_text_that_came_escaped_goes_as_it_came) {
    const Message in = message_of("from='a@example.org' to='b.example.org'", "<body>a &lt; b &quot;c&quot;</body>");
    const Message answer = in.reply(*in.body());
    EXPECT_TRUE(is_known(answer.element()));
    EXPECT_EQ(write(answer.element()).bytes,
              "<message to='a@example.org' from='b.example.org'><body>a &lt; b &quot;c&quot;</body></message>");
    expect_as_ever(answer.element());
}

TEST(AsWritten, whatever_changes_an_answer_forgets_it) {
    const std::vector<std::function<void(Message&)>> changes = {
        [](Message& m) { m.set_id("2"), m.set_id("3"); },
        [](Message& m) { m.set_id("<"); },
        [](Message& m) { m.set_id(std::string(100, 'i')); },
        [](Message& m) { m.set_id(m.type() == MessageType::chat ? m.element().view().attribute_or("to", {}) : ""); },
        [](Message& m) { m.set_type(MessageType::headline); },
        [](Message& m) { m.set_type(MessageType::normal); },
        [](Message& m) { m.set_to("c@example.org"_jid); },
        [](Message& m) { m.set_from("d.example.org"_jid); },
        [](Message& m) { m.set_body("Other."); },
        [](Message& m) { m.set_body("Andere.", "de"); },
        [](Message& m) { m.set_subject("S"); },
        [](Message& m) { m.set_thread("t"); },
        [](Message& m) { m.add(Element("x", "urn:x")); },
        [](Message& m) { m.element().ref().append("y", "urn:y"); },
        [](Message& m) { m.element().ref().append(usual.element()); },
        [](Message& m) { m.element().ref().set("n", "v"); },
        [](Message& m) { m.element().ref().set_ns("n", "urn:n", "v"); },
        [](Message& m) { m.element().ref().set_lang("en"); },
        [](Message& m) { m.element().ref().unset("type"); },
        [](Message& m) { m.element().ref().text("T"); },
        [](Message& m) { m.element().ref().clear_content(); },
        [](Message& m) { m.element().ref().remove("body", xml::stanza_ns); },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Message answers[] = {usual.reply(*usual.body()), usual.reply("Other text.")};
        for (Message& answer : answers) {
            EXPECT_TRUE(is_known(answer.element()));
            changes[i](answer);
            EXPECT_FALSE(is_known(answer.element())) << i;
            expect_as_ever(answer.element());
        }
    }
}

TEST(AsWritten, an_answer_gets_an_id) {
    for (const std::string& id : {std::string(), std::string("1"), std::string(17, 'i'), std::string(64, 'i')}) {
        Message answers[] = {usual.reply(*usual.body()), usual.reply("Other text."), without_type.reply("x")};
        for (Message& answer : answers) {
            answer.set_id(id);
            EXPECT_TRUE(is_known(answer.element()));
            EXPECT_EQ(answer.id(), id);
            expect_as_ever(answer.element());
        }
    }
    EXPECT_EQ(write(usual.reply("x").id("2").element()).bytes,
              "<message to='a@example.org/x' from='b.example.org' type='chat' id='2'><body>x</body></message>");
}

TEST(AsWritten, limits_hold) {
    const Message answer = usual.reply(*usual.body());
    const std::size_t size = write(answer.element()).bytes.size();
    for (const xml::WriteLimits limits :
         {xml::WriteLimits{size, 64}, xml::WriteLimits{size - 1, 64}, xml::WriteLimits{10, 64},
          xml::WriteLimits{size, 2}, xml::WriteLimits{size, 1}})
        EXPECT_EQ(write(answer.element(), around, limits), write(forgetful(answer.element()), around, limits));
    EXPECT_EQ(write(answer.element(), around, {size - 1, 64}).error, xml::WriteError::too_large);
    EXPECT_EQ(write(answer.element(), around, {size, 1}).error, xml::WriteError::too_deep);
}

TEST(AsWritten, a_room_and_a_thread_are_as_ever) {
    const Message all[] = {
        message_of("from='r@muc.example/me' to='b.example.org' type='groupchat'"),
        message_of("from='a@example.org' to='b.example.org'", "<body>x</body><thread parent='p'>t</thread>"),
        message_of("from='a@example.org' to='b.example.org'", "<thread>t</thread><body>x</body>"),
        message_of("from='a@example.org'"), message_of("id='1'")};
    for (const Message& in : all) {
        expect_as_ever(in.reply("y").element());
        expect_as_ever(in.reply(*in.body()).element());
        expect_as_ever(in.reply("{}", 1).element());
    }
}

// In threads of their own, which have no large blocks to use again.
TEST(AsWritten, long_texts_ids_and_addresses_have_room) {
    const auto in_a_new_thread = [](const auto& step) { std::thread(step).join(); };
    for (const unsigned size : {1u, 31u, 900u, 950u, 1000u, 1024u, 2100u, 5000u, 40'000u})
        for (const std::string& address : {std::string("a@example.org/x"), std::string(300, 'n') + "@example.org"}) {
            const std::string text(size, 't');
            const std::string addresses = "from='" + address + "' to='b.example.org'";
            const Message in = message_of(addresses, "<body>" + text + "</body>");
            const Message escaped = message_of(addresses, "<body>&amp;" + text + "</body>");
            const Iq query(
                Stanza(stanza_of("<iq " + addresses + " type='get' id='" + text + "'><q xmlns='urn:q'/></iq>")));
            in_a_new_thread([&] { expect_as_ever(in.reply(*in.body()).element()); });
            in_a_new_thread([&] { expect_as_ever(in.reply(text + "!").id("1").element()); });
            in_a_new_thread([&] { expect_as_ever(escaped.reply(*escaped.body()).element()); });
            in_a_new_thread([&] { expect_as_ever(query.result().element()); });
        }
}

// A block that is used again keeps nothing of the answer before.
TEST(AsWritten, nothing_is_left_of_the_answer_before) {
    const Iq query(
        Stanza(stanza_of("<iq from='a@example.org' to='b.example.org' type='get' id='1'><q xmlns='urn:q'/></iq>")));
    for (int i = 0; i < 3; ++i) {
        expect_as_ever(usual.reply("x").id("2").element());
        expect_as_ever(query.result().element());
        EXPECT_EQ(write(query.result().element()).bytes,
                  "<iq to='a@example.org' from='b.example.org' id='1' type='result'/>");
        expect_as_ever(without_type.reply("y").element());
    }
}

}  // namespace
}  // namespace rondel
