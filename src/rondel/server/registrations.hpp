// In-band registration of those who are logged in (XEP-0077 §3.2, §3.3): another password, or the end of the account.
// New accounts are the stream's affair.
#pragma once

#include "rondel/server/queries.hpp"

namespace rondel::server {

Answer registration_form(Home& home, const Asked& asked);
Answer change_registration(Home& home, const Asked& asked);

}  // namespace rondel::server
