// The usual answers: a message with a body, and the empty result of an iq, both between addresses that are known to be
// such. They differ in nothing but their values: so their trees are copied from moulds, and the values put in, which
// are written as they will stand on the stream (docs/decisions/0019-answers-from-moulds.md). In line, as an answer is
// made for every message echoed. Not for other floors.
#pragma once

#include "rondel/stanza/pen.hpp"
#include "rondel/stanza/stanza.hpp"
#include "rondel/xml/block_cache.hpp"

#include <cstring>

namespace rondel::mould {

using xml::Attribute;
using xml::Block;
using xml::Common;
using xml::Index;
using xml::Node;
using xml::Span;

constexpr Attribute attribute(Common which, Index next) {
    const bool address = which == Common::to || which == Common::from;
    return {.name = Block::name_of(which), .next = next, .sound_name = 1, .plain_value = 1, .sound_value = address};
}

inline constexpr Index body = Block::root + 1;
inline constexpr Node message[] = {{.name = Block::word("message"),
                                    .first_child = body,
                                    .last_child = body,
                                    .first_attribute = 1,
                                    .ns = Block::stanzas,
                                    .sound_name = 1},
                                   {.name = Block::word("body"), .ns = Block::stanzas, .sound_name = 1}};
inline constexpr Attribute of_message[] = {attribute(Common::to, 2), attribute(Common::from, 3),
                                           attribute(Common::type, 0)};

inline constexpr Node iq[] = {{.name = Block::word("iq"), .first_attribute = 1, .ns = Block::stanzas, .sound_name = 1}};
inline constexpr Attribute of_iq[] = {attribute(Common::to, 2), attribute(Common::from, 3), attribute(Common::id, 4),
                                      attribute(Common::type, 0)};

// Both belong to a new block, in which the root comes first.
template <std::size_t size>
inline void pour(const Node (&tree)[size], Block& to) {
    std::memcpy(static_cast<void*>(to.nodes.add(size)), tree, sizeof tree);
}
template <std::size_t size>
inline Attribute* pour(const Attribute (&root)[size], Block& to) {
    to.last_attribute_of = Block::root;
    to.last_attribute = size;
    return static_cast<Attribute*>(std::memcpy(static_cast<void*>(to.attributes.add(size)), root, sizeof root));
}

inline constexpr std::size_t most_markup = 64;  // said below, in one answer

// Of so many bytes, and what was said last but for its quote.
inline Span last_value(const Pen& pen, std::uint32_t size) { return xml::whole_span(pen.at() - 1 - size, size); }

// How a root that is made here is written. Part by part, as a whole that is put together elsewhere and copied makes the
// processor wait (decision 16).
[[gnu::always_inline]] inline void know(Block& block, Span start, Span open, Index text, Span close) {
    block.as_written.start = start;
    block.as_written.more = {};
    block.as_written.open = open;
    block.as_written.text = text;
    block.as_written.close = close;
}

// An echo's text, which is that of a node received, whose `written` is not 0: what is known of it is known again.
struct Echoed {
    [[gnu::always_inline]] void put(const Pen& pen, Block& block) const {
        pen.done(block);
        block.take_text(body, from, node);
    }
    const Block& from;
    Index node;
    std::size_t size = std::size_t{from.nodes[node].text.size} + from.nodes[node].written;  // at most
};

// Any other text, which is looked at as it is copied.
struct Said {
    void put(const Pen& pen, Block& block) const {
        pen.done(block);
        block.take_text(body, text);
        if (block.nodes[body].written == 0) block.as_written.start = {};
    }
    std::string_view text;
    std::size_t size = text.size();
};

// Behind the first one's quote.
[[gnu::always_inline]] inline void say_addresses(Pen& pen, Attribute* attributes, const Block& received,
                                                 const Attribute& to, const Attribute& from) {
    attributes[0].value = pen.copy(to.value, received);
    pen.say("' from='");
    attributes[1].value = pen.copy(from.value, received);
}

// The answer to a message of type chat, or to one without a type.
template <class Body>
[[gnu::always_inline]] inline Element answer(const Block& received, const Attribute& to, const Attribute& from,
                                             bool chat, const Body& text) {
    xml::BlockPtr made = xml::block_from_cache();
    Block& block = *made;
    Pen pen(block, std::size_t{to.value.size} + from.value.size + most_markup + text.size);
    pour(message, block);
    Attribute* const attributes = pour(of_message, block);
    pen.say("<message to='");
    say_addresses(pen, attributes, received, to, from);
    if (chat) {
        pen.say("' type='chat'");
        attributes[2].value = last_value(pen, 4);
        block.common = {1, 2, 0, 3};
    } else {
        pen.say("'");
        attributes[1].next = 0;
        block.attributes.shrink(3);
        block.last_attribute = 2;
        block.common = {1, 2, 0, 0};
    }
    know(block, pen.said(), Block::word("><body>"), body, Block::word("</body></message>"));
    text.put(pen, block);
    return Element(std::move(made));
}

// The result of a query, with nothing in it.
[[gnu::always_inline]] inline Element result(const Block& received, const Attribute& to, const Attribute& from,
                                             const Attribute& id) {
    xml::BlockPtr made = xml::block_from_cache();
    Block& block = *made;
    Pen pen(block, std::size_t{to.value.size} + from.value.size + id.value.size + most_markup);
    pour(iq, block);
    Attribute* const attributes = pour(of_iq, block);
    pen.say("<iq to='");
    say_addresses(pen, attributes, received, to, from);
    pen.say("' id='");
    attributes[2].value = pen.copy(id.value, received);
    pen.say("' type='result'");
    attributes[3].value = last_value(pen, 6);
    block.common = {1, 2, 3, 4};
    know(block, pen.said(), Block::word("/>"), 0, {});
    pen.done(block);
    return Element(std::move(made));
}

// Whether both are there, and known to be addresses, with nothing to escape.
inline bool are_known(const Attribute& address, const Attribute& other) {
    return (address.plain_value & address.sound_value & other.plain_value & other.sound_value) != 0;
}

}  // namespace rondel::mould
