// Runs a host until it ends: the whole of a service's main().
#pragma once

#include "rondel/net/client.hpp"
#include "rondel/net/component.hpp"

namespace rondel {

// SIGTERM or SIGINT: work in flight is finished (10 s at most), the stream closed, and the result is 0. A second signal
// leaves at once. What cannot be helped by trying again is said in one sentence on standard error, and the result is 1.
// The result is meant for main(). Blocks; the calling thread is the entity's.
int run(Component& component);
inline int run(Component&& component) { return run(component); }
int run(Client& client);
inline int run(Client&& client) { return run(client); }

}  // namespace rondel
