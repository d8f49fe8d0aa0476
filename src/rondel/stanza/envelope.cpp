#include "rondel/stanza/envelope.hpp"

#include "rondel/stanza/stanza_error.hpp"

#include <stdexcept>

namespace rondel {

using xml::Block;
using xml::Common;
using xml::Span;

namespace {

constexpr xml::Attribute nothing_known{.name = {}, .value = {}, .sound_name = 1};
constexpr xml::Attribute plain{.name = {}, .value = {}, .sound_name = 1, .plain_value = 1};

constexpr Span kinds[] = {Block::word("message"), Block::word("presence"), Block::word("iq")};

}  // namespace

Envelope Envelope::of(ElementView stanza, StanzaKind kind) {
    Envelope envelope;
    envelope.kind = kind;
    const Block* const block = stanza.block();
    if (block == nullptr) return envelope;
    const auto take = [block](Common which, std::string_view& text) -> const xml::Attribute* {
        const xml::Index index = block->common[static_cast<std::size_t>(which)];
        if (index == 0) return nullptr;
        text = block->view(block->attributes[index].value);
        return &block->attributes[index];
    };
    envelope.known_to = take(Common::to, envelope.to);
    envelope.known_from = take(Common::from, envelope.from);
    take(Common::type, envelope.type);
    std::string_view id;
    if ((envelope.known_id = take(Common::id, id)) != nullptr) envelope.id = id;
    return envelope;
}

// Straight into the block: a reply is made for every message echoed.
Element make_stanza(const Envelope& envelope) {
    xml::BlockPtr block = xml::new_block();
    block->add_element(0, kinds[static_cast<int>(envelope.kind)], Block::stanzas);
    block->nodes[Block::root].sound_name = 1;
    const std::string_view id = envelope.id.value_or(std::string_view());
    char* to = block->text.room(envelope.to.size() + envelope.from.size() + id.size() + envelope.type.size());
    auto at = static_cast<std::uint32_t>(block->text.size());
    const auto set = [&](Common which, Span name, std::string_view value, const xml::Attribute* known)
        __attribute__((always_inline)) {
        const auto index = static_cast<xml::Index>(block->attributes.size());
        block->common[static_cast<std::size_t>(which)] = index;
        xml::Attribute& added = block->attributes.add();
        added = known != nullptr ? *known : nothing_known;
        added.name = name;
        added.value = {at, static_cast<std::uint32_t>(value.size())};
        added.next = index + 1;  // the last one's is put right at the end
        to = xml::copy_text(to, value.data(), value.size());
        at += added.value.size;
    };
    if (!envelope.to.empty()) set(Common::to, Block::word("to"), envelope.to, envelope.known_to);
    if (!envelope.from.empty()) set(Common::from, Block::word("from"), envelope.from, envelope.known_from);
    if (envelope.id) set(Common::id, Block::word("id"), id, envelope.known_id);
    if (!envelope.type.empty()) set(Common::type, Block::word("type"), envelope.type, &plain);
    block->text.end_at(to);
    if (const auto last = static_cast<xml::Index>(block->attributes.size() - 1); last != 0) {
        block->attributes[last].next = 0;
        block->nodes[Block::root].first_attribute = 1;
        block->last_attribute_of = Block::root;
        block->last_attribute = last;
    }
    return Element(std::move(block));
}

xml::Index add_body(Block& stanza) {
    const xml::Index body = stanza.add_element(Block::root, Block::word("body"), Block::stanzas);
    stanza.nodes[body].sound_name = 1;
    return body;
}

Element make_error(const Envelope& refused, const StanzaError& error) {
    if (refused.type == "error")
        throw std::logic_error("An error must not be answered with an error (RFC 6120 §8.3.1).");
    Envelope envelope = refused.back();
    envelope.take_id(refused);
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
