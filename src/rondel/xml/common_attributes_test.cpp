// A block knows where the common attributes of its root stand, whatever was done to it.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <string>

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

constexpr std::string_view header = "<s:stream xmlns='jabber:client' xmlns:s='http://etherx.jabber.org/streams'>";

// Of the bytes of one stanza, cut before `cut`.
Element read(std::string_view stanza, std::size_t cut = 0) {
    Reader reader({});
    std::string_view bytes = header;
    EXPECT_EQ(reader.next(bytes), Reader::Step::opened);
    bytes = stanza.substr(0, cut);
    EXPECT_EQ(reader.next(bytes), Reader::Step::more) << stanza << " cut at " << cut;
    bytes = stanza.substr(cut);
    EXPECT_EQ(reader.next(bytes), Reader::Step::element) << stanza << " cut at " << cut;
    return reader.element();
}

std::string_view of(const Element& element, Common which) { return element.block()->of_root(which).value_or("none"); }

TEST(CommonAttributes, are_those_of_the_root_however_it_was_cut) {
    constexpr std::string_view stanza =
        "<message xmlns:p='urn:p' p:to='not this' id=\"a'1\" from='juliet@example.com/balcony-with-a-view-on-verona' "
        "to = 'a&amp;b' xml:lang='en'><x xmlns='urn:x' type='nor this' to='nor that'/></message>";
    for (std::size_t cut = 0; cut < stanza.size(); ++cut) {
        const Element element = read(stanza, cut);
        EXPECT_EQ(of(element, Common::to), "a&b") << cut;
        EXPECT_EQ(of(element, Common::from), "juliet@example.com/balcony-with-a-view-on-verona") << cut;
        EXPECT_EQ(of(element, Common::id), "a'1") << cut;
        EXPECT_EQ(of(element, Common::type), "none") << cut;
        EXPECT_EQ(element.attribute("to"), "a&b") << cut;
        EXPECT_EQ(element.child("x", "urn:x").attribute("to"), "nor that") << cut;
        EXPECT_EQ(element.attribute("to", "urn:p"), "not this") << cut;
    }
}

TEST(CommonAttributes, follow_what_is_set_and_unset) {
    Element element = read("<message to='romeo' type='chat'/>");
    element.set("to", "juliet");
    EXPECT_EQ(of(element, Common::to), "juliet");
    element.ref().unset("to");
    EXPECT_EQ(of(element, Common::to), "none");
    EXPECT_EQ(element.attribute("to"), std::nullopt);
    element.set("to", "nurse").set("id", "");
    EXPECT_EQ(of(element, Common::to), "nurse");
    EXPECT_EQ(element.attribute("id"), "");
    EXPECT_EQ(of(element, Common::type), "chat");
}

TEST(CommonAttributes, go_with_a_copy_and_are_found_in_what_becomes_a_root) {
    const Element stanza =
        read("<message to='romeo'><forwarded xmlns='urn:f' id='7'><x to='benvolio'/></forwarded></message>");
    EXPECT_EQ(of(stanza.copy(), Common::to), "romeo");
    const Element forwarded = stanza.child("forwarded", "urn:f").copy();
    EXPECT_EQ(of(forwarded, Common::id), "7");
    EXPECT_EQ(of(forwarded, Common::to), "none");
    Element other("iq", stanza_ns);
    other.append(stanza);
    EXPECT_EQ(of(other, Common::to), "none");
    EXPECT_EQ(other.child("message", stanza_ns).attribute("to"), "romeo");
}

// What is known of a value that was read is not known of the one that takes its place.
TEST(CommonAttributes, a_value_that_is_set_is_escaped) {
    Element element = read("<message to='romeo' id='1'/>");
    EXPECT_EQ(to_string(element, stanza_ns), "<message to='romeo' id='1'/>");
    element.set("to", "'<&>\"");
    EXPECT_EQ(to_string(element, stanza_ns), "<message to='&apos;&lt;&amp;>&quot;' id='1'/>");
    std::string out;
    element.set("to", "\x01");
    EXPECT_EQ(write(element, out, stanza_ns), WriteError::bad_character);
}

TEST(CommonAttributes, values_of_every_length_are_written_as_they_were_read) {
    for (std::size_t size = 0; size < 150; ++size) {
        std::string value;
        for (std::size_t i = 0; i < size; ++i) value += static_cast<char>('a' + i % 26);
        const std::string stanza = "<message to='" + value + "' data-" + value + "x='" + value + "'/>";
        EXPECT_EQ(to_string(read(stanza), stanza_ns), stanza);
    }
}

}  // namespace
}  // namespace rondel::xml
