// What a reader knows of the addresses of a stanza, recognized or read: that they are prepared, or nothing.
#include "rondel/base/jid.hpp"
#include "rondel/xml/reader.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

class KnownAddresses : public testing::Test {
  protected:
    KnownAddresses() {
        read("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1'>");
    }

    Element read(std::string_view bytes) {
        Element element;
        while (!bytes.empty())
            if (reader_.next(bytes) == Reader::Step::element) element = reader_.element();
        return element;
    }
    Element message(std::string_view from, std::string_view to, std::string_view text = "hello") {
        return read("<message from='" + std::string(from) + "' to='" + std::string(to) + "' id='" +
                    std::to_string(++number_) + "'><forwarded to='Nobody@Example.NET' from='a@example.net'>" +
                    std::string(text) + "</forwarded></message>");
    }

    Reader reader_{Limits{}};
    int number_ = 0;
};

const Attribute& address(const Element& element, Common which) {
    const Block& block = *element.block();
    return block.attributes[block.common[static_cast<std::size_t>(which)]];
}

std::string_view known(const Element& element) {
    const bool from = address(element, Common::from).sound_value != 0;
    const bool to = address(element, Common::to).sound_value != 0;
    if (from) return to ? "both" : "from";
    return to ? "to" : "neither";
}

TEST_F(KnownAddresses, addresses_are_known_only_where_they_are_prepared) {
    EXPECT_EQ(known(message("juliet@example.net/a", "echo.example.com")), "both") << "that one was read";
    for (int i = 0; i < 400; ++i) message("juliet@example.net/" + std::to_string(i), "echo.example.com");
    ASSERT_GT(reader_.recognized(), 300U);

    const auto before = reader_.recognized();
    EXPECT_EQ(known(message("juliet@example.net/b", "echo.example.com")), "both");
    EXPECT_EQ(known(message("Juliet@example.net/b", "echo.example.com")), "to");
    EXPECT_EQ(known(message("juliet@example.net/b", "echo.example.com", "a &amp; b")), "both") << "text was edited";
    EXPECT_EQ(known(message("@", "echo.example.com")), "to");
    EXPECT_EQ(known(message("", "echo.example.com")), "to");
    // Now what was the same in all stanzas so far differs.
    EXPECT_EQ(known(message("juliet@example.net/b", "Echo.example.com")), "from");
    EXPECT_EQ(known(message("juliet@example.net/b", "other.example.com")), "both");
    EXPECT_EQ(known(message("juliet@example.net/b", "")), "from");
    EXPECT_EQ(reader_.recognized() - before, 8U);
}

TEST_F(KnownAddresses, an_address_that_is_never_prepared_never_becomes_known) {
    for (int i = 0; i < 400; ++i) ASSERT_EQ(known(message("Juliet@example.net", "ECHO.example.com")), "neither") << i;
    EXPECT_GT(reader_.recognized(), 300U);
}

TEST_F(KnownAddresses, a_stanza_that_comes_in_pieces_is_as_well_known) {
    constexpr std::string_view stanza =
        "<message from='juliet@example.net/b' to='Echo.example.com' id='1'><body>a &lt; b</body></message>";
    for (std::size_t cut = 1; cut < stanza.size(); ++cut) {
        read(stanza.substr(0, cut));
        ASSERT_EQ(known(read(stanza.substr(cut))), "from") << cut;
    }
}

// Only the stanza's own: what `to` means in another element is not ours to know.
TEST_F(KnownAddresses, nothing_is_known_of_what_stands_inside) {
    for (int i = 0; i < 400; ++i) {
        const Element element = message("juliet@example.net", "echo.example.com");
        const Block& block = *element.block();
        for (Index at = block.nodes[2].first_attribute; at != 0; at = block.attributes[at].next)
            ASSERT_EQ(block.attributes[at].sound_value, 0U) << i;
    }
}

}  // namespace
}  // namespace rondel::xml
