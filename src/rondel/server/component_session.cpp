#include "rondel/server/component_session.hpp"

#include "rondel/server/unsent_stanzas.hpp"

#include <utility>

namespace rondel::server {

const Secret* ComponentBook::secret_of(std::string_view domain) const {
    const auto at = secrets_.find(std::string(domain));
    return at == secrets_.end() ? nullptr : &at->second;
}

ComponentSession::~ComponentSession() {
    leave();
    return_unsent();
}

void ComponentSession::take(stream::Event& event, Instant now) {
    if (auto* received = std::get_if<stream::Received>(&event)) {
        // Displaced: what it said before it learnt that would come behind what its next connection has said since.
        if (address_.empty()) return;
        board_.take_jam();  // somebody else's
        board_.route(std::move(received->stanza));
        if (const auto met = board_.take_jam(); met != intake_.jam()) restraint_.wait_for(met, now);
    } else if (auto* opened = std::get_if<stream::Opened>(&event)) {
        // The stream has asked the book: if the seat is taken, whoever has it is to give way.
        if (board_.displace(opened->address, now) && board_.attach(opened->address, *this)) address_ = opened->address;
    } else if (std::holds_alternative<stream::Closed>(event)) {
        leave();
    }
}

void ComponentSession::deliver(Stanza stanza) {
    if (!intake_.has_room(stream_.backlog()) || stream_.send(stanza))
        return board_.bounce(stanza, Condition::resource_constraint);
    intake_.measure(stream_.backlog());
    touched_();
}

bool ComponentSession::give_way(Instant now) {
    if (duplicates_ == DuplicateComponent::refuse_new) return false;
    leave();
    stream_.close({stream::StreamCondition::conflict, "Another component of that name has connected."}, now);
    touched_();
    return true;
}

void ComponentSession::leave() {
    if (address_.empty()) return;
    board_.detach(std::exchange(address_, Jid()));
}

// Of requests the switchboard has told already, when we left.
void ComponentSession::return_unsent() {
    for (const Stanza& stanza : read_unsent(stream_.take_unsent(), stream::component_accept_ns))
        if (stanza.kind() == StanzaKind::message) board_.bounce(stanza, Condition::recipient_unavailable);
}

}  // namespace rondel::server
