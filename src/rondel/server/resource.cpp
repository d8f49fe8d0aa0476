#include "rondel/server/resource.hpp"

#include "rondel/server/message_rules.hpp"
#include "rondel/server/unsent_stanzas.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rondel::server {

bool Resource::send(const Stanza& stanza) {
    if (!active_ && can_wait(stanza)) {
        put_aside(stanza);
        return true;
    }
    flush();  // nothing overtakes what waits
    return put(stanza);
}

bool Resource::put(const Stanza& stanza) {
    if (link != nullptr) return link->backlog() <= most_backlog && !link->send(stanza);
    if (!held_ || held_->unacknowledged.bytes.size() > most_backlog) return false;
    return append_unsent(held_->unacknowledged, stanza, client_content_ns);
}

// Of each sender only the last presence is worth having.
void Resource::put_aside(const Stanza& stanza) {
    if (stanza.kind() == StanzaKind::presence)
        std::erase_if(aside_, [&stanza](const Stanza& other) {
            return other.kind() == StanzaKind::presence && other.from() == stanza.from();
        });
    aside_.push_back(stanza.copy());
    if (aside_.size() > most_waiting) flush();
}

void Resource::flush() {
    for (const Stanza& stanza : std::exchange(aside_, {})) put(stanza);
}

void Resource::set_active(bool active) {
    active_ = active;
    if (active_) flush();
}

void Resource::hold(stream::Resumption left) {
    held_ = std::move(left);
    link = nullptr;
}

stream::Resumption Resource::take_held() {
    active_ = true;  // XEP-0352 §4: whoever resumes is active
    flush();
    stream::Resumption left = std::move(*held_);
    held_.reset();
    return left;
}

std::vector<Stanza> Resource::take_waiting() {
    std::vector<Stanza> waiting;
    if (held_) waiting = read_unsent(held_->unacknowledged, client_content_ns);
    held_.reset();
    std::ranges::move(std::exchange(aside_, {}), std::back_inserter(waiting));
    return waiting;
}

void Resource::has_written_to(JidView who) {
    const std::string_view bare = who.bare().str();
    if (!known_to_.empty() && known_to_.back() == bare) return;
    std::erase(known_to_, bare);
    known_to_.emplace_back(bare);
    if (known_to_.size() > most_known) known_to_.erase(known_to_.begin());
}

bool Resource::is_known_to(JidView who) const {
    return directed.contains(who.str()) || directed.contains(who.bare().str()) ||
           std::ranges::find(known_to_, who.bare().str()) != known_to_.end();
}

}  // namespace rondel::server
