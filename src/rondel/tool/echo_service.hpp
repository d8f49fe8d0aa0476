// The echo service: its handler, and what a good citizen answers besides.
#pragma once

#include "rondel/service/router.hpp"

namespace rondel::tool {

Router echo_service();

}  // namespace rondel::tool
