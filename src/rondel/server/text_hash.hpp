// A hash by which a table of strings is asked with any piece of text, without making a string of it.
#pragma once

#include <functional>
#include <string_view>

namespace rondel::server {

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace rondel::server
