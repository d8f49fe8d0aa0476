// The rates of base/rate.hpp, by the names that this floor has always had for them.
#pragma once

#include "rondel/base/rate.hpp"

namespace rondel::net {

using rondel::Rate;
using rondel::RateLimit;

}  // namespace rondel::net
