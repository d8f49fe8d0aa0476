#include "rondel/stanza/stanza.hpp"

#include "rondel/stanza/envelope.hpp"
#include "rondel/xml/same.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

namespace rondel {

using xml::Common;

namespace {

class StanzaFaults : public std::error_category {
  public:
    const char* name() const noexcept override { return "rondel.stanza"; }
    std::string message(int fault) const override {
        switch (static_cast<StanzaFault>(fault)) {
            case StanzaFault::unknown_kind:
                return "The element is neither a message nor a presence nor an iq.";
            case StanzaFault::bad_from:
                return "The address in 'from' is not a JID (RFC 7622).";
            case StanzaFault::bad_to:
                return "The address in 'to' is not a JID (RFC 7622).";
            case StanzaFault::iq_without_id:
                return "An iq must have an 'id' (RFC 6120 §8.2.3).";
            case StanzaFault::bad_iq_type:
                return "The type of an iq must be one of get, set, result and error (RFC 6120 §8.2.3).";
            case StanzaFault::bad_iq_children:
                return "An iq of type get or set must hold exactly one child, one of type result at most one "
                       "(RFC 6120 §8.2.3).";
        }
        return "The stanza is not valid.";
    }
};

template <std::size_t size>
inline bool is(std::string_view name, const char (&word)[size]) {
    return name.size() == size - 1 && std::memcmp(name.data(), word, size - 1) == 0;
}

// Inline, as an optional that is returned is stored in two parts, and loaded as a whole: the processor waits for that
// (docs/decisions/0016-loaded-as-stored.md).
[[gnu::always_inline]] inline std::optional<StanzaKind> kind_of(const xml::Block* block) {
    if (block == nullptr) return std::nullopt;
    const xml::Node& root = block->nodes[xml::Block::root];
    if (root.ns != xml::Block::stanzas && block->ns_of(root) != xml::stanza_ns) return std::nullopt;
    const std::string_view name = block->view(root.name);
    if (is(name, "message")) return StanzaKind::message;
    if (is(name, "iq")) return StanzaKind::iq;
    return is(name, "presence") ? std::optional(StanzaKind::presence) : std::nullopt;
}

// The question asked first: mostly the address there, if there is one, needs no preparing, and mostly its reader knows.
// Else it may be `last`.
inline bool is_prepared(xml::Block& block, Common which, std::string* last) {
    const xml::Index index = block.common[static_cast<std::size_t>(which)];
    if (index == 0 || block.attributes[index].sound_value != 0) return true;
    xml::Attribute& address = block.attributes[index];
    const std::string_view text = block.view(address.value);
    const bool is_last = last != nullptr && !text.empty() && xml::same_text(text, *last);
    address.sound_value = is_last || JidView::is_prepared(text);
    if (last != nullptr && !is_last && address.sound_value != 0) last->assign(text);
    return address.sound_value != 0;
}

// COMPAT(prosody, ejabberd): both let resources pass that OpaqueString refuses, such as a nickname with a new emoji.
// Who has one is a peer like any other, so what the server delivered is taken as it stands (docs/decisions/0003).
std::optional<std::string> tolerate_resource(std::string_view text) {
    const std::size_t slash = text.find('/');
    constexpr std::size_t longest = 1023;
    if (slash == std::string_view::npos || text.size() - slash - 1 > longest) return std::nullopt;
    const Result<Jid> bare = Jid::parse(text.substr(0, slash));
    if (!bare) return std::nullopt;
    return bare->str() + std::string(text.substr(slash));
}

std::error_code check_iq(const xml::Block& iq) {
    if (!iq.of_root(Common::id)) return StanzaFault::iq_without_id;
    int children = 0;
    for (xml::Index i = iq.nodes[xml::Block::root].first_child; i != 0 && children < 2; i = iq.nodes[i].next)
        children += !iq.nodes[i].is_text();
    const std::string_view type = iq.of_root(Common::type).value_or(std::string_view());
    if (is_request_type(type)) return children == 1 ? no_error : StanzaFault::bad_iq_children;
    if (is(type, "result")) return children <= 1 ? no_error : StanzaFault::bad_iq_children;
    return is(type, "error") ? no_error : StanzaFault::bad_iq_type;
}

void set_address(Element& element, Common which, JidView jid) {
    if (jid.empty())
        element.ref().unset(which == Common::from ? "from" : "to");
    else
        element.ref().mutable_block().set_common(which, jid.str());
}

}  // namespace

std::error_code make_error_code(StanzaFault fault) {
    static const StanzaFaults category;
    return {static_cast<int>(fault), category};
}

Stanza::Stanza(Element element) : element_(std::move(element)) {
    const std::optional<StanzaKind> kind = kind_of(element_.block());
    if (!kind) throw std::invalid_argument("A Stanza must be a message, presence or iq in xml::stanza_ns.");
    kind_ = *kind;
}

void Stanza::throw_other_kind() { throw std::invalid_argument("The stanza is of another kind; ask its kind() first."); }

bool Stanza::prepare_address(Element& element, std::string_view name) {
    const auto text = element.attribute(name);
    if (!text || JidView::is_prepared(*text)) return true;
    const Result<Jid> jid = Jid::parse(*text);
    if (jid) {
        element.set(name, jid->str());
        return true;
    }
    if (jid.error() != JidError::bad_resource) return false;
    const std::optional<std::string> tolerated = tolerate_resource(*text);
    if (tolerated) element.set(name, *tolerated);
    return tolerated.has_value();
}

Result<Stanza> Stanza::parse(Element& element) {
    Stanza stanza;
    if (const std::error_code fault = stanza.take(element, nullptr)) return fault;
    return stanza;
}

[[gnu::hot]] std::error_code Stanza::take(Element& element, std::string* last_to) {
    const std::optional<StanzaKind> kind = kind_of(element.block());
    if (!kind) return StanzaFault::unknown_kind;
    xml::Block& block = element.ref().mutable_block();
    if (!is_prepared(block, Common::from, nullptr) && !prepare_address(element, "from")) return StanzaFault::bad_from;
    if (!is_prepared(block, Common::to, last_to) && !prepare_address(element, "to")) return StanzaFault::bad_to;
    if (*kind == StanzaKind::iq)
        if (const std::error_code fault = check_iq(block)) return fault;
    element_ = std::move(element);
    kind_ = *kind;
    return no_error;
}

[[gnu::hot]] JidView Stanza::from() const {
    const auto text = common(Common::from);
    return text ? JidView::of_prepared(*text) : JidView();
}

JidView Stanza::to() const {
    const auto text = common(Common::to);
    return text ? JidView::of_prepared(*text) : JidView();
}

[[gnu::hot]] void Stanza::set_id(std::string_view id) { rondel::set_id(element_, id); }
void Stanza::set_from(JidView from) { set_address(element_, Common::from, from); }
void Stanza::set_to(JidView to) { set_address(element_, Common::to, to); }

Stanza Stanza::copy() const {
    Stanza copied;
    copied.element_ = element_.copy();
    copied.kind_ = kind_;
    return copied;
}

}  // namespace rondel
