#include "rondel/server/component_session.hpp"

#include "rondel/xml/reader.hpp"

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

void ComponentSession::take(stream::Event& event) {
    if (auto* received = std::get_if<stream::Received>(&event)) {
        board_.route(std::move(received->stanza));
    } else if (auto* opened = std::get_if<stream::Opened>(&event)) {
        // The stream has asked the book; a second component of the name cannot have come between.
        if (board_.attach(opened->address, *this)) address_ = opened->address;
    } else if (std::holds_alternative<stream::Closed>(event)) {
        leave();
    }
}

void ComponentSession::deliver(Stanza stanza) {
    if (stream_.backlog() > most_backlog || stream_.send(stanza))
        return board_.bounce(stanza, Condition::resource_constraint);
    touched_();
}

void ComponentSession::leave() {
    if (address_.empty()) return;
    board_.detach(std::exchange(address_, Jid()));
}

// Of requests the switchboard has told already, when we left.
void ComponentSession::return_unsent() {
    const stream::Unsent unsent = stream_.take_unsent();
    if (unsent.stanzas() == 0) return;
    xml::Reader reader({}, stream::component_accept_ns);
    std::string_view header = "<stream xmlns='jabber:component:accept'>";
    std::string_view bytes = unsent.bytes;
    reader.next(header);
    while (reader.next(bytes) == xml::Reader::Step::element) {
        xml::Element element = reader.element();
        const Result<Stanza> stanza = Stanza::parse(element);
        if (stanza && stanza->kind() == StanzaKind::message) board_.bounce(*stanza, Condition::recipient_unavailable);
    }
}

}  // namespace rondel::server
