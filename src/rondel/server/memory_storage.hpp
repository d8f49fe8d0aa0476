// A storage that forgets everything at the end: for tests, demonstrations, and accounts of a session's length.
#pragma once

#include "rondel/server/storage.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace rondel::server {

// Owns: what it was given. Nothing here throws StorageError.   Threads: one at a time.
class MemoryStorage : public Storage {
  public:
    // Of each archive at least so many of the newest entries are kept, and less than twice as many: memory is not
    // endless, and a chatty component fills it at a gigabyte a minute.
    static constexpr std::size_t usually_archived = 1000;
    explicit MemoryStorage(std::size_t most_archived = usually_archived) : most_archived_(most_archived) {}

    std::optional<Account> account(std::string_view username) const override;
    void put_account(const Account& account) override;
    bool remove_account(std::string_view username) override;
    std::vector<std::string> usernames() const override;

    std::vector<StoredToken> tokens(std::string_view username) const override;
    void put_token(std::string_view username, const StoredToken& token) override;
    void remove_tokens(std::string_view username, std::string_view client_id) override;

    Roster roster(std::string_view username) const override;
    std::uint64_t put_item(std::string_view username, const RosterItem& item) override;
    std::uint64_t remove_item(std::string_view username, const Jid& jid) override;
    std::optional<std::vector<Change>> changes_since(std::string_view username, std::uint64_t version) const override;

    std::vector<Kept> offline(std::string_view username) const override;
    std::size_t offline_count(std::string_view username) const override;
    void keep_offline(std::string_view username, Time stamp, std::string_view stanza) override;
    void drop_offline(std::string_view username, std::uint64_t up_to_number) override;

    void archive(std::string_view username, const Entry& entry) override;
    std::optional<Page> page(std::string_view username, const Filter& filter, std::string_view after,
                             std::string_view before, bool last, std::size_t most) const override;
    Preferences preferences(std::string_view username) const override;
    void put_preferences(std::string_view username, const Preferences& preferences) override;

    std::string vcard(std::string_view username) const override;
    void put_vcard(std::string_view username, std::string_view vcard) override;
    std::vector<Jid> blocked(std::string_view username) const override;
    void put_blocked(std::string_view username, const std::vector<Jid>& jids) override;
    std::optional<Seen> last_seen(std::string_view username) const override;
    void put_last_seen(std::string_view username, const Seen& seen) override;

  private:
    // The last thing that happened to each address that was ever in the roster. Versions begin at random, so that what
    // a client remembers of another roster of that name is not taken for this one's.
    struct Contacts {
        Contacts();
        std::uint64_t change(const Jid& jid, std::optional<RosterItem> item);

        std::uint64_t first;
        std::uint64_t version;
        std::map<Jid, Change> changes;
    };
    struct User {
        std::vector<StoredToken> tokens;
        Contacts contacts;
        std::vector<Kept> offline;  // no deques: an empty one holds half a kibibyte
        std::uint64_t kept = 0;
        std::vector<Entry> archive;
        Preferences preferences;
        std::string vcard;
        std::vector<Jid> blocked;
        std::optional<Seen> seen;
    };

    const User& user(std::string_view username) const;  // one without anything, if there is none
    User& user(std::string_view username);

    const std::size_t most_archived_;
    std::map<std::string, Account, std::less<>> accounts_;
    std::map<std::string, User, std::less<>> users_;
};

// Whether a filter of the archive lets an entry through; not about its `ids`.
bool lets_through(const ArchiveStorage::Filter& filter, const ArchiveStorage::Entry& entry);

}  // namespace rondel::server
