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
    for (const xml::AttributeView attribute : stanza.attributes()) {
        if (!attribute.ns.empty()) continue;
        if (attribute.name == "to")
            envelope.to = attribute.value;
        else if (attribute.name == "from")
            envelope.from = attribute.value;
        else if (attribute.name == "type")
            envelope.type = attribute.value;
        else if (attribute.name == "id")
            envelope.id = attribute.value;
    }
    return envelope;
}

Element make_stanza(const Envelope& envelope) {
    xml::BlockPtr block = xml::new_block();
    const Span base = block->add_text(words);
    const auto word = [&](Span span) { return Span{base.at + span.at, span.size}; };
    block->add_element(0, word(kinds[static_cast<int>(envelope.kind)]), Block::stanzas);
    const auto set = [&](Span name, std::string_view value) {
        block->add_attribute(Block::root, word(name), Block::no_ns, block->add_text(value));
    };
    if (!envelope.to.empty()) set(to_word, envelope.to);
    if (!envelope.from.empty()) set(from_word, envelope.from);
    if (envelope.id) set(id_word, *envelope.id);
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
