// Messages for those who are not here (XEP-0160).
#include "rondel/store/columns.hpp"
#include "rondel/store/sqlite.hpp"

namespace rondel::store {

std::vector<Sqlite::Kept> Sqlite::offline(std::string_view username) const {
    std::vector<Kept> kept;
    Query found =
        database_.query("SELECT number, stamp, stanza FROM offline WHERE username = ?1 ORDER BY number", username);
    while (found.next())
        kept.push_back(
            {static_cast<std::uint64_t>(found.number(0)), as_time(found.number(1)), std::string(found.text(2))});
    return kept;
}

std::size_t Sqlite::offline_count(std::string_view username) const {
    Query count = database_.query("SELECT count(*) FROM offline WHERE username = ?1", username);
    count.next();
    return static_cast<std::size_t>(count.number(0));
}

void Sqlite::keep_offline(std::string_view username, server::Time stamp, std::string_view stanza) {
    database_
        .query("INSERT INTO offline (username, stamp, stanza) VALUES (?1, ?2, ?3)", username, as_column(stamp), stanza)
        .run();
}

void Sqlite::drop_offline(std::string_view username, std::uint64_t up_to_number) {
    database_
        .query("DELETE FROM offline WHERE username = ?1 AND number <= ?2", username,
               static_cast<std::int64_t>(up_to_number))
        .run();
}

}  // namespace rondel::store
