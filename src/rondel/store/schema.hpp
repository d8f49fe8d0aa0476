// The tables of the store. Not for other floors.
#pragma once

#include "rondel/store/database.hpp"

namespace rondel::store {

// Makes the tables in an empty file. Throws StorageError for a file of another program, or of a later version of this.
void prepare_schema(const Database& database);

}  // namespace rondel::store
