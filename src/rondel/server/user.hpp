// A user of the domain, while somebody has to do with them.
#pragma once

#include "rondel/server/archive_wishes.hpp"
#include "rondel/server/blocklist.hpp"
#include "rondel/server/contacts.hpp"
#include "rondel/server/resource.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rondel::server {

using Resources = std::vector<std::shared_ptr<Resource>>;  // a copy lives through whatever its stanzas cause

// Owns: resources, and what was read of the storage. Borrows: the storage.   Threads: one at a time.
struct User {
    User(Jid address, Storage& kept, bool is_guest)
        : bare(std::move(address)),
          name(bare.local()),
          storage(kept),
          guest(is_guest),
          contacts(kept, name),
          blocked(kept, name),
          archived(kept, name) {}
    User(const User&) = delete;
    User& operator=(const User&) = delete;

    std::shared_ptr<Resource> find(std::string_view resource) const {
        for (const auto& one : resources)
            if (one->address.resource() == resource) return one;
        return nullptr;
    }
    bool owns(JidView address) const { return address.bare() == bare; }

    // By a subscription, or because it is their own (RFC 6121 §4.2.2).
    bool shows_presence_to(JidView who) const { return owns(who) || contacts.sees_us(who); }

    const Jid bare;
    const std::string name;
    Storage& storage;
    const bool guest;  // anonymous: nothing of theirs stays
    Contacts contacts;
    Blocklist blocked;
    ArchiveWishes archived;
    Resources resources;  // in the order of their coming
};

}  // namespace rondel::server
