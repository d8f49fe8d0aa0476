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

// Puts a root together, one common attribute after the other, straight into a new block: an answer is made for every
// message echoed.
class Root {
  public:
    [[gnu::always_inline]] Root(StanzaKind kind, std::size_t text_bytes) : block_(xml::new_block()) {
        block_->nodes.add() = {.name = kinds[static_cast<int>(kind)], .ns = Block::stanzas, .sound_name = 1};
        to_ = block_->text.room(text_bytes);
        at_ = static_cast<std::uint32_t>(block_->text.size());
        next_ = block_->attributes.add(xml::common_count);
    }

    // Whose value is not longer than what there is room for, and known as that of `like` is.
    void add(Common which, std::string_view value, const xml::Attribute& like) {
        to_ = xml::copy_text(to_, value.data(), value.size());
        added(which, like, static_cast<std::uint32_t>(value.size()));
    }
    void add(Common which, const xml::Attribute& received, const Block& block) {  // of another block
        to_ = xml::put_text(to_, block.text.data() + received.value.at, received.value.size);
        added(which, received, received.value.size);
    }

    Element done() && {
        block_->text.end_at(to_);
        block_->attributes.shrink(1 + count_);
        if (count_ != 0) {
            next_[-1].next = 0;
            block_->nodes[Block::root].first_attribute = 1;
            block_->last_attribute_of = Block::root;
            block_->last_attribute = count_;
        }
        return Element(std::move(block_));
    }

  private:
    [[gnu::always_inline]] void added(Common which, const xml::Attribute& like, std::uint32_t size) {
        block_->common[static_cast<std::size_t>(which)] = ++count_;
        *next_ = like;
        next_->name = Block::name_of(which);
        next_->value = {at_, size};
        next_->next = count_ + 1;  // the last one's is put right at the end
        at_ += size;
        ++next_;
    }

    xml::BlockPtr block_;
    xml::Attribute* next_;
    xml::Index count_ = 0;
    char* to_;
    std::uint32_t at_;  // where that is in the text
};

}  // namespace

Element make_stanza(const Envelope& envelope) {
    const std::string_view id = envelope.id.value_or(std::string_view());
    Root root(envelope.kind, envelope.to.size() + envelope.from.size() + id.size() + envelope.type.size());
    if (!envelope.to.empty()) root.add(Common::to, envelope.to, nothing_known);
    if (!envelope.from.empty()) root.add(Common::from, envelope.from, nothing_known);
    if (envelope.id) root.add(Common::id, id, nothing_known);
    if (!envelope.type.empty()) root.add(Common::type, envelope.type, plain);
    return std::move(root).done();
}

Element make_answer(ElementView received, StanzaKind kind, Kept kept, std::string_view type) {
    static const Block nobody;
    const Block& block = received.block() == nullptr ? nobody : *received.block();
    const auto of = [&](Common which) -> const xml::Attribute& {  // the first one is nobody, and empty
        return block.attributes[block.common[static_cast<std::size_t>(which)]];
    };
    const xml::Attribute& to = of(Common::from);
    const xml::Attribute& from = of(Common::to);
    const Common third = kept == Kept::id ? Common::id : kept == Kept::type ? Common::type : Common::none;
    const bool has_third = third != Common::none && block.common[static_cast<std::size_t>(third)] != 0;
    Root root(kind, to.value.size + from.value.size + (has_third ? of(third).value.size : 0) + type.size());
    if (to.value.size != 0) root.add(Common::to, to, block);
    if (from.value.size != 0) root.add(Common::from, from, block);
    if (has_third) root.add(third, of(third), block);
    if (!type.empty()) root.add(Common::type, type, plain);
    return std::move(root).done();
}

void make_bare(Element& stanza, Common address) {
    Block& block = stanza.ref().mutable_block();
    Span& value = block.attributes[block.common[static_cast<std::size_t>(address)]].value;
    value.size = static_cast<std::uint32_t>(JidView::of_prepared(block.view(value)).bare().str().size());
}

xml::Index add_body(Block& stanza) {
    const xml::Index body = stanza.add_element(Block::root, Block::word("body"), Block::stanzas);
    stanza.nodes[body].sound_name = 1;
    return body;
}

Element make_error(ElementView refused, StanzaKind kind, const StanzaError& error) {
    if (refused.block() != nullptr && refused.block()->of_root(Common::type) == "error")
        throw std::logic_error("An error must not be answered with an error (RFC 6120 §8.3.1).");
    Element answer = make_answer(refused, kind, Kept::id, "error");
    error.write(answer.append("error"));
    return answer;
}

Element make_error(const Envelope& answer, const StanzaError& error) {
    Element made = make_stanza(answer);
    error.write(made.append("error"));
    return made;
}

std::optional<StanzaError> error_of(ElementView stanza) {
    if (stanza.attribute("type") != "error") return std::nullopt;
    return StanzaError::parse(stanza.child("error", xml::stanza_ns));
}

}  // namespace rondel
