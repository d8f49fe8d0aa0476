#include "rondel/store/schema.hpp"

#include <fmt/format.h>

namespace rondel::store {

namespace {

constexpr std::int64_t application = 0x726E646C;  // "rndl": whose file this is
constexpr std::int64_t version = 1;

// Moments are microseconds since 1970. Users are given by their localpart. Lists of JIDs have one in each line: JIDs
// hold no line breaks (RFC 7622).
constexpr auto tables = R"(
CREATE TABLE account (username TEXT PRIMARY KEY, disabled INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE scram_keys (
    username TEXT, hash TEXT, salt BLOB NOT NULL, iterations INTEGER NOT NULL, stored_key BLOB NOT NULL,
    server_key BLOB NOT NULL, PRIMARY KEY (username, hash)) STRICT, WITHOUT ROWID;

CREATE TABLE token (
    number INTEGER PRIMARY KEY, username TEXT NOT NULL, client_id TEXT NOT NULL, mechanism TEXT NOT NULL,
    secret BLOB NOT NULL, expiry TEXT NOT NULL, expires INTEGER NOT NULL) STRICT;
CREATE INDEX token_of ON token (username, client_id);

-- version: of the last change; forgotten: what happened up to this version is not known any more.
CREATE TABLE roster (
    username TEXT PRIMARY KEY, version INTEGER NOT NULL, forgotten INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- A removed item stays for a while, so that those who were away can be told.
CREATE TABLE roster_item (
    username TEXT, jid TEXT, version INTEGER NOT NULL, removed INTEGER NOT NULL, name TEXT NOT NULL,
    sees INTEGER NOT NULL, seen INTEGER NOT NULL, ask INTEGER NOT NULL, pending_in INTEGER NOT NULL,
    approved INTEGER NOT NULL, listed INTEGER NOT NULL, request TEXT NOT NULL, PRIMARY KEY (username, jid)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX roster_change ON roster_item (username, version);

CREATE TABLE roster_group (
    username TEXT, jid TEXT, position INTEGER, name TEXT NOT NULL, PRIMARY KEY (username, jid, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE offline (
    number INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL, stamp INTEGER NOT NULL, stanza TEXT NOT NULL
) STRICT;
CREATE INDEX offline_of ON offline (username);

CREATE TABLE archive (
    number INTEGER PRIMARY KEY, username TEXT NOT NULL, id TEXT NOT NULL, stamp INTEGER NOT NULL,
    with_full TEXT NOT NULL, with_bare TEXT NOT NULL, stanza TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX archive_id ON archive (username, id);
CREATE INDEX archive_with ON archive (username, with_bare);
CREATE INDEX archive_stamp ON archive (username, stamp);

CREATE TABLE archive_preferences (
    username TEXT PRIMARY KEY, standard TEXT NOT NULL, always TEXT NOT NULL, never TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user_data (
    username TEXT PRIMARY KEY, vcard TEXT NOT NULL DEFAULT '', blocked TEXT NOT NULL DEFAULT '',
    seen INTEGER, status TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
)";

std::int64_t number(const Database& database, const char* sql) {
    Query query = database.query(sql);
    return query.next() ? query.number(0) : 0;
}

}  // namespace

void prepare_schema(const Database& database) {
    Transaction transaction(database);
    const std::int64_t whose = number(database, "PRAGMA application_id");
    const std::int64_t found = number(database, "PRAGMA user_version");
    const bool empty = number(database, "SELECT count(*) FROM sqlite_schema") == 0;
    if (whose != application && !(whose == 0 && empty)) database.fail("belongs to another program");
    if (found > version)
        database.fail(
            fmt::format("was written by a later version of rondel: its tables are of version {}, and this "
                        "one knows {}",
                        found, version));
    if (empty) {
        database.execute(tables);
        database.execute(
            fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", application, version).c_str());
    }
    transaction.commit();
}

}  // namespace rondel::store
