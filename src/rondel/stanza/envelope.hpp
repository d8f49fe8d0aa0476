// How this floor makes stanzas: the root with its addresses, id and type, built straight into a block. Not for other
// floors.
#pragma once

#include "rondel/stanza/stanza.hpp"

#include <optional>
#include <string_view>

namespace rondel {

// What is written on the outside of a stanza. Borrows its text.
struct Envelope {
    StanzaKind kind = StanzaKind::message;
    std::string_view to;  // empty: absent, as for all of these but the id
    std::string_view from;
    std::string_view type;               // one that the RFCs name
    std::optional<std::string_view> id;  // an empty id is an id
};

Element make_stanza(const Envelope& envelope);

// An answer to what was received, which is a root: the addresses swapped, with its id or type if that is to be kept,
// else of the type given, or of none. What is known of the values is known of the answer's, too.
enum class Kept { addresses, id, type };
Element make_answer(ElementView received, StanzaKind kind, Kept kept, std::string_view type = {});

// Cuts the resource off the address there, if there is one.
void make_bare(Element& stanza, xml::Common address);

// Adds <body/>, behind what is there.
inline xml::Index add_body(xml::Block& stanza) {
    const xml::Index body = stanza.add_element(xml::Block::root, xml::Block::word("body"), xml::Block::stanzas);
    stanza.nodes[body].sound_name = 1;
    return body;
}

// Replaces the id, or adds it behind the other attributes.
[[gnu::hot]] void set_id(Element& stanza, std::string_view id);

// The answer of type error, with its id kept (RFC 6120 §8.3.1). Throws std::logic_error for an answer to an error
// (§8.3.1 rule 4).
class StanzaError;
Element make_error(ElementView refused, StanzaKind kind, const StanzaError& error);
Element make_error(const Envelope& answer, const StanzaError& error);  // of type error

// The error of a stanza of type error; nullopt for any other. One without an <error/> is undefined_condition (V45).
std::optional<StanzaError> error_of(ElementView stanza);

}  // namespace rondel
