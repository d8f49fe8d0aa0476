#include "rondel/server/client_seat.hpp"

#include "rondel/server/client_stanzas.hpp"
#include "rondel/server/unsent_stanzas.hpp"

#include <new>
#include <utility>

namespace rondel::server {

// Where memory ended, the connection ends, and so this: what it took is given back by now, and what is left to do is
// tried once more before it is given up.
ClientSeat::~ClientSeat() {
    for (int attempt = 0; attempt < 2; ++attempt) {
        try {
            home_.run([this] {
                if (is_mine()) sessions_.lose(*resource_);
                return_unsent();
            });
            break;
        } catch (const std::bad_alloc&) {
            continue;
        }
    }
}

const Jid& ClientSeat::address() const {
    static const Jid nobody;
    return resource_ ? resource_->address : nobody;
}

void ClientSeat::take(stream::Event& event) {
    home_.run([this, &event] {
        if (const auto* opened = std::get_if<stream::Opened>(&event)) {
            open(*opened);
        } else if (const auto* closed = std::get_if<stream::Closed>(&event)) {
            close(*closed);
        } else if (is_mine()) {  // what comes from a client that was displaced counts no more
            const auto keep = resource_;
            if (auto* received = std::get_if<stream::Received>(&event))
                take_from_client(home_, *keep->user, *keep, std::move(received->stanza));
            else if (const auto* activity = std::get_if<stream::Activity>(&event))
                keep->set_active(activity->active);
        }
    });
}

void ClientSeat::open(const stream::Opened& opened) {
    resource_ = sessions_.open(opened.address, link_);
    if (resource_ == nullptr) return link_.end({stream::StreamCondition::not_authorized, "The account was removed."});
    if (opened.carbons) resource_->carbons = true;
}

void ClientSeat::close(const stream::Closed& closed) {
    proven_ = closed.proven;
    if (resource_ == nullptr) {  // it died on the way from the answer to Opened
        if (std::optional<stream::Resumption> left = link_.take_resumption()) sessions_.give_back(*std::move(left));
        return;
    }
    if (!is_mine()) return;
    const bool lost =
        closed.cause == stream::CloseCause::connection_lost || closed.cause == stream::CloseCause::timed_out;
    if (lost)
        sessions_.lose(*resource_);
    else
        sessions_.leave(*resource_);
}

// Of requests their senders were told when the session ended.
void ClientSeat::return_unsent() {
    if (resource_ == nullptr || proven_) return;
    if (unsent_.stanzas() == 0) {
        std::optional<stream::Resumption> left = link_.take_resumption();
        unsent_ = left ? std::move(left->unacknowledged) : link_.take_unsent();
    }
    if (unsent_.stanzas() == 0) return;
    std::vector<Stanza> stanzas = read_unsent(unsent_, client_content_ns);
    unsent_ = {};
    rescue(home_, *resource_, std::move(stanzas));
}

}  // namespace rondel::server
