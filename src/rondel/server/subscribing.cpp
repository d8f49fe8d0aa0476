#include "rondel/server/subscribing.hpp"

#include "rondel/server/presence_sharing.hpp"
#include "rondel/server/rosters.hpp"
#include "rondel/server/unsent_stanzas.hpp"

#include <utility>

namespace rondel::server {

namespace {

RosterItem item_of(const User& user, JidView contact) {
    if (const RosterItem* item = user.contacts.find(contact)) return *item;
    RosterItem item;
    item.jid = Jid(contact.bare());
    item.listed = false;
    return item;
}

// Keeps it, or forgets it where there is nothing to know about it; true: the user can see a difference.
bool keep(User& user, RosterItem item) {
    const RosterItem* before = user.contacts.find(item.jid);
    if (before == nullptr ? !item.listed && !item.pending_in : *before == item) return false;
    const bool visible = item.listed;
    if (!item.listed && !item.pending_in)
        user.contacts.remove(item.jid);
    else
        user.contacts.put(std::move(item));
    return visible;
}

void push(Home& home, User& user, JidView contact) {
    if (const RosterItem* item = user.contacts.find(contact)) push_item(home, user, *item);
}

void show_to_interested(Home& home, const User& user, const Presence& presence) {
    for (const auto& one : Resources(user.resources))
        if (one->interested) home.hand(*one, presence);
}

void show_to_available(Home& home, const User& user, const Presence& presence) {
    for (const auto& one : Resources(user.resources))
        if (one->is_available()) home.hand(*one, presence);
}

// The server speaks for the user, as the table says: `subscribed` to a request, `unsubscribed` to the contrary.
void reply(Home& home, const User& user, JidView contact, PresenceType to_what) {
    const PresenceType type =
        to_what == PresenceType::subscribe ? PresenceType::subscribed : PresenceType::unsubscribed;
    home.route(make_presence(user.bare, contact, type));
}

// The request is kept as it came, but not more of it than is reasonable (§3.1.3, Security Warning).
std::string request_text(const Presence& presence) {
    constexpr std::size_t most = 4096;
    std::string text = stanza_to_text(presence);
    if (text.size() <= most) return text;
    return stanza_to_text(make_presence(presence.from(), presence.to(), PresenceType::subscribe));
}

}  // namespace

void send_subscription(Home& home, User& user, Presence presence) {
    const Jid contact(presence.to().bare());
    const PresenceType type = *presence.type();
    if (user.owns(contact)) return;  // subscribed already, always
    presence.set_to(contact);
    presence.set_from(user.bare);

    RosterItem item = item_of(user, contact);
    const bool saw_us = item.from;
    const SubscriptionStep next = step(subscription_of(item), *outbound_event(type));
    set_subscription(item, next.next);
    if (next.pre_approve) item.approved = true;
    if (type == PresenceType::unsubscribed) item.approved = false;
    if (item.ask || item.to || item.from || item.approved) item.listed = true;
    const bool is_new = item.listed && (user.contacts.find(contact) == nullptr || !user.contacts.find(contact)->listed);
    if (is_new && user.contacts.listed() >= home.options.most_roster_items)
        return home.refuse(presence, StanzaError(Condition::not_allowed), true);
    const bool approved_now = item.from && !saw_us;
    const bool cancelled_now = saw_us && !item.from;
    const bool visible = keep(user, std::move(item));

    if (cancelled_now) tell_unavailable(home, user, contact);  // §3.2.2: before the cancellation
    if (next.pass) home.route(std::move(presence));
    if (visible) push(home, user, contact);
    if (approved_now) tell_available(home, user, contact);  // §3.1.5
}

void receive_subscription(Home& home, User& user, Presence presence) {
    const Jid contact(presence.from().bare());
    const PresenceType type = *presence.type();
    if (user.owns(contact)) return;
    presence.set_to(user.bare);
    presence.set_from(contact);

    RosterItem item = item_of(user, contact);
    const bool saw_us = item.from;
    const SubscriptionFacts before{item.to, item.from, item.ask, item.pending_in};
    const SubscriptionStep next = step(subscription_of(before), *inbound_event(type), item.approved);
    set_subscription(item, next.next);
    if (item.pending_in && !before.pending_in) item.request = request_text(presence);
    if (item.from && !saw_us) item.listed = true;
    const SubscriptionFacts after{item.to, item.from, item.ask, item.pending_in};
    const bool pushed = after.to != before.to || after.from != before.from || after.ask != before.ask;
    const bool now_sees_us = item.from && !saw_us;
    const bool visible = keep(user, std::move(item)) && pushed;

    if (next.pass && type == PresenceType::subscribe) show_to_available(home, user, presence);
    if (next.pass && type != PresenceType::subscribe) show_to_interested(home, user, presence);
    if (visible) push(home, user, contact);  // after what explains it (§3.1.6)
    if (next.reply) reply(home, user, contact, type);
    if (now_sees_us || (next.reply && type == PresenceType::subscribe)) tell_available(home, user, contact);
    if (saw_us && !after.from) tell_unavailable(home, user, contact);  // §3.3.3
}

void remind_of_requests(Home& home, User& user, Resource& resource) {
    for (const auto& [address, item] : user.contacts.all()) {
        if (!item.pending_in || user.blocked.holds(item.jid)) continue;
        if (item.request.empty())
            home.hand(resource, make_presence(item.jid, user.bare, PresenceType::subscribe));
        else
            home.hand(resource, stanza_of_text(item.request));
    }
}

void remove_contact(Home& home, User& user, JidView contact) {
    RosterItem item = item_of(user, contact);
    const SubscriptionFacts before{item.to, item.from, item.ask, item.pending_in};
    if (before.pending_in) {  // not answered by this: it stays a request of somebody who is not in the roster
        RosterItem request;
        request.jid = item.jid;
        request.listed = false;
        request.pending_in = true;
        request.request = item.request;
        user.contacts.put(std::move(request));
    } else {
        user.contacts.remove(item.jid);
    }
    if (before.to || before.ask) home.route(make_presence(user.bare, item.jid, PresenceType::unsubscribe));
    if (before.from) {
        tell_unavailable(home, user, item.jid);
        home.route(make_presence(user.bare, item.jid, PresenceType::unsubscribed));
    }
}

}  // namespace rondel::server
