#include "rondel/server/saying.hpp"

#include <utility>

namespace rondel::server {

std::optional<Stanza> take_saying(Switchboard& board, Stanza said) {
    Element element = said.release();
    Result<Stanza> stanza = Stanza::parse(element);
    if (!stanza) {
        if (auto reply = fault_reply(element, stanza.error())) return std::move(*reply);
    } else if (!stanza->to().empty()) {
        board.route(*std::move(stanza));
    } else if (stanza->kind() == StanzaKind::message) {  // RFC 6120 §10.3.1
        stanza->set_to(stanza->from().bare());
        board.route(*std::move(stanza));
    } else if (stanza->kind() == StanzaKind::iq) {
        board.bounce(*stanza, Condition::service_unavailable);
    }
    return std::nullopt;
}

}  // namespace rondel::server
