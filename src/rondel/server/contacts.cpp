#include "rondel/server/contacts.hpp"

#include <algorithm>
#include <utility>

namespace rondel::server {

Contacts::Read& Contacts::read() const {
    if (!read_) {
        RosterStorage::Roster roster = storage_.roster(username_);
        read_ = Read{roster.version, {}};
        for (RosterItem& item : roster.items) {
            std::string key = item.jid.str();
            read_->items.insert_or_assign(std::move(key), std::move(item));
        }
    }
    return *read_;
}

const RosterItem* Contacts::find(JidView contact) const {
    const auto& items = read().items;
    const auto at = items.find(contact.bare().str());
    return at == items.end() ? nullptr : &at->second;
}

std::size_t Contacts::listed() const {
    return static_cast<std::size_t>(std::ranges::count_if(all(), [](const auto& one) { return one.second.listed; }));
}

bool Contacts::sees_us(JidView contact) const {
    const RosterItem* item = find(contact);
    return item != nullptr && item->from;
}

bool Contacts::is_seen(JidView contact) const {
    const RosterItem* item = find(contact);
    return item != nullptr && item->to;
}

void Contacts::put(RosterItem item) {
    Read& now = read();
    now.version = storage_.put_item(username_, item);
    std::string key = item.jid.str();
    now.items.insert_or_assign(std::move(key), std::move(item));
}

void Contacts::remove(JidView contact) {
    Read& now = read();
    const auto at = now.items.find(contact.bare().str());
    if (at == now.items.end()) return;
    now.version = storage_.remove_item(username_, at->second.jid);
    now.items.erase(at);
}

Subscription subscription_of(const RosterItem& item) {
    return subscription_of(SubscriptionFacts{item.to, item.from, item.ask, item.pending_in});
}

void set_subscription(RosterItem& item, Subscription state) {
    const SubscriptionFacts facts = facts_of(state);
    item.to = facts.to;
    item.from = facts.from;
    item.ask = facts.ask;
    item.pending_in = facts.pending_in;
    if (!item.pending_in) item.request.clear();
}

}  // namespace rondel::server
