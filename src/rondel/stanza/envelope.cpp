#include "rondel/stanza/envelope.hpp"

#include "rondel/stanza/root.hpp"
#include "rondel/stanza/stanza_error.hpp"
#include "rondel/xml/plain_value.hpp"

#include <stdexcept>

namespace rondel {

using making::plain;
using making::Root;
using xml::Block;
using xml::Common;
using xml::Span;

namespace {

constexpr xml::Attribute nothing_known{.name = {}, .value = {}, .sound_name = 1};

}  // namespace

Element make_stanza(const Envelope& envelope) {
    const std::string_view id = envelope.id.value_or(std::string_view());
    xml::BlockPtr made = xml::new_block();
    Root root(*made, envelope.kind, envelope.to.size() + envelope.from.size() + id.size() + envelope.type.size());
    if (!envelope.to.empty()) root.add(Common::to, envelope.to, nothing_known);
    if (!envelope.from.empty()) root.add(Common::from, envelope.from, nothing_known);
    if (envelope.id) root.add(Common::id, id, nothing_known);
    if (!envelope.type.empty()) root.add(Common::type, envelope.type, plain);
    root.done();
    return Element(std::move(made));
}

const Block& making::nobody() {
    static const Block none;
    return none;
}

Element make_answer(ElementView received, StanzaKind kind, Kept kept, std::string_view type) {
    return making::answer(received, kind, kept, type);
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

    const auto more = static_cast<std::uint32_t>(block.text.size());
    const auto size = static_cast<std::uint32_t>(id.size());
    const making::Markup& name = making::attributes[static_cast<std::size_t>(Common::id)];
    const auto before = static_cast<std::uint32_t>(name.size);
    char* const value = put(block.text.room(id.size() + sizeof name.text), name);
    char* const end = xml::copy_text(value, id.data(), id.size());
    *end = '\'';
    block.text.end_at(end + 1);
    block.add_common(Common::id, xml::whole_span(more + before, size), true);
    block.as_written.start = start;
    block.as_written.more = xml::whole_span(more, before + size + 1);
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
