// Whom a user does not want to hear of (XEP-0191), read from the storage when it is first asked for.
#pragma once

#include "rondel/server/storage.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rondel::server {

// Owns: what it has read. Borrows: the storage.   Threads: one at a time.
class Blocklist {
  public:
    Blocklist(UserDataStorage& storage, std::string username) : storage_(storage), username_(std::move(username)) {}

    // By the full JID, the bare one, the domain with the resource, or the domain (XEP-0016 §2.3).
    bool holds(JidView who) const;
    const std::vector<Jid>& all() const;
    bool empty() const { return all().empty(); }

    // Both return those that were not blocked before, or not unblocked, and are now; throw StorageError.
    std::vector<Jid> add(const std::vector<Jid>& jids);
    std::vector<Jid> remove(const std::vector<Jid>& jids);

  private:
    void put(std::vector<Jid> jids);

    UserDataStorage& storage_;
    std::string username_;
    mutable std::optional<std::vector<Jid>> read_;
};

}  // namespace rondel::server
