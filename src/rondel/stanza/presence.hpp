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
    explicit Presence(Stanza stanza)
        : FluentStanza(std::move(stanza), StanzaKind::presence) {}  // precondition: kind() is presence
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

    // To where it came from, from the bare JID that it was addressed to for subscription types (RFC 6121 §3.1.2), else
    // from the full one.
    Presence reply(PresenceType type) const;
    Presence error_reply(const StanzaError& error) const;  // precondition: not an error itself
    std::optional<StanzaError> error() const;
};

}  // namespace rondel
