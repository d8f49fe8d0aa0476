#include "rondel/xml/block.hpp"

#include "rondel/xml/block_cache.hpp"

#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

std::string_view text_of(const Block& block, Index node) { return block.view(block.nodes[node].text); }

// What stands directly inside: "[text]" for text, "<name>" for an element.
std::string content_of(const Block& block, Index element) {
    std::string out;
    for (Index i = block.nodes[element].first_child; i != 0; i = block.nodes[i].next)
        out += block.nodes[i].is_text() ? "[" + std::string(text_of(block, i)) + "]"
                                        : "<" + std::string(block.view(block.nodes[i].name)) + ">";
    return out;
}

TEST(Block, begins_with_the_namespaces_that_every_block_has) {
    Block block;
    EXPECT_EQ(block.view(block.namespaces[Block::no_ns]), "");
    EXPECT_EQ(block.view(block.namespaces[Block::stanzas]), "jabber:client");
    EXPECT_EQ(block.view(block.namespaces[Block::xml]), "http://www.w3.org/XML/1998/namespace");
    EXPECT_EQ(block.intern_ns("jabber:client"), Block::stanzas);
    EXPECT_EQ(block.intern_ns(""), Block::no_ns);
    const std::uint32_t added = block.intern_ns("urn:x");
    EXPECT_EQ(block.intern_ns("urn:x"), added);
    EXPECT_EQ(block.view(block.namespaces[added]), "urn:x");
}

TEST(Block, knows_its_own_namespaces_among_very_many) {
    Block block;
    for (int i = 0; i < 1000; ++i) block.intern_ns("urn:" + std::to_string(i));
    EXPECT_EQ(block.intern_ns("jabber:client"), Block::stanzas);
    EXPECT_EQ(block.intern_ns("http://www.w3.org/XML/1998/namespace"), Block::xml);
    EXPECT_EQ(block.intern_ns(""), Block::no_ns);
    EXPECT_EQ(block.view(block.namespaces[block.intern_ns("urn:3")]), "urn:3");  // perhaps once more
}

TEST(Block, text_alone_needs_no_node) {
    Block block;
    const Index a = block.add_element(0, block.add_text("a"), 0);
    EXPECT_EQ(a, Block::root);
    block.append_text(a, "one ");
    block.append_text(a, "");
    block.append_text(a, "two");
    EXPECT_EQ(text_of(block, a), "one two");
    EXPECT_EQ(content_of(block, a), "");
}

TEST(Block, text_among_elements_keeps_its_place_and_is_joined) {
    Block block;
    const Index a = block.add_element(0, block.add_text("a"), 0);
    block.append_text(a, "x");
    const Index b = block.add_element(a, block.add_text("b"), 0);
    block.append_text(b, "inner");
    block.append_text(a, "y");
    block.append_text(a, "z");
    block.add_element(a, block.add_text("c"), 0);
    block.append_text(a, "!");
    EXPECT_EQ(content_of(block, a), "[x]<b>[yz]<c>[!]");
    EXPECT_EQ(text_of(block, a), "xyz!");
    EXPECT_EQ(text_of(block, b), "inner");
}

TEST(Block, pieces_are_joined_when_asked) {
    Block block;
    const Index a = block.add_element(0, block.add_text("a"), 0);
    for (int i = 0; i < 3; ++i) {
        block.add_piece(a, block.add_text("p" + std::to_string(i)));
        block.add_element(a, block.add_text("b"), 0);
    }
    block.join_pieces(a);
    EXPECT_EQ(content_of(block, a), "[p0]<b>[p1]<b>[p2]<b>");
    EXPECT_EQ(text_of(block, a), "p0p1p2");
    const Index c = block.add_element(a, block.add_text("c"), 0);
    block.add_element(c, block.add_text("d"), 0);
    block.add_piece(c, block.add_text("only"));
    const std::size_t before = block.text.size();
    block.join_pieces(c);
    EXPECT_EQ(text_of(block, c), "only");
    EXPECT_EQ(block.text.size(), before);
}

// Text that is added piece by piece between elements must not be copied anew each time (V06, V08).
TEST(Block, V08_T_AMPL_many_pieces_take_linear_memory) {
    Block block;
    const Index a = block.add_element(0, block.add_text("a"), 0);
    constexpr std::size_t pieces = 20000;
    for (std::size_t i = 0; i < pieces; ++i) {
        block.append_text(a, "0123456789");
        if (i % 3 == 0) block.add_element(a, block.add_text("b"), 0);
    }
    EXPECT_EQ(block.nodes[a].text.size, pieces * 10);
    EXPECT_LT(block.text.size(), pieces * 10 * 10);
    const std::string_view all = text_of(block, a);
    for (std::size_t i = 0; i < all.size(); i += 10) ASSERT_EQ(all.substr(i, 10), "0123456789") << i;
}

