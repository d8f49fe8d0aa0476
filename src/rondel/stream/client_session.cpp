// Once there is a session, and what is left of it afterwards.
#include "rondel/stream/client_core.hpp"
#include "rondel/stream/negotiation_ns.hpp"

#include <utility>

namespace rondel::stream {

namespace {

// Whether a session may go on after its stream ended so: neither of us has ended it in order, and nobody else has it.
bool may_go_on(const Closed& end) {
    switch (end.cause) {
        case CloseCause::connection_lost:
        case CloseCause::timed_out:
            return true;
        case CloseCause::error_from_peer:
            break;
        default:
            return false;
    }
    switch (end.error ? end.error->condition : StreamCondition::undefined_condition) {
        case StreamCondition::connection_timeout:
        case StreamCondition::internal_server_error:
        case StreamCondition::remote_connection_failed:
        case StreamCondition::reset:
        case StreamCondition::see_other_host:
        case StreamCondition::system_shutdown:
            return true;
        default:
            return false;
    }
}

}  // namespace

void ClientCore::set_active(bool active) {
    if (active_ == active) return;
    active_ = active;
    if (is_open() && can_say_state_)
        say(active ? "<active xmlns='urn:xmpp:csi:0'/>" : "<inactive xmlns='urn:xmpp:csi:0'/>");
}

// The server knows who we are, and what it sends without `from` is of our own account (RFC 6120 §8.1.2.1).
bool ClientCore::address_answer(Stanza& answer) const {
    answer.set_from({});
    return true;
}

std::optional<Resumption> ClientCore::take_resumption() {
    if (earlier_) return std::exchange(earlier_, std::nullopt);
    if (session_.id.empty() || is_open() || !may_go_on(ending())) return std::nullopt;
    Jid address = session_.address;  // before anything is given up: for this there may be no memory
    Resumption left = leave();
    left.id = std::move(session_.id);
    left.address = std::move(address);
    left.location = std::move(session_.location);
    left.most = session_.most;
    session_.id.clear();
    return left;
}

}  // namespace rondel::stream
