// JSON for standard output.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace rondel::tool {

namespace json = boost::json;

void print_json(const json::value& value);  // one line

}  // namespace rondel::tool
