// What is the same in every stanza becomes a part of what is compared: that must show nowhere but in what it costs,
// also where it then differs after all.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/scan.hpp"
#include "rondel/xml/shapes.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/support/kernels.hpp"
#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

constexpr std::string_view header =
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32'>";
constexpr int until_learned = 16;
constexpr int until_narrow = 4 * static_cast<int>(Shapes::looked_at);  // stanzas that are recognized

struct Read {
    std::vector<std::string> elements;
    std::error_code error;
    std::size_t pending = 0;
    bool operator==(const Read&) const = default;
};

// The text lies in memory of its own, so that who looks beside it is found out.
Read read_on(Reader& reader, std::string_view given) {
    const auto alone = std::make_unique<char[]>(given.size());
    std::copy(given.begin(), given.end(), alone.get());
    std::string_view text(alone.get(), given.size());
    Read read;
    for (;;) switch (reader.next(text)) {
            case Reader::Step::element:
                read.elements.push_back(to_string(reader.element()));
                break;
            case Reader::Step::opened:
                break;
            case Reader::Step::failed:
                read.error = reader.error();
                return read;
            default:
                read.pending = reader.pending_bytes();
                return read;
        }
}

Read read_by_one_who_knows_none(std::string_view text) {
    Reader reader(Limits{});
    read_on(reader, header);
    return read_on(reader, text);
}

std::string message(int number, std::string_view to, std::string_view type = "chat") {
    const std::string n = std::to_string(number);
    return "<message from='u" + n + "@example.net/home' to='" + std::string(to) + "' type='" + std::string(type) +
           "' id='i" + n + "'><body>No. " + n + "</body><origin-id xmlns='urn:xmpp:sid:0' id='o" + n + "'/></message>";
}

constexpr std::string_view us = "echo.example.com";

// A reader that has been told so much by many, to the one address, that it has a narrow shape.
std::unique_ptr<Reader> one_who_knows(const Kernels& kernels = fastest_kernels()) {
    auto reader = std::make_unique<Reader>(Limits{}, std::string_view(), kernels);
    read_on(*reader, header);
    for (int i = 0; i < until_learned + until_narrow; ++i) read_on(*reader, message(i, us));
    EXPECT_EQ(reader->recognized(), static_cast<std::uint64_t>(until_narrow));
    return reader;
}

// Shapes without a reader around them: each stanza is offered as Tree does it.
class Learning {
  public:
    Learning() { read_on(reader_, header); }
    void learn(const std::string& stanza) { shapes.learn(stanza, *read(stanza).block()); }
    bool is_recognized(const std::string& stanza) {
        const Shape* shape = &shapes.latest();
        bool is = goes_through(*shape, stanza);
        if (!is && (shape = shapes.wider(*shape)) != nullptr) is = goes_through(*shape, stanza);
        if (!is) return false;
        shapes.used(*shape);
        if (shapes.uses() % Shapes::looked_at == 0) shapes.look(stanza, *read(stanza).block());
        return true;
    }
    bool is_literal(std::string_view text) const {  // of what is tried first
        return std::string_view(shapes.latest().bytes).find(text) != std::string_view::npos;
    }

    Shapes shapes;

  private:
    Element read(std::string_view stanza) {
        EXPECT_EQ(reader_.next(stanza), Reader::Step::element);
        return reader_.element();
    }
    // Values here hold no quote and no '<'.
    static bool goes_through(const Shape& shape, const std::string& stanza) {
        const char* p = stanza.data();
        const char* const end = p + stanza.size();
        for (std::size_t i = 0;; ++i) {
            if (!shape.says<PortableLook>(shape.literals[i], p, end)) return false;
            p += shape.literals[i].size;
            if (i == shape.values()) return p == end;
            while (p != end && *p != '\'' && *p != '<') ++p;
        }
    }
    Reader reader_{Limits{}};
};

TEST(NarrowShapes, hold_what_is_the_same_in_every_stanza) {
    Learning learning;
    learning.learn(message(0, us));
    EXPECT_FALSE(learning.is_literal(us));
    for (int i = 1; i <= until_narrow; ++i) ASSERT_TRUE(learning.is_recognized(message(i, us)));
    EXPECT_TRUE(learning.is_literal("' to='echo.example.com' type='chat' id='"));
    EXPECT_FALSE(learning.is_literal("u1"));
    EXPECT_EQ(learning.shapes.latest().named.size(), 5U);
    EXPECT_EQ(learning.shapes.latest().values(), 4U) << "from, id, the body, and the origin's id";
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(learning.is_recognized(message(i, us)));
    EXPECT_TRUE(learning.is_literal(us)) << "it stays";
}

