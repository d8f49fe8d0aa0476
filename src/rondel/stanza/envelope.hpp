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
    std::string_view type;
    std::optional<std::string_view> id;  // an empty id is an id

    static Envelope of(ElementView stanza, StanzaKind kind);    // as it stands on a stanza
    Envelope back() const { return {kind, from, to, {}, {}}; }  // the addresses swapped, no type, no id
};

Element make_stanza(const Envelope& envelope);

// The answer of type error, with its id kept (RFC 6120 §8.3.1). Throws std::logic_error for an answer to an error
// (§8.3.1 rule 4).
class StanzaError;
Element make_error(const Envelope& refused, const StanzaError& error);

// The error of a stanza of type error; nullopt for any other. One without an <error/> is undefined_condition (V45).
std::optional<StanzaError> error_of(ElementView stanza);

}  // namespace rondel
