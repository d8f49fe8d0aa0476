// What the three kinds of stanza share: addresses, id, type, language, payloads (RFC 6120 §8).
//
// A stanza knows no namespace of a stream: inside the library all of them, and their own children, are in
// xml::stanza_ns.
//
// Owns: its element. Moving is free; copying is explicit: copy().   Threads: one at a time.
#pragma once

#include "rondel/base/jid.hpp"
#include "rondel/xml/element.hpp"
#include "rondel/xml/same.hpp"

#include <optional>
#include <string_view>

namespace rondel {

using xml::Element;
using xml::ElementRef;
using xml::ElementView;

enum class StanzaKind { message, presence, iq };

enum class StanzaFault {
    unknown_kind = 1,  // neither message nor presence nor iq
    bad_from,          // `from` is no JID (RFC 7622): answered with jid-malformed where an answer is due
    bad_to,
    iq_without_id,  // RFC 6120 §8.2.3
    bad_iq_type,
    bad_iq_children,  // a get or set without exactly one child, or a result with several
};
std::error_code make_error_code(StanzaFault);

// Whether an iq of that type wants an answer (RFC 6120 §8.2.3).
inline bool is_request_type(std::string_view type) { return type == "get" || type == "set"; }

class Stanza {
  public:
    Stanza() = default;  // empty; assign before use
    // Throws std::invalid_argument unless it is a message, presence or iq in xml::stanza_ns. Precondition: its
    // addresses are prepared.
    explicit Stanza(Element element);

    // What came from a peer: finds the kind, prepares and checks the addresses, checks what RFC 6120 §8.2.3 says of an
    // iq. An address that is there but empty is a fault. On a fault the element stays with the caller, so that an error
    // can still be answered (fault_reply in iq.hpp); errors are StanzaFault.
    static Result<Stanza> parse(Element& element);
    // The same for those who parse many, into an empty stanza, which stays empty on a fault. Of most addresses the
    // reader knows that they are prepared; of the others `last_to` is the `to` that was found so last, which mostly is
    // the next one's too and need not be judged again. It begins empty, and is the caller's to keep.
    [[gnu::always_inline]] std::error_code take(Element& element, std::string& last_to) {
        return take_usual(element) ? no_error : take(element, &last_to);
    }

    // Whether the address there was received as a JID, and is what was received (or was copied into an answer).
    bool is_sound(xml::Common address) const { return element_.block()->attribute_of_root(address).sound_value != 0; }

    // Prepares the address in that attribute, if it is there; false if it is no JID. A resource that only OpaqueString
    // refuses is let be: servers deliver such, and their owners want answers (docs/decisions/0003).
    [[gnu::cold]] static bool prepare_address(Element& element, std::string_view name);

    explicit operator bool() const { return static_cast<bool>(element_); }
    StanzaKind kind() const { return kind_; }

    JidView from() const;  // empty if absent
    JidView to() const;    // empty if absent
    std::optional<std::string_view> id() const { return common(xml::Common::id); }
    std::string_view type() const {  // as written; empty if absent
        return common(xml::Common::type).value_or(std::string_view());
    }
    std::string_view lang() const { return element_.view().lang().value_or(std::string_view()); }
    bool is_error() const { return type() == "error"; }
    bool is_request() const { return kind_ == StanzaKind::iq && is_request_type(type()); }

    void set_from(JidView from);  // an empty JidView removes it
    void set_to(JidView to);
    void set_id(std::string_view id);
    void set_lang(std::string_view lang) { element_.ref().set_lang(lang); }

    // Payloads: children outside xml::stanza_ns, and body, subject and the like inside it.
    ElementView payload(std::string_view name, std::string_view ns) const { return element_.child(name, ns); }
    ElementRef add(std::string_view name, std::string_view ns) { return element_.append(name, ns); }
    ElementRef add(ElementView payload) { return element_.append(payload); }

    const Element& element() const { return element_; }
    Element& element() { return element_; }
    Element release() { return std::move(element_); }
    Stanza copy() const;  // deep

  protected:
    std::optional<std::string_view> common(xml::Common which) const {
        return element_ ? element_.block()->of_root(which) : std::nullopt;
    }
    Stanza(StanzaKind kind, Element made) : element_(std::move(made)), kind_(kind) {}  // trusted: made by this floor
    // Throws std::invalid_argument if it is of another kind.
    Stanza(Stanza&& stanza, StanzaKind expected) : Stanza(std::move(stanza)) {
        if (element_ && kind_ != expected) throw_other_kind();
        kind_ = expected;
    }

    Element element_;
    StanzaKind kind_ = StanzaKind::message;

  private:
    bool take_usual(Element& element);
    std::error_code take(Element& element, std::string* last_to);
    [[noreturn, gnu::cold]] static void throw_other_kind();
};

// Whether it has an id and one child, no text beside that, and asks (RFC 6120 §8.2.3).
[[gnu::always_inline]] inline bool is_usual_query(const xml::Block& iq) {
    const xml::Index only = iq.nodes[xml::Block::root].first_child;
    return only != 0 && !iq.nodes[only].is_text() && iq.nodes[only].next == 0 && iq.of_root(xml::Common::id) &&
           is_request_type(iq.of_root(xml::Common::type).value_or(std::string_view()));
}

// Most are messages and queries with two addresses, which their reader knows to be prepared. In line, as it is on the
// way of each.
[[gnu::always_inline]] inline bool Stanza::take_usual(Element& element) {
    const xml::Block* const block = element.block();
    if (block == nullptr) return false;
    const xml::Node& root = block->nodes[xml::Block::root];
    if (root.ns != xml::Block::stanzas) return false;
    const bool is_message = xml::same_text(block->view(root.name), "message");
    if (!is_message && !(xml::same_text(block->view(root.name), "iq") && is_usual_query(*block))) return false;
    for (const xml::Common address : {xml::Common::from, xml::Common::to})
        if (block->attribute_of_root(address).sound_value == 0) return false;
    element_ = std::move(element);
    kind_ = is_message ? StanzaKind::message : StanzaKind::iq;
    return true;
}

// Adds the fluent forms to a kind of stanza:  self.send(in.reply("x").from("alice@echo.example.com"_jid));
template <class Kind>
class FluentStanza : public Stanza {
  public:
    using Stanza::from;
    using Stanza::id;
    using Stanza::lang;
    using Stanza::to;

    Kind&& from(JidView from) && { return set_from(from), self(); }
    Kind&& to(JidView to) && { return set_to(to), self(); }
    Kind&& id(std::string_view id) && { return set_id(id), self(); }
    Kind&& lang(std::string_view lang) && { return set_lang(lang), self(); }
    Kind&& with(ElementView payload) && { return add(payload), self(); }
    Kind copy() const { return Kind(Stanza::copy()); }

  protected:
    using Stanza::Stanza;
    Kind&& self() { return static_cast<Kind&&>(*this); }
};

}  // namespace rondel

template <>
struct std::is_error_code_enum<rondel::StanzaFault> : std::true_type {};
