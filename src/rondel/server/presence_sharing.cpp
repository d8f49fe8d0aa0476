#include "rondel/server/presence_sharing.hpp"

#include "rondel/server/offline_messages.hpp"
#include "rondel/server/subscribing.hpp"
#include "rondel/xep/delay.hpp"

#include <utility>

namespace rondel::server {

namespace {

constexpr std::size_t most_directed = 2000;  // one resource in so many rooms; then policy-violation

void route_to(Home& home, const Presence& presence, JidView to) { home.route(presence.copy().to(to)); }

void to_subscribers(Home& home, const User& user, const Presence& presence) {
    std::vector<Jid> who;  // what it causes may change the roster
    for (const auto& [address, item] : user.contacts.all())
        if (item.from && !user.blocked.holds(item.jid)) who.push_back(item.jid);
    for (const Jid& contact : who) route_to(home, presence, contact);
}

// The user's own resources are subscribed to each other (§4.2.2); the one that sends hears itself.
void to_own(Home& home, const User& user, const Resource& sender, const Presence& presence) {
    const Presence addressed = presence.copy().to(user.bare);
    for (const auto& one : Resources(user.resources))
        if (one->is_available() || (one.get() == &sender && !sender.ended)) home.hand(*one, addressed);
}

// A request may have been lost where it went (§3.1.2); here none is.
void ask_again(Home& home, const User& user, const Jid& contact) {
    Presence request = make_presence(user.bare, contact, PresenceType::subscribe);
    request.set_id(home.new_id());
    home.route(std::move(request));
}

void see_others(Home& home, User& user, Resource& newcomer) {
    for (const auto& one : Resources(user.resources))
        if (one.get() != &newcomer && one->is_available()) home.hand(newcomer, one->presence->copy().to(user.bare));
    std::vector<Jid> seen;
    std::vector<Jid> asked;
    for (const auto& [address, item] : user.contacts.all()) {
        if (user.blocked.holds(item.jid)) continue;
        if (item.to) seen.push_back(item.jid);
        if (item.ask && !home.is_ours(item.jid)) asked.push_back(item.jid);
    }
    for (const Jid& contact : seen) probe(home, user, contact, newcomer.address);
    for (const Jid& contact : asked) ask_again(home, user, contact);
}

void remember_leaving(Home& home, User& user, const Presence& unavailable) {
    try {
        user.storage.put_last_seen(user.name,
                                   {home.calendar(), std::string(unavailable.status().value_or(std::string_view()))});
    } catch (const StorageError& error) {
        home.log(error.what());  // the rest must go on: others have to be told
    }
}

bool anybody_available(const User& user) {
    for (const auto& one : user.resources)
        if (one->is_available()) return true;
    return false;
}

// §4.3.2 rule 3: with the time of the last unavailable presence.
void tell_away(Home& home, const User& user, JidView from, const Presence& probe) {
    Presence away = make_presence(from, probe.from(), PresenceType::unavailable);
    if (const auto id = probe.id()) away.set_id(*id);
    if (const auto seen = user.storage.last_seen(user.name)) {
        delay::Delay delay;
        delay.stamp = std::chrono::floor<std::chrono::milliseconds>(seen->when);
        away.add(xml::encode(delay));
    }
    home.route(std::move(away));
}

void refuse_probe(Home& home, const Presence& probe) {
    Presence refusal = make_presence(probe.to().bare(), probe.from().bare(), PresenceType::unsubscribed);
    if (const auto id = probe.id()) refusal.set_id(*id);
    home.route(std::move(refusal));
}

}  // namespace

void share_presence(Home& home, User& user, Resource& resource, Presence presence) {
    const bool initial = !resource.is_available();
    const bool took_messages = resource.takes_messages();
    resource.presence = presence.copy();
    resource.priority = presence.priority();
    to_subscribers(home, user, presence);
    to_own(home, user, resource, presence);
    if (initial) {
        see_others(home, user, resource);
        remind_of_requests(home, user, resource);
    }
    if (!took_messages && resource.takes_messages()) deliver_offline(home, user, resource);
}

void end_presence(Home& home, User& user, Resource& resource, const Presence& unavailable) {
    const bool was_available = resource.is_available();
    resource.presence.reset();
    resource.priority = 0;
    const auto directed = std::exchange(resource.directed, {});
    if (was_available) {
        if (!anybody_available(user)) remember_leaving(home, user, unavailable);
        to_subscribers(home, user, unavailable);
        to_own(home, user, resource, unavailable);
    }
    for (const std::string& address : directed) {
        const JidView who = JidView::of_prepared(address);
        const bool was_told = was_available && user.shows_presence_to(who) && who.is_bare();
        if (!was_told && !user.blocked.holds(who)) route_to(home, unavailable, who);
    }
}

void direct_presence(Home& home, User& user, Resource& resource, Presence presence) {
    const JidView to = presence.to();
    if (presence.type() == PresenceType::unavailable) {
        resource.directed.erase(std::string(to.str()));
    } else if (!(resource.is_available() && to.is_bare() && user.shows_presence_to(to))) {
        if (resource.directed.size() >= most_directed)
            return home.refuse(presence, StanzaError(Condition::policy_violation), true);
        resource.directed.emplace(to.str());
    }
    home.route(std::move(presence));
}

void show_presence(Home& home, User& user, Presence presence) {
    if (presence.type() == PresenceType::unavailable)
        for (const auto& one : user.resources) one->directed.erase(std::string(presence.from().str()));
    const JidView to = presence.to();
    if (!to.is_bare()) {
        if (const auto resource = user.find(to.resource())) home.hand(*resource, presence);
        return;
    }
    for (const auto& one : Resources(user.resources))
        if (one->is_available()) home.hand(*one, presence);
}

void answer_probe(Home& home, User* user, const Presence& probe) {
    const JidView asker = probe.from();
    const JidView to = probe.to();
    if (user == nullptr) return refuse_probe(home, probe);
    const auto resource = to.is_bare() ? nullptr : user->find(to.resource());
    if (!user->shows_presence_to(asker)) {  // §4.6.6: who was told directly may ask whether it still holds
        const bool told =
            resource && (resource->directed.contains(asker.str()) || resource->directed.contains(asker.bare().str()));
        return told ? home.route(make_presence(to, asker, PresenceType::available)) : refuse_probe(home, probe);
    }
    if (!to.is_bare()) {  // not its details (§4.3.2)
        if (!resource || !resource->is_available()) return tell_away(home, *user, to, probe);
        return home.route(make_presence(to, asker, PresenceType::available));
    }
    if (!anybody_available(*user)) return tell_away(home, *user, to, probe);
    for (const auto& one : Resources(user->resources))
        if (one->is_available()) route_to(home, *one->presence, asker);
}

void tell_available(Home& home, User& user, JidView contact) {
    for (const auto& one : Resources(user.resources))
        if (one->is_available()) route_to(home, *one->presence, contact);
}

void tell_unavailable(Home& home, User& user, JidView contact) {
    for (const auto& one : Resources(user.resources))
        if (one->is_available()) home.route(make_presence(one->address, contact, PresenceType::unavailable));
}

void probe(Home& home, User& user, const Jid& contact, JidView asker) {
    const JidView from = home.is_ours(contact) ? asker : JidView(user.bare);
    Presence question = make_presence(from, contact, PresenceType::probe);
    question.set_id(home.new_id());
    home.route(std::move(question));
}

}  // namespace rondel::server
