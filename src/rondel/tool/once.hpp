// Connects, does one thing, disconnects in order.
#pragma once

#include "rondel/service/router.hpp"
#include "rondel/tool/connection_options.hpp"

#include <functional>

namespace rondel::tool {

// The exit status is what `work` returns; 1 with a sentence on standard error where it throws, or where there is no
// connection. Fails, rather than tries again, where the server is down: someone is waiting at a prompt. A client shows
// no presence: what waits for its owner is not for us.
int once(const ConnectionOptions& how, std::function<task<int>(Entity&)> work, Router router = {});

}  // namespace rondel::tool
