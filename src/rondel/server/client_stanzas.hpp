// What one of the domain's own clients sends (RFC 6120 §8.1, §10.3; RFC 6121 §8).
#pragma once

#include "rondel/server/home.hpp"

namespace rondel::server {

// Whatever `from` it has: it is stamped. The client is told if the storage fails.
void take_from_client(Home& home, User& user, Resource& resource, Stanza stanza);

}  // namespace rondel::server
