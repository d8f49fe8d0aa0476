// Sqlite: what the embedded server keeps, in one file.
//
//   store::Sqlite storage("/var/lib/rondel/data.sqlite");
//   server::Domain home(board, storage, {.name = "example.com"_jid});
//
// What a call has done is on the disk when it returns (write-ahead log, synchronous = FULL): it survives a crash of
// the program, and of the machine. A call that throws has changed nothing; the next one may succeed. The file is its
// owner's alone (0600); it holds SCRAM keys and tokens, and never a password. A program that locks the file for long
// makes calls fail, not wait, as all clients wait with us: the first one after 25 ms, those behind it at once.
#pragma once

#include "rondel/server/storage.hpp"
#include "rondel/store/database.hpp"

#include <string>

namespace rondel::store {

using SqliteOptions = DatabaseOptions;

// Owns: the open file.   Threads: one at a time.
class Sqlite : public server::Storage {
  public:
    // Opens the file, or makes it. Throws StorageError: no such folder, another program's file, a later version's.
    explicit Sqlite(std::string path, const SqliteOptions& options = {});

    // accounts.cpp
    std::optional<server::Account> account(std::string_view username) const override;
    void put_account(const server::Account& account) override;
    bool remove_account(std::string_view username) override;
    std::vector<std::string> usernames() const override;
    std::vector<server::StoredToken> tokens(std::string_view username) const override;
    void put_token(std::string_view username, const server::StoredToken& token) override;
    void remove_tokens(std::string_view username, std::string_view client_id) override;

    // roster.cpp
    Roster roster(std::string_view username) const override;
    std::uint64_t put_item(std::string_view username, const server::RosterItem& item) override;
    std::uint64_t remove_item(std::string_view username, const Jid& jid) override;
    std::optional<std::vector<Change>> changes_since(std::string_view username, std::uint64_t version) const override;

    // offline.cpp
    std::vector<Kept> offline(std::string_view username) const override;
    std::size_t offline_count(std::string_view username) const override;
    void keep_offline(std::string_view username, server::Time stamp, std::string_view stanza) override;
    void drop_offline(std::string_view username, std::uint64_t up_to_number) override;

    // archive.cpp
    void archive(std::string_view username, const Entry& entry) override;
    std::optional<Page> page(std::string_view username, const Filter& filter, std::string_view after,
                             std::string_view before, bool last, std::size_t most) const override;
    Preferences preferences(std::string_view username) const override;
    void put_preferences(std::string_view username, const Preferences& preferences) override;

    // user_data.cpp
    std::string vcard(std::string_view username) const override;
    void put_vcard(std::string_view username, std::string_view vcard) override;
    std::vector<Jid> blocked(std::string_view username) const override;
    void put_blocked(std::string_view username, const std::vector<Jid>& jids) override;
    std::optional<Seen> last_seen(std::string_view username) const override;
    void put_last_seen(std::string_view username, const Seen& seen) override;

  private:
    Database database_;
};

}  // namespace rondel::store
