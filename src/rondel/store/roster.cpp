// Rosters, with versions (RFC 6121 §2.6).
#include "rondel/base/random.hpp"
#include "rondel/store/columns.hpp"
#include "rondel/store/sqlite.hpp"

#include <array>

namespace rondel::store {

using server::RosterItem;

namespace {

constexpr std::int64_t most_removed = 500;  // of one roster; who was away for more gets the whole roster

std::uint64_t next_version(const Database& database, std::string_view username) {
    begin_roster(database, username);
    Query version =
        database.query("UPDATE roster SET version = version + 1 WHERE username = ?1 RETURNING version", username);
    version.next();
    const auto number = static_cast<std::uint64_t>(version.number(0));
    version.run();
    return number;
}

RosterItem read_item(const Database& database, std::string_view username, const Query& row) {
    RosterItem item{as_jid(database, row.text(0)), std::string(row.text(3))};
    item.to = row.flag(4);
    item.from = row.flag(5);
    item.ask = row.flag(6);
    item.pending_in = row.flag(7);
    item.approved = row.flag(8);
    item.listed = row.flag(9);
    item.request = row.text(10);
    Query groups = database.query("SELECT name FROM roster_group WHERE username = ?1 AND jid = ?2 ORDER BY position",
                                  username, row.text(0));
    while (groups.next()) item.groups.emplace_back(groups.text(0));
    return item;
}

constexpr std::string_view of_all =
    "SELECT jid, version, removed, name, sees, seen, ask, pending_in, approved, listed, request FROM roster_item "
    "WHERE username = ?1 AND removed = 0 ORDER BY jid";
constexpr std::string_view of_later =
    "SELECT jid, version, removed, name, sees, seen, ask, pending_in, approved, listed, request FROM roster_item "
    "WHERE username = ?1 AND version > ?2 ORDER BY version";

// Of the removed items the oldest are forgotten, and so is what had happened before.
void forget(const Database& database, std::string_view username) {
    Query last = database.query(
        "SELECT version FROM roster_item WHERE username = ?1 AND removed = 1 ORDER BY version DESC LIMIT 1 OFFSET ?2",
        username, most_removed);
    if (!last.next()) return;
    const std::int64_t version = last.number(0);
    database.query("UPDATE roster SET forgotten = ?2 WHERE username = ?1", username, version).run();
    database.query("DELETE FROM roster_item WHERE username = ?1 AND removed = 1 AND version <= ?2", username, version)
        .run();
}

}  // namespace

void begin_roster(const Database& database, std::string_view username) {
    std::array<unsigned char, 5> bytes{};  // so that versions have room to grow in what SQLite calls an integer
    fill_random(bytes);
    std::int64_t start = 0;
    for (const unsigned char byte : bytes) start = start << 8 | byte;
    database.query("INSERT OR IGNORE INTO roster VALUES (?1, ?2, ?2)", username, start).run();
}

Sqlite::Roster Sqlite::roster(std::string_view username) const {
    Roster roster;
    Query version = database_.query("SELECT version FROM roster WHERE username = ?1", username);
    if (version.next()) roster.version = static_cast<std::uint64_t>(version.number(0));
    Query items = database_.query(of_all, username);
    while (items.next()) roster.items.push_back(read_item(database_, username, items));
    return roster;
}

std::uint64_t Sqlite::put_item(std::string_view username, const RosterItem& item) {
    Transaction transaction(database_);
    const std::uint64_t version = next_version(database_, username);
    const std::string_view jid = item.jid.str();
    database_
        .query(
            "INSERT OR REPLACE INTO roster_item (username, jid, version, removed, name, sees, seen, ask, pending_in, "
            "approved, listed, request) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            username, jid, static_cast<std::int64_t>(version), std::string_view(item.name), std::int64_t{item.to},
            std::int64_t{item.from}, std::int64_t{item.ask}, std::int64_t{item.pending_in}, std::int64_t{item.approved},
            std::int64_t{item.listed}, std::string_view(item.request))
        .run();
    database_.query("DELETE FROM roster_group WHERE username = ?1 AND jid = ?2", username, jid).run();
    std::int64_t position = 0;
    for (const std::string& group : item.groups)
        database_
            .query("INSERT INTO roster_group VALUES (?1, ?2, ?3, ?4)", username, jid, position++,
                   std::string_view(group))
            .run();
    transaction.commit();
    return version;
}

std::uint64_t Sqlite::remove_item(std::string_view username, const Jid& jid) {
    Transaction transaction(database_);
    const std::uint64_t version = next_version(database_, username);
    database_
        .query(
            "INSERT OR REPLACE INTO roster_item (username, jid, version, removed, name, sees, seen, ask, pending_in, "
            "approved, listed, request) VALUES (?1, ?2, ?3, 1, '', 0, 0, 0, 0, 0, 0, '')",
            username, std::string_view(jid.str()), static_cast<std::int64_t>(version))
        .run();
    database_.query("DELETE FROM roster_group WHERE username = ?1 AND jid = ?2", username, std::string_view(jid.str()))
        .run();
    forget(database_, username);
    transaction.commit();
    return version;
}

std::optional<std::vector<Sqlite::Change>> Sqlite::changes_since(std::string_view username,
                                                                 std::uint64_t version) const {
    Query found = database_.query("SELECT version, forgotten FROM roster WHERE username = ?1", username);
    if (!found.next() || version > static_cast<std::uint64_t>(found.number(0)) ||
        version < static_cast<std::uint64_t>(found.number(1)))
        return std::nullopt;
    std::vector<Change> changes;
    Query rows = database_.query(of_later, username, static_cast<std::int64_t>(version));
    while (rows.next()) {
        Change change{static_cast<std::uint64_t>(rows.number(1)), as_jid(database_, rows.text(0)), {}};
        if (!rows.flag(2)) change.item = read_item(database_, username, rows);
        changes.push_back(std::move(change));
    }
    return changes;
}

}  // namespace rondel::store
