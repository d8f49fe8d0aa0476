// A user's archive, as the user's clients search it (XEP-0313), and what goes into it (XEP-0441).
#pragma once

#include "rondel/server/queries.hpp"

namespace rondel::server {

Answer archive_form(Home& home, const Asked& asked);
Answer search_archive(Home& home, const Asked& asked);
Answer archive_metadata(Home& home, const Asked& asked);
Answer get_preferences(Home& home, const Asked& asked);
Answer set_preferences(Home& home, const Asked& asked);

}  // namespace rondel::server
