// Info/query: a request and its one answer (RFC 6120 §8.2.3).
#pragma once

#include "rondel/stanza/stanza.hpp"
#include "rondel/stanza/stanza_error.hpp"

namespace rondel {

enum class IqType { get, set, result, error };
std::string_view to_string(IqType type);

class Iq : public FluentStanza<Iq> {
  public:
    Iq() = default;
    // Throws std::invalid_argument unless kind() is iq. Precondition: its type is one of the four.
    explicit Iq(Stanza stanza) : FluentStanza(std::move(stanza), StanzaKind::iq) {}
    Iq(IqType type, JidView to);  // without an id: Entity::request makes one

    IqType type() const;
    ElementView payload() const { return element_.view().first_child(); }  // may be empty in a result
    using Stanza::payload;

    // The answers: same id (exactly), addresses swapped. Throw std::logic_error unless is_request(), as nothing else
    // may be answered.
    Iq result() const;  // with nothing in it, or add() to it
    Iq result(ElementView payload) const;
    Iq error_reply(const StanzaError& error) const;  // does not repeat the payload (RFC 6120 §8.3.1 leaves that open)
    std::optional<StanzaError> error() const;

  private:
    explicit Iq(Element made) : FluentStanza(StanzaKind::iq, std::move(made)) {}
};

// The error answer to an element that Stanza::parse refused, where RFC 6120 §8.3.1 wants one: not for an error, not for
// a result, not for what is no stanza. An address that is no JID is not mirrored: with a bad `from` the answer has no
// `to`, and only the server that passed the stanza on can be told.
std::optional<Stanza> fault_reply(ElementView refused, std::error_code fault);

}  // namespace rondel
