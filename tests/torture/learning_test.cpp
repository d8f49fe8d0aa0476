// F10: memory ends while a reader learns what stanzas look like. It reads on, that one and those like it.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <string>

#include "tests/torture/scarce_memory.hpp"
#include <gtest/gtest.h>

namespace rondel::torture {
namespace {

constexpr std::string_view header =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
constexpr std::string_view stanza = "<message from='a@example.org' to='b'><body>x</body><y xmlns='urn:y'/></message>";
constexpr std::string_view stanza_in_its_namespace =
    "<message xmlns='jabber:client' from='a@example.org' to='b'><body>x</body><y xmlns='urn:y'/></message>";
constexpr int learned_from = 16;

xml::Element read(xml::Reader& reader) {
    std::string_view bytes = stanza;
    EXPECT_EQ(reader.next(bytes), xml::Reader::Step::element);
    return reader.element();
}

TEST(Torture, F10_a_reader_for_which_memory_ends_while_it_learns_reads_on) {
    std::size_t failed = 0;
    for (std::size_t number = 1;; ++number) {
        xml::Reader reader({});
        std::string_view bytes = header;
        ASSERT_EQ(reader.next(bytes), xml::Reader::Step::opened);
        for (int i = 1; i < learned_from; ++i) read(reader);
        fail_allocation(number);
        const xml::Element element = read(reader);
        const bool has = has_failed();
        fail_allocation(0);
        ASSERT_TRUE(same(element, *xml::parse_document(stanza_in_its_namespace)));
        ASSERT_TRUE(same(read(reader), element));
        ASSERT_EQ(reader.recognized(), has ? 0U : 1U);
        for (int i = 0; i < learned_from; ++i) read(reader);
        const std::uint64_t before = reader.recognized();
        ASSERT_TRUE(same(read(reader), element));
        ASSERT_EQ(reader.recognized(), before + 1) << "it learns when there is memory again";
        if (!has) break;
        ++failed;
    }
    EXPECT_GE(failed, 6U);
}

// The same where it makes values that never differ a part of what it compares: at the last of so many.
TEST(Torture, F10_a_reader_for_which_memory_ends_while_it_narrows_what_it_learned_reads_on) {
    constexpr int narrowed_at = 3 * 32;
    std::size_t failed = 0;
    for (std::size_t number = 1;; ++number) {
        xml::Reader reader({});
        std::string_view bytes = header;
        ASSERT_EQ(reader.next(bytes), xml::Reader::Step::opened);
        for (int i = 1; i < learned_from + narrowed_at; ++i) read(reader);
        ASSERT_EQ(reader.recognized(), narrowed_at - 1U);
        fail_allocation(number);
        const xml::Element element = read(reader);
        const bool has = has_failed();
        fail_allocation(0);
        ASSERT_TRUE(same(element, *xml::parse_document(stanza_in_its_namespace)));
        ASSERT_EQ(reader.recognized(), has ? 0U : narrowed_at);
        for (int i = 0; i < 2 * learned_from; ++i) ASSERT_TRUE(same(read(reader), element));
        EXPECT_GT(reader.recognized(), 0U);
        if (!has) break;
        ++failed;
    }
    EXPECT_GE(failed, 6U);
}

}  // namespace
}  // namespace rondel::torture
