#include "rondel/server/arriving.hpp"

#include "rondel/server/messages.hpp"
#include "rondel/server/presence_sharing.hpp"
#include "rondel/server/queries.hpp"
#include "rondel/server/subscribing.hpp"

#include <utility>

namespace rondel::server {

namespace {

// RFC 6120 §10.5.1 and §10.5.2. What is for an address "domain/resource" is for nobody.
void receive_at_domain(Home& home, Stanza& stanza) {
    if (stanza.kind() == StanzaKind::presence) return;
    if (stanza.is_request() && stanza.to().is_bare())
        return answer_for_domain(home, Iq(std::move(stanza)));
    home.refuse(stanza, Condition::service_unavailable);
}

// RFC 6121 §8.5.1: as if the account were there and its user away, so that nobody can tell (V41).
void receive_for_nobody(Home& home, Stanza& stanza) {
    if (stanza.kind() == StanzaKind::presence) {
        const Presence presence(std::move(stanza));
        if (presence.type() == PresenceType::probe) answer_probe(home, nullptr, presence);
    } else if (stanza.kind() == StanzaKind::iq || stanza.type() != "headline" || !stanza.to().is_bare()) {
        home.refuse(stanza, Condition::service_unavailable);
    }
}

// XEP-0191 §3.3: as if the user were away.
void receive_from_blocked(Home& home, Stanza& stanza) {
    if (stanza.kind() == StanzaKind::presence) return;
    if (stanza.kind() == StanzaKind::message && stanza.type() == "headline" && stanza.to().is_bare()) return;
    home.refuse(stanza, Condition::service_unavailable);
}

void receive_iq(Home& home, User& user, Stanza& stanza) {
    const JidView to = stanza.to();
    if (to.is_bare()) {
        if (stanza.is_request()) answer_for_account(home, user, Iq(std::move(stanza)), nullptr);
        return;
    }
    const auto resource = user.find(to.resource());
    if (!resource) return home.refuse(stanza, Condition::service_unavailable);
    if (stanza.is_request() && !may_ask(user, *resource, stanza.from()))
        return home.refuse(stanza, Condition::service_unavailable);
    home.hand(*resource, stanza);
}

void receive_presence(Home& home, User& user, Presence presence) {
    const std::optional<PresenceType> type = presence.type();
    if (type == PresenceType::probe) return answer_probe(home, &user, presence);
    if (type && inbound_event(*type)) {
        // For a resource that is not there only a request counts (RFC 6121 §8.5.3.2.2).
        const JidView to = presence.to();
        if (to.is_bare() || type == PresenceType::subscribe || user.find(to.resource()))
            receive_subscription(home, user, std::move(presence));
        return;
    }
    show_presence(home, user, std::move(presence));
}

}  // namespace

bool may_ask(const User& user, const Resource& resource, JidView who) {
    const bool the_server = who.str() == user.bare.domain();
    return the_server || user.shows_presence_to(who) || resource.is_known_to(who);
}

void receive(Home& home, Stanza& stanza) {
    const JidView to = stanza.to();
    if (to.local().empty()) return receive_at_domain(home, stanza);

    // Presence is mostly for those who are away: nothing is looked up for it.
    const bool mere_presence = stanza.kind() == StanzaKind::presence &&
                               (stanza.type().empty() || stanza.type() == "unavailable" || stanza.is_error());
    User* user = mere_presence ? home.present_user(to.local()) : home.find_user(to.local());
    if (user == nullptr) return receive_for_nobody(home, stanza);

    const JidView from = stanza.from();
    if (!user->owns(from) && from.str() != home.name().str() && user->blocked.holds(from))
        return receive_from_blocked(home, stanza);
    switch (stanza.kind()) {
        case StanzaKind::iq:
            return receive_iq(home, *user, stanza);
        case StanzaKind::presence:
            return receive_presence(home, *user, Presence(std::move(stanza)));
        case StanzaKind::message:
            return receive_message(home, *user, stanza);
    }
}

}  // namespace rondel::server
