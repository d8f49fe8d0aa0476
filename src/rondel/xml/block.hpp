// The memory of one element and everything in it: its text, and a tree of nodes whose names and values are spans of
// that text.
//
// A received stanza is one block; so is one that a handler builds. Spans are offsets, not pointers: a block may grow
// while it is built, and a deep copy is a few copies of flat memory. Blocks come from a cache of the thread and go back
// to that of the thread that drops them, so that the steady state of a service allocates nothing
// (docs/decisions/0001-one-block-per-stanza.md).
#pragma once

#include "rondel/xml/array.hpp"
#include "rondel/xml/bytes.hpp"
#include "rondel/xml/common_attributes.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace rondel::xml {

// Inside the library every stanza is in this namespace, whatever the stream calls it on the wire.
inline constexpr std::string_view stanza_ns = "jabber:client";

// The two that every document knows (Namespaces in XML 1.0 §3).
inline constexpr std::string_view xml_ns = "http://www.w3.org/XML/1998/namespace";
inline constexpr std::string_view xmlns_ns = "http://www.w3.org/2000/xmlns/";

struct Span {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
};

// What is stored in two parts and soon loaded as a whole makes the processor wait: so this goes as one word.
inline std::uint64_t word_of(Span span) { return std::bit_cast<std::uint64_t>(span); }
inline std::uint64_t word_of(std::uint64_t at, std::uint64_t size) {
    return std::endian::native == std::endian::little ? size << 32 | at : at << 32 | size;
}
inline Span whole_span(std::uint32_t at, std::uint32_t size) { return std::bit_cast<Span>(word_of(at, size)); }

using Index = std::uint32_t;  // into Block::nodes or Block::attributes; 0 is "none"

struct Node {
    Span name = {};  // local name of an element; empty: this is a text node
    Span text = {};  // a text node's text, or all text directly inside the element, joined
    Index next = 0;
    Index first_child = 0;  // an element that holds nothing but text has no children: its `text` is all
    Index last_child = 0;
    Index first_attribute = 0;
    // So many bytes is the text when it is written, nothing in it left to look for: those of the text itself, or, if
    // something had to be escaped, those that stand behind it. 0: nobody has looked.
    std::uint32_t written = 0;
    std::uint32_t ns : 30 = 0;            // index into Block::namespaces
    std::uint32_t text_has_room : 1 = 0;  // `text` was moved to grow: the next power of two bytes are its own
    std::uint32_t sound_name : 1 = 0;     // whoever made it knows that it is an NCName: a writer need not look again

    bool is_text() const { return name.size == 0; }
};

struct Attribute {
    Span name = {};  // local name
    Span value = {};
    Index next = 0;
    std::uint32_t ns : 29 = 0;          // 0 for the usual attribute without prefix
    std::uint32_t sound_name : 1 = 0;   // as above; and it is not xmlns
    std::uint32_t plain_value : 1 = 0;  // whoever made it knows that it is ASCII and holds nothing to be escaped
    std::uint32_t sound_value : 1 = 0;  // and that it is what it must be: of an address, that it is prepared (RFC 7622)
};

// A whole root as it is written on a stream of its own namespace, piece by piece
// (docs/decisions/0015-known-as-it-is-written.md).
struct AsWritten {
    Span start = {};  // of its start tag; empty: it is not known
    Span more = {};   // attributes that came later
    Span open = {};   // the end of the start tag, and what stands before the text
    Index text = 0;   // a node whose `written` is known; 0: there is none
    Span close = {};  // what stands behind it
};

// Owns: its memory.   Threads: one at a time; may be handed from one to another.
struct Block {
    static constexpr Index root = 1;
    static constexpr std::uint32_t no_ns = 0;
    static constexpr std::uint32_t stanzas = 1;         // index of stanza_ns in every block
    static constexpr std::uint32_t xml = 2;             // index of xml_ns in every block
    static consteval Span word(std::string_view name);  // one of the names that stand in every block: words, below
    static constexpr Span name_of(Common which);        // which is not none

    Block();
    Block(const Block&) = default;
    Block& operator=(const Block&) = delete;

    void clear();  // keeps the capacity

    std::string_view view(Span span) const { return {text.data() + span.at, span.size}; }
    bool holds(std::string_view view) const {  // a view of our own text, which may move when that grows
        const std::less_equal<> before;
        return before(text.data(), view.data()) && before(view.data() + view.size(), text.data() + text.size());
    }
    std::string_view ns_of(const Node& node) const { return view(namespaces[node.ns]); }
    Span written_span(const Node& node) const {  // of one whose `written` is not 0
        return {node.written == node.text.size ? node.text.at : node.text.at + node.text.size, node.written};
    }
    std::string_view written(const Node& node) const { return view(written_span(node)); }
    const Attribute& attribute_of_root(Common which) const {  // nobody, of whom nothing is known, if it has none
        return attributes[common[static_cast<std::size_t>(which)]];
    }
    std::optional<std::string_view> of_root(Common which) const {  // which is not none
        const Index index = common[static_cast<std::size_t>(which)];
        return index == 0 ? std::nullopt : std::optional(view(attributes[index].value));
    }

