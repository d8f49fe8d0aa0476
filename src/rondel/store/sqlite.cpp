#include "rondel/store/sqlite.hpp"

#include "rondel/store/schema.hpp"

#include <utility>

namespace rondel::store {

Sqlite::Sqlite(std::string path, const SqliteOptions& options) : database_(std::move(path), options) {
    prepare_schema(database_);
}

}  // namespace rondel::store
