// Connects, does one thing, disconnects in order.
#pragma once

#include "rondel/net/component.hpp"

#include <functional>

namespace rondel::tool {

// The exit status is what `work` returns; 1 with a sentence on standard error where it throws, or where there is no
// connection. Fails, rather than tries again, where the server is down: someone is waiting at a prompt.
int once(ComponentOptions options, std::function<task<int>(Entity&)> work, Router router = {});

}  // namespace rondel::tool
