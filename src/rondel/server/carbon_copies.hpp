// Message Carbons (XEP-0280): every client that wants to sees every conversation.
#pragma once

#include "rondel/server/queries.hpp"

#include <vector>

namespace rondel::server {

enum class Direction { received, sent };

// Of a message, as it stands, to each of the user's resources that wants copies and is not among `not_to`.
void copy_to_others(Home& home, const User& user, const Message& message, Direction direction,
                    const std::vector<const Resource*>& not_to);

Answer enable_carbons(Home& home, const Asked& asked);
Answer disable_carbons(Home& home, const Asked& asked);

}  // namespace rondel::server
