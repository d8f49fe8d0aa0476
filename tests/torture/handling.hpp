// Handlers that wait, at work in an entity in the hands of a test: several senders, some of whose stanzas wait for a
// turn or for a place, a request, timers, a wait of somebody else's, the next message, and a router that is dropped
// meanwhile. What could not be taken in comes again, as it does over a connection.
#pragma once

#include <cstddef>
#include <string>

namespace rondel::torture {

// From its beginning on the n-th allocation fails. In a thread of its own, whose caches are empty; warm: tasks were at
// work before. What went wrong; empty: it survived. `reached`: there were as many.
std::string survive_handling(bool is_warm, std::size_t number, bool& reached);

}  // namespace rondel::torture
