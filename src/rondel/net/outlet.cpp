#include "rondel/net/outlet.hpp"

#include <chrono>

#include <fmt/format.h>

namespace rondel::net {

std::string Outlet::why() const {
    return fmt::format("The other side stopped reading: in {} ms it took nothing of what was to be written.",
                       std::chrono::duration_cast<std::chrono::milliseconds>(limit_).count());
}

}  // namespace rondel::net
