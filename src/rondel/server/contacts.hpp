// The roster of one user, read from the storage when it is first asked for.
#pragma once

#include "rondel/server/storage.hpp"
#include "rondel/server/subscription.hpp"

#include <map>
#include <optional>
#include <string>

namespace rondel::server {

// Owns: what it has read. Borrows: the storage, which nobody else changes meanwhile.   Threads: one at a time.
class Contacts {
  public:
    Contacts(RosterStorage& storage, std::string username) : storage_(storage), username_(std::move(username)) {}

    const RosterItem* find(JidView contact) const;  // by its bare JID; nullptr: there is none
    const std::map<std::string, RosterItem, std::less<>>& all() const { return read().items; }  // by address
    std::uint64_t version() const { return read().version; }
    std::size_t listed() const;  // how many the user sees in the roster

    bool sees_us(JidView contact) const;  // subscribed to the user's presence
    bool is_seen(JidView contact) const;

    void put(RosterItem item);  // in the storage first: throws StorageError
    void remove(JidView contact);

  private:
    struct Read {
        std::uint64_t version = 0;
        std::map<std::string, RosterItem, std::less<>> items;
    };
    Read& read() const;

    RosterStorage& storage_;
    std::string username_;
    mutable std::optional<Read> read_;
};

Subscription subscription_of(const RosterItem& item);
void set_subscription(RosterItem& item, Subscription state);

}  // namespace rondel::server
