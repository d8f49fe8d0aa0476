// Presence: availability, subscriptions and probes (RFC 6121 §3, §4).
#pragma once

#include "rondel/stanza/stanza.hpp"
#include "rondel/stanza/stanza_error.hpp"

#include <cstdint>

namespace rondel {

enum class PresenceType { available, unavailable, subscribe, subscribed, unsubscribe, unsubscribed, probe, error };
enum class Show { none, away, chat, dnd, xa };
std::string_view to_string(PresenceType type);  // "" for available
std::string_view to_string(Show show);

class Presence : public FluentStanza<Presence> {
  public:
    Presence() = default;
    // Throws std::invalid_argument unless kind() is presence.
    explicit Presence(Stanza stanza) : FluentStanza(std::move(stanza), StanzaKind::presence) {}
    explicit Presence(JidView to, PresenceType type = PresenceType::available);
    explicit Presence(PresenceType type) : Presence(JidView(), type) {}

    // nullopt: a type that RFC 6121 §4.7.1 does not know; such presence is given to no handler.
    std::optional<PresenceType> type() const;
    void set_type(PresenceType type);

    Show show() const;             // absent or unknown: none (RFC 6121 §4.7.2.1)
    std::int8_t priority() const;  // absent or out of range: 0 (§4.7.2.3)
    std::optional<std::string_view> status(std::string_view lang = {}) const;  // language as Message::body
    Presence& set_show(Show show);
    Presence& set_priority(std::int8_t priority);
    Presence& set_status(std::string_view status, std::string_view lang = {});

    // To where it came from, from where it was addressed to; for subscription types between the two bare JIDs (RFC 6121
    // §3.1.2). Both throw std::logic_error if this is an error: there is no answer to one (RFC 6120 §8.3.1).
    Presence reply(PresenceType type) const;  // not of type error
    Presence error_reply(const StanzaError& error) const;
    std::optional<StanzaError> error() const;

  private:
    explicit Presence(Element made) : FluentStanza(StanzaKind::presence, std::move(made)) {}
};

}  // namespace rondel
