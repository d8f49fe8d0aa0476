#include "rondel/stanza/envelope.hpp"

#include "rondel/stanza/pen.hpp"
#include "rondel/stanza/stanza_error.hpp"
#include "rondel/xml/plain_value.hpp"

#include <stdexcept>

namespace rondel {

using xml::Attribute;
using xml::Block;
using xml::Common;
using xml::Span;

namespace {

constexpr Attribute plain{.name = {}, .value = {}, .plain_value = 1};

// Puts a root together, one common attribute after the other.
class Root {
  public:
    explicit Root(StanzaKind kind) {
        constexpr Span names[] = {Block::word("message"), Block::word("presence"), Block::word("iq")};
        block_->add_element(0, names[static_cast<int>(kind)], Block::stanzas);
        block_->nodes[Block::root].sound_name = 1;
    }
    // Known as that of `like` is.
    void add(Common which, std::string_view value, const Attribute& like) {
        block_->add_common(which, block_->add_text(value), like.plain_value != 0);
        block_->attributes.back().sound_value = like.sound_value;
    }
    Element done() { return Element(std::move(block_)); }

  private:
    xml::BlockPtr block_ = xml::new_block();
};

}  // namespace

Element make_stanza(const Envelope& envelope) {
    Root root(envelope.kind);
    if (!envelope.to.empty()) root.add(Common::to, envelope.to, {});
    if (!envelope.from.empty()) root.add(Common::from, envelope.from, {});
    if (envelope.id) root.add(Common::id, *envelope.id, {});
    if (!envelope.type.empty()) root.add(Common::type, envelope.type, plain);
    return root.done();
}

Element make_answer(ElementView received, StanzaKind kind, Kept kept, std::string_view type) {
    Root root(kind);
    const auto keep = [&](Common which, Common as) {
        if (received.block() == nullptr) return;
        const Attribute& value = received.block()->attribute_of_root(which);
        const bool there = which == Common::id ? value.name.size != 0 : value.value.size != 0;  // an empty id is an id
        if (there) root.add(as, received.block()->view(value.value), value);
    };
    keep(Common::from, Common::to);
    keep(Common::to, Common::from);
    if (kept == Kept::id) keep(Common::id, Common::id);
    if (kept == Kept::type) keep(Common::type, Common::type);
    if (!type.empty()) root.add(Common::type, type, plain);
    return root.done();
}

void make_bare(Element& stanza, Common address) {
    Block& block = stanza.ref().mutable_block();
    Span& value = block.attributes[block.common[static_cast<std::size_t>(address)]].value;
    value.size = static_cast<std::uint32_t>(JidView::of_prepared(block.view(value)).bare().str().size());
}

void set_id(Element& stanza, std::string_view id) {
    const Span start = stanza.block()->as_written.start;
    Block& block = stanza.ref().mutable_block();
    constexpr std::size_t longest = 64;  // to be looked at for this
    if (start.size == 0 || block.common[static_cast<std::size_t>(Common::id)] != 0 || id.size() > longest ||
        !xml::is_plain_value(id) || block.holds(id))
        return block.set_common(Common::id, id);

    Pen pen(block, id.size() + 2 * sizeof(Markup::text));
    pen.say(" id='");
    const Span value = pen.copy(id);
    pen.say("'");
    pen.done(block);
    block.add_common(Common::id, value, true);
    block.as_written.start = start;
    block.as_written.more = pen.said();
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
