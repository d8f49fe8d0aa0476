#include "rondel/tool/json.hpp"

#include <boost/json/src.hpp>  // the library is its headers, compiled here once
#include <fmt/format.h>

namespace rondel::tool {

void print_json(const json::value& value) { fmt::print("{}\n", json::serialize(value)); }

}  // namespace rondel::tool
