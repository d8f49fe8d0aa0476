#include "rondel/stream/ping.hpp"

#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/stanza/iq.hpp"

#include <utility>

namespace rondel::stream {

OwnPings::OwnPings(std::string_view stream_id, std::string_view side, Jid from, Jid to)
    : id_prefix_("ping-" + to_hex(sha256({side, " ", stream_id})).substr(0, 24) + "-"),
      from_(std::move(from)),
      to_(std::move(to)) {}

Stanza OwnPings::next() {
    Iq ping(IqType::get, to_);
    if (!from_.empty()) ping.set_from(from_);
    ping.set_id(id_prefix_ + std::to_string(++sent_));
    ping.add("ping", "urn:xmpp:ping");
    return ping;
}

bool OwnPings::is_ours(const Stanza& stanza) const {
    return stanza.kind() == StanzaKind::iq && stanza.id().value_or("").starts_with(id_prefix_) &&
           (from_.empty() || ((stanza.from().empty() || stanza.from() == JidView(to_)) &&
                              (stanza.to().empty() || stanza.to() == JidView(from_) || stanza.to() == JidView(to_))));
}

}  // namespace rondel::stream