TEST(NarrowShapes, are_given_up_where_the_value_differs_after_all) {
    Learning learning;
    learning.learn(message(0, us));
    for (int i = 1; i <= until_narrow; ++i) ASSERT_TRUE(learning.is_recognized(message(i, us)));
    ASSERT_TRUE(learning.is_literal(us));
    ASSERT_TRUE(learning.is_recognized(message(0, "bot@echo.example.com")));
    EXPECT_TRUE(learning.is_literal(us)) << "one does not count";
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(learning.is_recognized(message(i, "b" + std::to_string(i))));
    EXPECT_FALSE(learning.is_literal(us));
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(learning.is_recognized(message(i, us)));
    EXPECT_FALSE(learning.is_literal(us)) << "not tried again at once";
    for (int i = 0; i < 2 * until_narrow; ++i) ASSERT_TRUE(learning.is_recognized(message(i, us)));
    EXPECT_TRUE(learning.is_literal(us)) << "but later";
}

TEST(NarrowShapes, are_not_made_of_what_differs) {
    Learning learning;
    learning.learn(message(0, "b0", "0"));
    for (int i = 1; i <= 10 * until_narrow; ++i) {
        const std::string n = std::to_string(i);
        ASSERT_TRUE(learning.is_recognized(message(i, "b" + n, n)));
        ASSERT_EQ(learning.shapes.latest().values(), 6U);
    }
}

TEST(NarrowShapes, another_value_is_read_as_ever) {
    const auto reader = one_who_knows();
    for (const std::string_view to : {"", "e", "echo.example.co", "echo.example.comm", "bot@echo.example.com/x"})
        for (const std::string_view type : {"chat", "cha", "headline", ""}) {
            const std::uint64_t before = reader->recognized();
            const std::string stanza = message(7, to, type);
            EXPECT_EQ(read_on(*reader, stanza), read_by_one_who_knows_none(stanza));
            EXPECT_EQ(reader->recognized(), before + 1) << stanza;
        }
}

// As in shapes_test.cpp, of a reader that has a narrow shape.
TEST(NarrowShapes, any_other_stanza_is_read_as_ever) {
    const std::string stanza = message(5, us);
    for (const Kernels* const kernels : all_kernels()) {
        auto reader = one_who_knows(*kernels);
        const auto compare = [&](const std::string& text) {
            const Read read = read_on(*reader, text);
            ASSERT_EQ(read, read_by_one_who_knows_none(text)) << text;
            if (read.error || read.pending != 0) reader = one_who_knows(*kernels);
        };
        // Whatever is looked at last is looked at in another way near the end of the input.
        for (const std::string_view behind : {std::string_view(), std::string_view(stanza)})
            for (std::size_t i = 0; i < stanza.size(); ++i) {
                for (const char other : std::string("<&'\"x\n") + '\0')
                    compare(std::string(stanza).replace(i, 1, 1, other).append(behind));
                compare(std::string(stanza).erase(i, 1).append(behind));
                compare(std::string(stanza).insert(i, 1, stanza[i]).append(behind));
            }
    }
}

// The sizes at which a look, and what is looked at before a text is copied instead, ends.
TEST(NarrowShapes, values_and_texts_of_any_size_are_read_as_ever) {
    for (const Kernels* const kernels : all_kernels()) {
        const auto reader = one_who_knows(*kernels);
        for (std::size_t size = 0; size < 1400; size += size < 300 ? 1 : 37)
            for (const std::string_view end : {"", "&amp;", "\xC3\xBC", "\n"}) {
                std::string stanza = message(5, us);
                stanza.insert(stanza.find("' to="), std::string(size, 'r'));
                stanza.insert(stanza.find("</body>"), std::string(size, 'b') + std::string(end));
                ASSERT_EQ(read_on(*reader, stanza), read_by_one_who_knows_none(stanza)) << size;
                stanza += message(6, us);
                ASSERT_EQ(read_on(*reader, stanza), read_by_one_who_knows_none(stanza)) << size;
            }
        EXPECT_GT(reader->recognized(), 1000U);
    }
}

// All that a block says of a stanza, one line for each node and attribute.
std::string told(const Block& block) {
    std::string all;
    for (std::size_t i = Block::root; i < block.nodes.size(); ++i) {
        const Node& node = block.nodes[i];
        all += std::string(block.view(node.name)) + " of " + std::string(block.ns_of(node)) + ": '" +
               std::string(block.view(node.text)) + "'";
        for (const std::uint32_t number : {node.next, node.first_child, node.last_child, node.first_attribute,
                                           node.written, node.text_has_room + 0U, node.sound_name + 0U})
            all += ' ' + std::to_string(number);
        all += '\n';
    }
    for (std::size_t i = 1; i < block.attributes.size(); ++i) {
        const Attribute& attribute = block.attributes[i];
        all += std::string(block.view(attribute.name)) + " = '" + std::string(block.view(attribute.value)) + "'";
        for (const std::uint32_t number : {attribute.next, attribute.ns + 0U, attribute.sound_name + 0U,
                                           attribute.plain_value + 0U, attribute.sound_value + 0U})
            all += ' ' + std::to_string(number);
        all += '\n';
    }
    for (const Index common : block.common) all += std::to_string(common) + ' ';
    return all;
}

