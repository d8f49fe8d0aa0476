#include "rondel/xep/forwarding.hpp"

namespace rondel::forwarding {

Result<Stanza> Forwarded::take_stanza() && {
    if (!stanza) return make_error_code(StanzaFault::unknown_kind);
    return Stanza::parse(stanza);
}

std::optional<Message> Forwarded::take_message() && {
    Result<Stanza> parsed = std::move(*this).take_stanza();
    if (!parsed || parsed->kind() != StanzaKind::message) return std::nullopt;
    return Message(*std::move(parsed));
}

Forwarded wrap(const Stanza& stanza, std::optional<DateTime> stamp) {
    Forwarded forwarded;
    if (stamp) forwarded.delay = delay::Delay{.stamp = *stamp};
    forwarded.stanza = stanza.element().copy();
    return forwarded;
}

}  // namespace rondel::forwarding
