#include "rondel/server/component_session.hpp"

#include "rondel/server/unsent_stanzas.hpp"

#include <new>
#include <utility>

namespace rondel::server {

namespace {

// No memory for a stanza is no reason to end the connection of whoever sent it.
bool sent(stream::Stream& stream, const Stanza& stanza) {
    try {
        return !stream.send(stanza);
    } catch (const std::bad_alloc&) {
        return false;
    }
}

}  // namespace

const Secret* ComponentBook::secret_of(std::string_view domain) const {
    const auto at = secrets_.find(std::string(domain));
    return at == secrets_.end() ? nullptr : &at->second;
}

// Where memory ended, the connection ends, and so this: what it took is given back by now, and what is left to do is
// tried once more before it is given up.
ComponentSession::~ComponentSession() {
    for (int attempt = 0; attempt < 2; ++attempt) {
        try {
            leave();
            return_unsent();
            break;
        } catch (const std::bad_alloc&) {
            continue;
        }
    }
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
    if (!intake_.has_room(stream_.backlog()) || !sent(stream_, stanza))
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
    if (unsent_.stanzas() == 0) unsent_ = stream_.take_unsent();
    if (unsent_.stanzas() == 0) return;
    const std::vector<Stanza> stanzas = read_unsent(unsent_, stream::component_accept_ns);
    unsent_ = {};
    for (const Stanza& stanza : stanzas) {
        if (stanza.kind() != StanzaKind::message) continue;
        try {
            board_.bounce(stanza, Condition::recipient_unavailable);
        } catch (const std::bad_alloc&) {  // the others are to be told, if this one cannot
            continue;
        }
    }
}

}  // namespace rondel::server
