#include "rondel/stanza/envelope.hpp"

#include "rondel/stanza/stanza_error.hpp"

#include <stdexcept>

namespace rondel {

using xml::Block;
using xml::Span;

namespace {

// All fixed names of a stanza's root, put into the block by one append instead of five: a reply is built for every
// message echoed.
constexpr std::string_view words = "messagepresenceiqtofromidtype";

consteval std::uint32_t at(std::string_view word) { return static_cast<std::uint32_t>(words.find(word)); }

constexpr Span kinds[] = {{at("message"), 7}, {at("presence"), 8}, {at("iq"), 2}};
constexpr Span to_word{at("to"), 2};
constexpr Span from_word{at("from"), 4};
constexpr Span id_word{at("id"), 2};
constexpr Span type_word{at("type"), 4};

}  // namespace

Envelope Envelope::of(ElementView stanza, StanzaKind kind) {
    Envelope envelope{kind, {}, {}, {}, {}};
    const Block* block = stanza.block();
    if (block == nullptr) return envelope;
    for (xml::Index i = block->nodes[stanza.index()].first_attribute; i != 0; i = block->attributes[i].next) {
        const xml::Attribute& attribute = block->attributes[i];
        if (attribute.ns != Block::no_ns) continue;
        const std::string_view name = block->view(attribute.name);
        if (name == "to")
            envelope.to = block->view(attribute.value);
        else if (name == "id")
            envelope.id = block->view(attribute.value);
        else if (name == "from")
            envelope.from = block->view(attribute.value);
        else if (name == "type")
            envelope.type = block->view(attribute.value);
    }
    return envelope;
}

Element make_stanza(const Envelope& envelope) {
    xml::BlockPtr block = xml::new_block();
    const std::string_view id = envelope.id.value_or(std::string_view());
    const auto base = static_cast<std::uint32_t>(block->text.size());
    block->text.resize(base + words.size() + envelope.to.size() + envelope.from.size() + id.size() +
                       envelope.type.size());
    char* const text = block->text.data();
    std::uint32_t used = base;
    const auto put = [&](std::string_view piece) {
        const Span span{used, static_cast<std::uint32_t>(piece.size())};
        piece.copy(text + used, piece.size());
        used += span.size;
        return span;
    };
    const auto word = [&](Span span) { return Span{base + span.at, span.size}; };
    put(words);
    block->add_element(0, word(kinds[static_cast<int>(envelope.kind)]), Block::stanzas);
    block->nodes[Block::root].sound_name = 1;
    const auto set = [&](Span name, std::string_view value) {
        block->add_attribute(Block::root, word(name), Block::no_ns, put(value), true);
    };
    if (!envelope.to.empty()) set(to_word, envelope.to);
    if (!envelope.from.empty()) set(from_word, envelope.from);
    if (envelope.id) set(id_word, id);
    if (!envelope.type.empty()) set(type_word, envelope.type);
    return Element(std::move(block));
}

Element make_error(const Envelope& refused, const StanzaError& error) {
    if (refused.type == "error")
        throw std::logic_error("An error must not be answered with an error (RFC 6120 §8.3.1).");
    Envelope envelope = refused.back();
    envelope.id = refused.id;
    envelope.type = "error";
    Element answer = make_stanza(envelope);
    error.write(answer.append("error"));
    return answer;
}

std::optional<StanzaError> error_of(ElementView stanza) {
    if (stanza.attribute("type") != "error") return std::nullopt;
    return StanzaError::parse(stanza.child("error", xml::stanza_ns));
}

}  // namespace rondel
