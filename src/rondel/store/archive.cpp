// The archive (XEP-0313). Entries are in the order in which they were archived, whatever the calendar did.
#include "rondel/store/columns.hpp"
#include "rondel/store/sqlite.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace rondel::store {

namespace {

// WHERE … of one question. Parameters have fixed numbers, so that few different statements are prepared.
class Selection {
  public:
    Selection(std::string_view username, const server::ArchiveStorage::Filter& filter) : username_(username) {
        if (filter.with) {
            where_ += filter.with->is_bare() ? " AND with_bare = ?2" : " AND with_full = ?2";
            with_ = filter.with->str();
        }
        if (filter.start) where_ += " AND stamp >= ?3";
        if (filter.end) where_ += " AND stamp <= ?4";
        if (filter.start) start_ = as_column(*filter.start);
        if (filter.end) end_ = as_column(*filter.end);
    }

    void only(const std::vector<std::int64_t>& numbers) {
        where_ += " AND number IN (SELECT value FROM json_each(?5))";
        numbers_ = fmt::format("[{}]", fmt::join(numbers, ","));
    }

    // `what`: "SELECT … FROM archive"; `rest` may use ?6 and later.
    template <class... Values>
    Query query(const Database& database, std::string_view what, std::string_view rest, const Values&... values) const {
        // ?5 is named in any case, so that the statement has as many parameters as are bound.
        return database.query(fmt::format("{} WHERE username = ?1{} AND ?5 IS NOT NULL{}", what, where_, rest),
                              username_, std::string_view(with_), start_, end_, std::string_view(numbers_), values...);
    }

  private:
    std::string_view username_;
    std::string where_;
    std::string with_;
    std::string numbers_;
    std::int64_t start_ = 0;
    std::int64_t end_ = 0;
};

std::optional<std::int64_t> number_of(const Database& database, std::string_view username, std::string_view id) {
    Query found = database.query("SELECT number FROM archive WHERE username = ?1 AND id = ?2", username, id);
    if (!found.next()) return std::nullopt;
    return found.number(0);
}

std::size_t count(Query&& query) {
    query.next();
    return static_cast<std::size_t>(query.number(0));
}

}  // namespace

void Sqlite::archive(std::string_view username, const Entry& entry) {
    const Jid bare = entry.with.bare();
    database_
        .query(
            "INSERT INTO archive (username, id, stamp, with_full, with_bare, stanza) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            username, std::string_view(entry.id), as_column(entry.stamp), std::string_view(entry.with.str()),
            std::string_view(bare.str()), std::string_view(entry.stanza))
        .run();
}

std::optional<Sqlite::Page> Sqlite::page(std::string_view username, const Filter& filter, std::string_view after,
                                         std::string_view before, bool last, std::size_t most) const {
    Selection chosen(username, filter);
    if (!filter.ids.empty()) {
        std::vector<std::int64_t> numbers;
        for (const std::string& id : filter.ids) {
            const auto number = number_of(database_, username, id);
            if (!number) return std::nullopt;
            numbers.push_back(*number);
        }
        chosen.only(numbers);
    }
    std::int64_t above = 0, below = std::numeric_limits<std::int64_t>::max();
    for (const auto& [id, limit] : {std::pair{after, &above}, std::pair{before, &below}}) {
        if (id.empty()) continue;
        const auto number = number_of(database_, username, id);
        if (!number) return std::nullopt;
        *limit = *number;
    }

    Page page;
    page.count = count(chosen.query(database_, "SELECT count(*) FROM archive", ""));
    std::int64_t first = 0;
    {
        // One more than wanted shows whether there are more.
        const auto limit = static_cast<std::int64_t>(std::min<std::size_t>(most, 1'000'000)) + 1;
        Query rows = chosen.query(database_, "SELECT number, id, stamp, with_full, stanza FROM archive",
                                  last ? " AND number > ?6 AND number < ?7 ORDER BY number DESC LIMIT ?8"
                                       : " AND number > ?6 AND number < ?7 ORDER BY number LIMIT ?8",
                                  above, below, limit);
        page.complete = true;
        while (rows.next()) {
            if (page.entries.size() == most) {
                page.complete = false;
                break;
            }
            if (page.entries.empty() || last) first = rows.number(0);
            page.entries.push_back({std::string(rows.text(1)), as_time(rows.number(2)), as_jid(database_, rows.text(3)),
                                    std::string(rows.text(4))});
        }
    }
    if (last) std::ranges::reverse(page.entries);
    if (!page.entries.empty())
        page.first_index = count(chosen.query(database_, "SELECT count(*) FROM archive", " AND number < ?6", first));
    return page;
}

Sqlite::Preferences Sqlite::preferences(std::string_view username) const {
    Query found =
        database_.query("SELECT standard, always, never FROM archive_preferences WHERE username = ?1", username);
    if (!found.next()) return {};
    return {std::string(found.text(0)), as_jids(database_, found.text(1)), as_jids(database_, found.text(2))};
}

void Sqlite::put_preferences(std::string_view username, const Preferences& preferences) {
    database_
        .query("INSERT OR REPLACE INTO archive_preferences VALUES (?1, ?2, ?3, ?4)", username,
               std::string_view(preferences.standard), std::string_view(as_column(preferences.always)),
               std::string_view(as_column(preferences.never)))
        .run();
}

}  // namespace rondel::store
