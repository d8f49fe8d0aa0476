// What the domain tells about itself: XEP-0030, 0092, 0157, 0199, 0202, 0012.
#pragma once

#include "rondel/server/queries.hpp"

namespace rondel::server {

Answer domain_info(Home& home, const Asked& asked);
Answer domain_items(Home& home, const Asked& asked);
Answer domain_version(Home& home, const Asked& asked);
Answer domain_time(Home& home, const Asked& asked);
Answer domain_uptime(Home& home, const Asked& asked);
Answer pong(Home& home, const Asked& asked);

}  // namespace rondel::server