Element read_one(Reader& reader, std::string_view stanza) {
    EXPECT_EQ(reader.next(stanza), Reader::Step::element);
    return reader.element();
}

TEST(NarrowShapes, make_the_same_of_a_stanza_as_reading_does) {
    for (const Kernels* const kernels : all_kernels()) {
        const auto knows = one_who_knows(*kernels);
        Reader reads(Limits{}, std::string_view(), *kernels);
        read_on(reads, header);
        for (const std::string_view to : {us, std::string_view("somebody@else.example")})
            for (const std::string& text :
                 {std::string(), std::string("x"), std::string("1 &lt; 2"), std::string(70, 'y'),
                  std::string("\xC3\xBC\r\n&#65;"), std::string(1500, 'z')}) {
                std::string stanza = message(77, to);
                const std::size_t at = stanza.find("No. 77");
                stanza.replace(at, 6, text);
                const std::uint64_t before = knows->recognized();
                EXPECT_EQ(told(*read_one(*knows, stanza + message(78, us)).block()),
                          told(*read_one(reads, stanza + message(78, us)).block()));
                EXPECT_EQ(knows->recognized(), before + 1) << stanza;
            }
    }
}

TEST(NarrowShapes, T_SPLIT_a_stanza_that_is_cut_comes_at_its_last_byte) {
    const auto reader = one_who_knows();
    const std::string stanza = message(8, us);
    const Read whole = read_by_one_who_knows_none(stanza);
    for (std::size_t cut = 1; cut < stanza.size(); ++cut) {
        EXPECT_TRUE(read_on(*reader, std::string_view(stanza).substr(0, cut)).elements.empty());
        EXPECT_EQ(read_on(*reader, std::string_view(stanza).substr(cut)), whole) << "cut at " << cut;
    }
}

TEST(NarrowShapes, V06_limits_hold) {
    const auto reader = one_who_knows();
    Limits limits;
    limits.attributes = 3;
    reader->limits(limits);
    EXPECT_EQ(read_on(*reader, message(8, us)).error, ReadError::too_many_attributes);
}

// A text that is looked at more closely, behind which the narrow shape turns out to be the wrong one.
TEST(NarrowShapes, what_was_read_of_a_text_is_forgotten_when_the_wide_one_is_tried) {
    Reader reader(Limits{});
    read_on(reader, header);
    const auto stanza = [](int number, std::string_view by) {
        return "<message from='u" + std::to_string(number) + "@x'><body>" + std::string(70, 'b') +
               "&lt;&#65;\r\n\xC3\xBC</body><y xmlns='urn:y' by='" + std::string(by) + "'/></message>";
    };
    for (int i = 0; i < until_learned + until_narrow; ++i) read_on(reader, stanza(i, "server"));
    const std::uint64_t before = reader.recognized();
    const std::string other = stanza(1, "somebody else");
    EXPECT_EQ(read_on(reader, other), read_by_one_who_knows_none(other));
    EXPECT_EQ(reader.recognized(), before + 1);
}

// Twenty kinds of stanzas, of addresses that come in waves, so that narrow shapes come, miss, go, and make room.
TEST(NarrowShapes, any_mixture_is_read_as_ever) {
    std::mt19937 random(20261121);
    const auto one_of = [&](unsigned count) { return static_cast<int>(random() % count); };
    auto reader = std::make_unique<Reader>(Limits{});
    read_on(*reader, header);
    for (int i = 0; i < 6000; ++i) {
        const int kinds = i % 2000 < 1000 ? 3 : 20;
        const int addresses = i % 700 < 350 ? 1 : 4;
        std::string stanza = message(one_of(1000), "bot" + std::to_string(one_of(static_cast<unsigned>(addresses))),
                                     one_of(20) == 0 ? "headline" : "chat");
        const std::string payload = "<p" + std::to_string(one_of(static_cast<unsigned>(kinds))) + " xmlns='urn:p' a='" +
                                    std::to_string(one_of(2)) + "'/></message>";
        stanza.replace(stanza.size() - 10, 10, payload);
        if (one_of(50) == 0) stanza.insert(stanza.find("</body>"), "&amp;\xC3\xA4");
        ASSERT_EQ(read_on(*reader, stanza), read_by_one_who_knows_none(stanza)) << stanza;
    }
    EXPECT_GT(reader->recognized(), 3000U);
}

}  // namespace
}  // namespace rondel::xml
