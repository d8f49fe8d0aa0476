// The roster as its user's clients see it (RFC 6121 §2).
#pragma once

#include "rondel/server/queries.hpp"

namespace rondel::server {

// To all resources that asked for the roster (§2.1.6).
void push_item(Home& home, const User& user, const RosterItem& item);
void push_removal(Home& home, const User& user, const Jid& contact);

Answer get_roster(Home& home, const Asked& asked);
Answer set_roster(Home& home, const Asked& asked);

}  // namespace rondel::server
