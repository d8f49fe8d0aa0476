// The list of the blocked, as its user's clients see and change it (XEP-0191).
#pragma once

#include "rondel/server/queries.hpp"

namespace rondel::server {

Answer get_blocklist(Home& home, const Asked& asked);
Answer block(Home& home, const Asked& asked);
Answer unblock(Home& home, const Asked& asked);

}  // namespace rondel::server
