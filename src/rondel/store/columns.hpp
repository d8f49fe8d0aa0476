// How values stand in columns. Not for other floors.
#pragma once

#include "rondel/store/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rondel::store {

inline std::int64_t as_column(server::Time moment) { return moment.time_since_epoch().count(); }
inline server::Time as_time(std::int64_t column) { return server::Time(server::Time::duration(column)); }

// An address that we wrote ourselves. Throws StorageError if it is none: somebody else changed the file.
Jid as_jid(const Database& database, std::string_view column);

// Several, one in each line.
std::string as_column(const std::vector<Jid>& jids);
std::vector<Jid> as_jids(const Database& database, std::string_view column);

// A roster's first version is a random number, so that nobody takes it for that of an earlier roster of the name.
// Does nothing where there is one.
void begin_roster(const Database& database, std::string_view username);

}  // namespace rondel::store
