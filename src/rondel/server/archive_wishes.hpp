// What one user wants archived (XEP-0441), read from the storage when it is first asked for.
#pragma once

#include "rondel/server/storage.hpp"

#include <optional>
#include <string>
#include <utility>

namespace rondel::server {

// Borrows: the storage, which nobody else changes meanwhile.   Threads: one at a time.
class ArchiveWishes {
  public:
    ArchiveWishes(ArchiveStorage& storage, std::string username) : storage_(storage), username_(std::move(username)) {}

    // Both throw StorageError.
    const ArchiveStorage::Preferences& get() const {
        if (!read_) read_ = storage_.preferences(username_);
        return *read_;
    }
    void put(ArchiveStorage::Preferences wanted) {
        storage_.put_preferences(username_, wanted);
        read_ = std::move(wanted);
    }

  private:
    ArchiveStorage& storage_;
    std::string username_;
    mutable std::optional<ArchiveStorage::Preferences> read_;
};

}  // namespace rondel::server
