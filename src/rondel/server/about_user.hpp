// What is told of an account on behalf of its user: XEP-0030, 0199, 0012 to those who may see their presence, and the
// card (XEP-0054) to everybody.
#pragma once

#include "rondel/server/queries.hpp"

namespace rondel::server {

Answer account_info(Home& home, const Asked& asked);
Answer account_items(Home& home, const Asked& asked);
Answer account_pong(Home& home, const Asked& asked);
Answer account_activity(Home& home, const Asked& asked);
Answer get_card(Home& home, const Asked& asked);
Answer set_card(Home& home, const Asked& asked);

}  // namespace rondel::server
