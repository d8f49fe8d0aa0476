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
    // As what they were received: all that is known of them. Null: nothing is.
    const xml::Attribute* known_to = nullptr;
    const xml::Attribute* known_from = nullptr;
    const xml::Attribute* known_id = nullptr;

    static Envelope of(ElementView stanza, StanzaKind kind);  // as it stands on a stanza
    Envelope back() const {                                   // the addresses swapped, no type, no id
        return {kind, from, to, {}, {}, known_from, known_to, nullptr};
    }
    void take_id(const Envelope& other) {
        id = other.id;
        known_id = other.known_id;
    }
};

Element make_stanza(const Envelope& envelope);

// Adds <body/>, behind what is there.
xml::Index add_body(xml::Block& stanza);

// The answer of type error, with its id kept (RFC 6120 §8.3.1). Throws std::logic_error for an answer to an error
// (§8.3.1 rule 4).
class StanzaError;
Element make_error(const Envelope& refused, const StanzaError& error);

// The error of a stanza of type error; nullopt for any other. One without an <error/> is undefined_condition (V45).
std::optional<StanzaError> error_of(ElementView stanza);

}  // namespace rondel
