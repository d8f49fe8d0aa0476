#include "rondel/xml/block.hpp"

#include "rondel/xml/block_cache.hpp"
#include "rondel/xml/scan.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

namespace rondel::xml {

namespace {

constexpr std::size_t most_searched = 16;  // namespaces of one block

// The cache is gone before the last of its thread's blocks may be: a stanza may be dropped by another thread_local's
// destructor. Then it is simply freed.
struct CacheOwner {
    BlockCache cache;
    CacheOwner() { BlockCache::here = &cache; }
    ~CacheOwner() {
        BlockCache::here = nullptr;
        for (std::size_t i = 0; i < cache.count; ++i) delete cache.blocks[i];
    }
};

[[gnu::noinline, gnu::cold]] BlockCache* first_cache() {
    thread_local CacheOwner owner;
    return BlockCache::here;
}

[[gnu::noinline, gnu::cold]] void drop(const Block* block) { delete block; }

}  // namespace

constinit thread_local BlockCache* BlockCache::here = nullptr;

Block::Block() {
    nodes.reserve(16);
    attributes.reserve(16);
    namespaces.reserve(8);
    text.reserve(1024);
    text.append(words);
    namespaces.push_back(Span{});
    namespaces.push_back(add_text(stanza_ns));
    namespaces.push_back(add_text(xml_ns));
    nodes.push_back({});
    attributes.push_back({});
}

Span Block::add_text(std::string_view piece) {
    const Span span{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(piece.size())};
    text.append(piece);
    return span;
}

std::uint32_t Block::intern_ns(std::string_view ns) {
    // Newest first: most elements share the namespace of their neighbour, and a stanza holds a handful of them.
    // Only a few are looked at: a peer may send thousands of different ones.
    const std::size_t oldest = namespaces.size() > most_searched ? namespaces.size() - most_searched : 0;
    for (std::size_t i = namespaces.size(); i-- > oldest;)
        if (view(namespaces[i]) == ns) return static_cast<std::uint32_t>(i);
    if (ns.empty()) return no_ns;
    if (ns == stanza_ns) return stanzas;
    if (ns == xml_ns) return xml;
    namespaces.push_back(add_text(ns));
    return static_cast<std::uint32_t>(namespaces.size() - 1);
}

void Block::link_child(Index parent, Index child) {
    nodes[child].next = 0;
    Node& above = nodes[parent];
    if (above.last_child == 0) {
        above.first_child = child;
    } else if (nodes[above.last_child].is_text() && nodes[child].is_text()) {
        extend(above.last_child, nodes[child].text);
        return;
    } else {
        nodes[above.last_child].next = child;
    }
    above.last_child = child;
}

// Text came before the first child: it gets a node of its own, so that the order of text and elements is kept.
void Block::text_gets_node(Index element) {
    const Index piece = new_node();
    nodes[piece].text = nodes[element].text;
    nodes[piece].written = std::exchange(nodes[element].written, 0);
    link_child(element, piece);
}

Attribute& Block::add_attribute(Index element, Span name, std::uint32_t ns, Span value) {
    const auto index = static_cast<Index>(attributes.size());
    Attribute& added = attributes.add();
    added.name = name;
    added.value = value;
    added.next = 0;
    added.ns = ns;
    added.sound_name = added.plain_value = added.sound_value = 0;
    if (element == root && ns == no_ns)
        if (const Common which = common_of(view(name)); which != Common::none)
            common[static_cast<std::size_t>(which)] = index;
    link_attribute(element, index);
    return added;
}

void Block::link_attribute_far(Index element, Index index) {
    Index last = nodes[element].first_attribute;
    while (attributes[last].next != 0) last = attributes[last].next;
    attributes[last].next = index;
}

void Block::set_common(Common which, std::string_view value) {
    const Span stored = add_text(value);
    const Index index = common[static_cast<std::size_t>(which)];
    if (index == 0) return add_common(which, stored, false);
    Attribute& there = attributes[index];
    there.value = stored;
    there.plain_value = there.sound_value = 0;
}

void Block::append_text(Index element, std::string_view piece) {
    if (!piece.empty()) append_text(element, add_text(piece));
}

// Adds `piece` to the text of a node: in place where it can. A text that must move gets room to grow, so that many
// pieces cost linear time.
void Block::extend(Index index, Span piece) {
    Node& node = nodes[index];
    const std::uint32_t size = node.text.size + piece.size;
    node.written = 0;
    if (node.text.size == 0) {
        node.text = piece;
        return;
    }
    if (node.text.at + node.text.size != piece.at) {
        if (!node.text_has_room || size > std::bit_ceil(node.text.size)) {
            const auto at = static_cast<std::uint32_t>(text.size());
            text.resize(text.size() + std::bit_ceil(size));
            std::memcpy(text.data() + at, text.data() + node.text.at, node.text.size);
            node.text.at = at;
            node.text_has_room = 1;
        }
        std::memcpy(text.data() + node.text.at + node.text.size, text.data() + piece.at, piece.size);
    } else if (node.text_has_room && size > std::bit_ceil(node.text.size)) {
        node.text_has_room = 0;  // it has run over the end of its room, into the piece
    }
    node.text.size = size;
}

void Block::take_text(Index element, std::string_view piece) {
    static const Kernels& kernels = fastest_kernels();
    const char* const p = piece.data();
    const char* const end = p + piece.size();
    bool high = false;
    char* const to = text.room(piece.size());
    const char* const stop = kernels.copy_text(p, end, end, to, high);
    std::copy(stop, end, to + (stop - p));
    Node& node = nodes[element];
    node.text = {static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(piece.size())};
    node.written = stop == end && (!high || kernels.utf8(p, end) == end) ? node.text.size : 0;
    text.end_at(to + piece.size());
}

void Block::add_piece(Index element, Span piece) {
    if (piece.size == 0) return;
    if (const Index last = nodes[element].last_child; last == 0) {
        extend(element, piece);
    } else if (nodes[last].is_text()) {
        extend(last, piece);
    } else {
        const Index added = new_node();
        nodes[added].text = piece;
        link_child(element, added);
    }
}

void Block::join_pieces(Index element) {
    Span joined{static_cast<std::uint32_t>(text.size()), 0};
    Index pieces = 0;
    for (Index i = nodes[element].first_child; i != 0; i = nodes[i].next) {
        if (!nodes[i].is_text()) continue;
        nodes[element].text = nodes[i].text;
        ++pieces;
    }
    if (pieces < 2) return;
    for (Index i = nodes[element].first_child; i != 0; i = nodes[i].next)
        if (nodes[i].is_text()) text.append(view(nodes[i].text));
    joined.size = static_cast<std::uint32_t>(text.size()) - joined.at;
    nodes[element].text = joined;
}

void Block::append_text(Index element, Span piece) {
    if (piece.size == 0) return;
    const bool among_children = nodes[element].last_child != 0;
    add_piece(element, piece);
    if (among_children) extend(element, piece);
}

void BlockReturn::operator()(Block* block) const noexcept {
    BlockCache* const kept = BlockCache::here != nullptr ? BlockCache::here : first_cache();
    if (kept == nullptr || kept->count == BlockCache::most_blocks) [[unlikely]]
        return drop(block);
    const std::size_t bytes = block->bytes();
    block->kept_bytes = bytes <= BlockCache::small ? 0 : bytes;
    if (bytes > BlockCache::small) [[unlikely]] {
        if (bytes > BlockCache::most_bytes_each || kept->bytes + bytes > BlockCache::most_bytes) return drop(block);
        kept->bytes += bytes;
    }
    kept->blocks[kept->count++] = block;
}

BlockPtr new_block() { return block_from_cache(); }
// With the thread's first block its cache is made, so that nobody needs memory to drop one.
BlockPtr one_more_block() {
    if (BlockCache::here == nullptr) first_cache();
    return BlockPtr(new Block);
}

BlockPtr copy_block(const Block& block) {
    BlockPtr copy = new_block();
    copy->nodes = block.nodes;
    copy->attributes = block.attributes;
    copy->namespaces = block.namespaces;
    copy->text = block.text;
    copy->common = block.common;
    copy->as_written = block.as_written;
    copy->last_attribute_of = block.last_attribute_of;
    copy->last_attribute = block.last_attribute;
    return copy;
}

}  // namespace rondel::xml
