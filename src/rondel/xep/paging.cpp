#include "rondel/xep/paging.hpp"

#include <utility>

namespace rondel::paging {

Set first(std::uint64_t max) { return {.max = max}; }
Set after(std::string id, std::uint64_t max) { return {.max = max, .after = std::move(id)}; }
Set before(std::string id, std::uint64_t max) { return {.max = max, .before = std::move(id)}; }
Set last(std::uint64_t max) { return {.max = max, .before = std::string()}; }

}  // namespace rondel::paging
