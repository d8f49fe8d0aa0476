// Message Carbons (XEP-0280): every client that wants to sees every conversation.
#pragma once

#include "rondel/server/queries.hpp"

#include <span>

namespace rondel::server {

enum class Direction { received, sent };

// Whether any of the user's resources that is not among `not_to` wants copies: mostly none does.
bool others_want_copies(const User& user, std::span<const Resource* const> not_to);

// Of a message, as it stands, to each of them.
void copy_to_others(const User& user, const Message& message, Direction direction,
                    std::span<const Resource* const> not_to);

Answer enable_carbons(Home& home, const Asked& asked);
Answer disable_carbons(Home& home, const Asked& asked);

}  // namespace rondel::server
