// Small things of a user: vcard-temp (XEP-0054), the blocked (XEP-0191), when they were last here (XEP-0012).
#include "rondel/store/columns.hpp"
#include "rondel/store/sqlite.hpp"

namespace rondel::store {

std::string Sqlite::vcard(std::string_view username) const {
    Query found = database_.query("SELECT vcard FROM user_data WHERE username = ?1", username);
    return found.next() ? std::string(found.text(0)) : std::string();
}

void Sqlite::put_vcard(std::string_view username, std::string_view vcard) {
    database_
        .query(
            "INSERT INTO user_data (username, vcard) VALUES (?1, ?2) "
            "ON CONFLICT DO UPDATE SET vcard = excluded.vcard",
            username, vcard)
        .run();
}

std::vector<Jid> Sqlite::blocked(std::string_view username) const {
    Query found = database_.query("SELECT blocked FROM user_data WHERE username = ?1", username);
    return found.next() ? as_jids(database_, found.text(0)) : std::vector<Jid>();
}

void Sqlite::put_blocked(std::string_view username, const std::vector<Jid>& jids) {
    database_
        .query(
            "INSERT INTO user_data (username, blocked) VALUES (?1, ?2) "
            "ON CONFLICT DO UPDATE SET blocked = excluded.blocked",
            username, std::string_view(as_column(jids)))
        .run();
}

std::optional<Sqlite::Seen> Sqlite::last_seen(std::string_view username) const {
    Query found =
        database_.query("SELECT seen, status FROM user_data WHERE username = ?1 AND seen IS NOT NULL", username);
    if (!found.next()) return std::nullopt;
    return Seen{as_time(found.number(0)), std::string(found.text(1))};
}

void Sqlite::put_last_seen(std::string_view username, const Seen& seen) {
    database_
        .query(
            "INSERT INTO user_data (username, seen, status) VALUES (?1, ?2, ?3) "
            "ON CONFLICT DO UPDATE SET seen = excluded.seen, status = excluded.status",
            username, as_column(seen.when), std::string_view(seen.status))
        .run();
}

}  // namespace rondel::store
