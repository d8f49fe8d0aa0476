// V44, T-ESC: whatever a handler writes, expat reads exactly that.
#include <random>

#include "tests/support/expat_events.hpp"
#include "tests/xml/streams.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

// Elements made at random, of text that is hard to write.
class Elements {
  public:
    xml::Element next() {
        xml::Element root(name(), ns());
        fill(root.ref(), 0);
        return root;
    }

  private:
    std::size_t below(std::size_t end) { return random_() % end; }

    std::string text() {
        static const std::string_view pieces[] = {
            "<",
            ">",
            "&",
            "'",
            "\"",
            "]]>",
            "]",
            "\r",
            "\n",
            "\t",
            "\r\n",
            " ",
            "&amp;",
            "&#10;",
            "<!--",
            "-->",
            "<![CDATA[",
            "<?xml?>",
            "</a>",
            "plain text",
            "\xC3\xA9",
            "\xE4\xB8\xAD",
            "\xF0\x9F\x98\x80",
            "\xEF\xBF\xBD",
            "\xEF\xBB\xBF",
            "\x7F",
            "\xC2\x85",
            "\xE2\x80\xA8",
            "a fairly long run of text that vector code takes in one go, and then some"};
        std::string out;
        for (std::size_t left = below(6); left > 0; --left) out += pieces[below(std::size(pieces))];
        return out;
    }
    std::string name() {
        static const std::string_view names[] = {"a",   "message",           "x",    "xml", "xmlns",
                                                 "ns1", "\xC3\xA9t\xC3\xA9", "_-.1", "body"};
        return std::string(names[below(std::size(names))]);
    }
    std::string ns() {
        static const std::string_view all[] = {
            "jabber:client", "jabber:component:accept", "urn:a", "urn:b", "", "http://www.w3.org/XML/1998/namespace",
            "'\"<&>\n"};
        return std::string(all[below(std::size(all))]);
    }
    void fill(xml::ElementRef element, int depth) {
        for (std::size_t left = below(4); left > 0; --left) {
            const std::string attribute = name();
            if (attribute != "xmlns") element.set_ns(attribute, below(2) == 0 ? std::string() : ns(), text());
        }
        for (std::size_t left = below(4); left > 0; --left) {
            if (below(2) == 0)
                element.text(text());
            else if (depth < 4)
                fill(element.append(name(), below(2) == 0 ? std::string(element.ns()) : ns()), depth + 1);
        }
    }

    std::mt19937 random_{44};
};

TEST(WriterJudged, V44_T_ESC_expat_reads_what_was_written) {
    Elements all;
    std::size_t with_content = 0;
    for (int i = 0; i < 5000; ++i) {
        const xml::Element element = all.next();
        const std::string written = xml::to_string(element);
        const XmlEvents expats = expat_events(written, ExpatMode::document);
        ASSERT_FALSE(expats.failed) << written << " " << expats.why;
        ASSERT_EQ(expats.elements.at(0), told(element)) << written;
        const auto ours = xml::parse_document(written);
        ASSERT_TRUE(ours) << written;
        ASSERT_TRUE(xml::same(*ours, element)) << written;
        ASSERT_EQ(xml::to_string(*ours), written);
        with_content += element.view().nodes().empty() ? 0 : 1;
    }
    EXPECT_GT(with_content, 1000U);
}

TEST(WriterJudged, V44_T_ESC_every_character_in_text_and_value) {
    for (char32_t c = 0; c < 0x11000; c += c < 0x3000 || c > 0xD700 ? 1 : 37) {
        std::string character;
        if (c < 0x80)
            character = static_cast<char>(c);
        else if (c < 0x800)
            character = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
        else if (c < 0x10000)
            character = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
                         static_cast<char>(0x80 | (c & 0x3F))};
        else
            character = {static_cast<char>(0xF0), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
                         static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
        xml::Element element("a", "urn:a");
        element.set("b", "x" + character + "x").text(character);
        std::string written;
        const std::error_code error = xml::write(element, written);
        const bool carried = (c >= 0x20 || c == '\t' || c == '\n' || c == '\r') && !(c >= 0xD800 && c < 0xE000) &&
                             c != 0xFFFE && c != 0xFFFF;
        ASSERT_EQ(!error, carried) << static_cast<unsigned>(c);
        ASSERT_EQ(xml::can_carry(character), carried);
        if (error) continue;
        ASSERT_EQ(expat_events(written, ExpatMode::document).elements.at(0), told(element)) << written;
    }
}

}  // namespace
}  // namespace rondel::test