TEST(Block, every_way_of_growing_gives_the_same_text) {
    for (unsigned pattern = 0; pattern < 1U << 10; ++pattern) {
        Block block;
        const Index a = block.add_element(0, block.add_text("a"), 0);
        std::string expected;
        for (unsigned i = 0; i < 10; ++i) {
            const std::string piece(1 + i % 4, static_cast<char>('a' + i));
            block.append_text(a, piece);
            expected += piece;
            if ((pattern >> i & 1) != 0) block.add_element(a, block.add_text("b"), 0);
            ASSERT_EQ(text_of(block, a), expected) << pattern;
        }
        std::string joined;
        for (Index i = block.nodes[a].first_child; i != 0; i = block.nodes[i].next)
            if (block.nodes[i].is_text()) joined += text_of(block, i);
        ASSERT_EQ(joined, pattern == 0 ? "" : expected) << pattern;
    }
}

TEST(Block, attributes_keep_their_order_whoever_comes_between) {
    Block block;
    const Index a = block.add_element(0, block.add_text("a"), 0);
    const Index b = block.add_element(a, block.add_text("b"), 0);
    for (const auto& [element, name] : {std::pair{a, "1"}, {b, "2"}, {a, "3"}, {a, "4"}, {b, "5"}, {a, "6"}})
        block.add_attribute(element, block.add_text(name), 0, block.add_text("v"));
    const auto names = [&](Index element) {
        std::string out;
        for (Index i = block.nodes[element].first_attribute; i != 0; i = block.attributes[i].next)
            out += block.view(block.attributes[i].name);
        return out;
    };
    EXPECT_EQ(names(a), "1346");
    EXPECT_EQ(names(b), "25");
}

TEST(Block, is_cleared_but_keeps_its_memory) {
    Block block;
    block.add_element(0, block.add_text(std::string(5000, 'a')), block.intern_ns("urn:x"));
    const std::size_t bytes = block.bytes();
    block.clear();
    EXPECT_EQ(block.nodes.size(), 1U);
    EXPECT_EQ(block.attributes.size(), 1U);
    EXPECT_EQ(block.namespaces.size(), 3U);
    EXPECT_EQ(block.view(block.namespaces[Block::xml]), "http://www.w3.org/XML/1998/namespace");
    EXPECT_EQ(block.bytes(), bytes);
}

TEST(BlockCache, gives_back_what_was_dropped_last) {
    const Block* first = nullptr;
    {
        const BlockPtr block = new_block();
        first = block.get();
        block->add_element(0, block->add_text("a"), 0);
    }
    const BlockPtr again = new_block();
    EXPECT_EQ(again.get(), first);
    EXPECT_EQ(again->nodes.size(), 1U);
    const BlockPtr copy = copy_block(*again);
    EXPECT_NE(copy.get(), first);
    EXPECT_EQ(copy->text, again->text);
}

TEST(BlockCache, keeps_no_very_large_block) {
    BlockPtr block = new_block();
    block->text.reserve(4 << 20);
    block.reset();
    EXPECT_LT(new_block()->bytes(), 4U << 20);
}

TEST(BlockCache, keeps_the_block_of_a_long_message) {
    const Block* first = nullptr;
    {
        const BlockPtr block = new_block();
        first = block.get();
        block->text.append(16 * 1024, 'x');
    }
    EXPECT_EQ(new_block().get(), first);
}

TEST(BlockCache, keeps_so_many_bytes_in_all) {
    std::vector<BlockPtr> made;
    for (int i = 0; i < 200; ++i) {
        made.push_back(new_block());
        made.back()->text.reserve(100 * 1024);
    }
    made.clear();
    std::size_t kept = 0;
    for (int i = 0; i < 200; ++i) {
        made.push_back(new_block());
        kept += made.back()->text.capacity() > 50 * 1024 ? 1 : 0;
    }
    EXPECT_GT(kept, 10u);
    EXPECT_LE(kept, 42u);
}

TEST(BlockCache, takes_blocks_of_other_threads_and_of_threads_that_end) {
    std::vector<BlockPtr> made;
    std::thread([&] {
        for (int i = 0; i < 10; ++i) made.push_back(new_block());
    }).join();
    made.clear();
    std::thread([] {
        static thread_local std::vector<BlockPtr> kept;  // dropped when the thread ends, before or after its cache
        for (int i = 0; i < 10; ++i) kept.push_back(new_block());
    }).join();
}

// Its maker may have memory when nobody has any where it is dropped.
TEST(BlockCache, is_there_from_the_first_block_on) {
    std::thread([] {
        EXPECT_EQ(BlockCache::here, nullptr);
        const BlockPtr first = new_block();
        EXPECT_NE(BlockCache::here, nullptr);
    }).join();
}

TEST(BlockCache, keeps_no_more_than_its_bytes_of_large_blocks_and_its_number_of_small_ones) {
    std::thread([] {
        const auto drop = [](int count, std::size_t bytes) {
            std::vector<BlockPtr> made;
            for (int i = 0; i < count; ++i) {
                made.push_back(new_block());
                made.back()->text.reserve(bytes);
            }
        };
        drop(5, 1024 * 1024);
        EXPECT_EQ(BlockCache::here->count, 3u);  // each is a little more than a quarter
        drop(2000, 0);
        EXPECT_EQ(BlockCache::here->count, BlockCache::most_blocks);
        EXPECT_LE(BlockCache::here->bytes, BlockCache::most_bytes);
        drop(1, BlockCache::most_bytes);
        EXPECT_LE(BlockCache::here->bytes, BlockCache::most_bytes);
    }).join();
}

}  // namespace
}  // namespace rondel::xml