    // Building. All return indices that stay valid; views into `text` do not outlive the next call.
    Span add_text(std::string_view piece);
    std::uint32_t intern_ns(
        std::string_view ns);  // finds it among the newest, or adds it: the same one may be there twice
    Index add_element(Index parent, Span name, std::uint32_t ns);
    Attribute& add_attribute(Index element, Span name, std::uint32_t ns, Span value);
    [[gnu::hot]] void set_common(Common which, std::string_view value);  // of the root; which is not none
    // One that the root has not got; the value is in `text` already. `plain`: see Attribute.
    void add_common(Common which, Span value, bool plain);
    void append_text(Index element, std::string_view piece);
    void append_text(Index element, Span piece);  // already in `text`
    // Of one that has none yet; from another block.
    void take_text(Index element, const Block& from, Index source);
    // Of one that has none yet, too, and not a view of this block. It is looked at on its way, so that a writer need
    // not.
    void take_text(Index element, std::string_view piece);
    // For many pieces, as a reader has them: all of them first, the element's joined text once, when it is complete.
    void add_piece(Index element, Span piece);
    void join_pieces(Index element);
    // An element or text that is there already becomes the last child; text behind text becomes part of it.
    void link_child(Index parent, Index child);

    std::size_t bytes() const {  // memory held, for limits
        return nodes.capacity() * sizeof(Node) + attributes.capacity() * sizeof(Attribute) +
               namespaces.capacity() * sizeof(Span) + text.capacity();
    }

    Array<Node> nodes;            // [0] is nobody; [1] the root
    Array<Attribute> attributes;  // [0] is nobody
    Array<Span> namespaces;
    Bytes text;                                // begins with names and namespaces that every stanza needs
    std::array<Index, common_count> common{};  // the root's common attributes; 0: it has none of that name
    AsWritten as_written;                      // of the root as it is now: who changes anything forgets it
    std::size_t kept_bytes = 0;                // bytes() when it went to the cache; 0 for a small one
    Index last_attribute_of = 0;  // the element that got the last attribute, and which: appending stays O(1)
    Index last_attribute = 0;

  private:
    Index new_node();
    void extend(Index node, Span piece);
    void text_gets_node(Index element);
    void link_attribute(Index element, Index attribute);
    void link_attribute_far(Index element, Index attribute);
};

inline Index Block::new_node() {
    nodes.add() = {};
    return static_cast<Index>(nodes.size() - 1);
}

inline Index Block::add_element(Index parent, Span name, std::uint32_t ns) {
    if (parent != 0 && nodes[parent].first_child == 0 && nodes[parent].text.size != 0) text_gets_node(parent);
    const auto index = static_cast<Index>(nodes.size());
    nodes.add() = {.name = name, .ns = ns};
    if (parent != 0) {
        Node& above = nodes[parent];
        (above.last_child == 0 ? above.first_child : nodes[above.last_child].next) = index;
        above.last_child = index;
    }
    return index;
}

// In every block, so that who makes a stanza need not put them there: names, and the markup of an answer.
inline constexpr std::string_view words = "messagepresenceiqtofromidtypebody/>><body></body></message>";

consteval Span Block::word(std::string_view name) {
    return {static_cast<std::uint32_t>(words.find(name)), static_cast<std::uint32_t>(name.size())};
}

constexpr Span Block::name_of(Common which) {
    constexpr Span names[common_count] = {word("to"), word("from"), word("id"), word("type")};
    return names[static_cast<std::size_t>(which)];
}

// Behind those that the element has.
inline void Block::link_attribute(Index element, Index index) {
    if (nodes[element].first_attribute == 0) {
        nodes[element].first_attribute = index;
    } else if (last_attribute_of == element) {
        attributes[last_attribute].next = index;
    } else {
        link_attribute_far(element, index);
    }
    last_attribute_of = element;
    last_attribute = index;
}

[[gnu::always_inline]] inline void Block::add_common(Common which, Span value, bool plain) {
    const auto added = static_cast<Index>(attributes.size());
    attributes.add() = {.name = name_of(which), .value = value, .sound_name = 1, .plain_value = plain};
    common[static_cast<std::size_t>(which)] = added;  // not before there is one: memory may have ended
    link_attribute(root, added);
}

[[gnu::always_inline]] inline void Block::take_text(Index element, const Block& from, Index source) {
    const Node& taken = from.nodes[source];
    const std::uint32_t behind = taken.written == taken.text.size ? 0 : taken.written;
    const std::size_t size = taken.text.size + behind;
    nodes[element].text = whole_span(static_cast<std::uint32_t>(text.size()), taken.text.size);
    text.end_at(put_text(text.room(size), from.text.data() + taken.text.at, size));
    nodes[element].written = taken.written;
}

inline void Block::clear() {  // the words and the two namespaces stay
    nodes.shrink(1);
    attributes.shrink(1);
    namespaces.shrink(3);
    text.shrink(words.size() + stanza_ns.size() + xml_ns.size());
    common = {};
    as_written.start = {};
    last_attribute_of = last_attribute = 0;
}

struct BlockReturn {
    [[gnu::hot]] void operator()(Block* block) const noexcept;
};
using BlockPtr = std::unique_ptr<Block, BlockReturn>;

[[gnu::hot]] BlockPtr new_block();
BlockPtr copy_block(const Block& block);

}  // namespace rondel::xml
