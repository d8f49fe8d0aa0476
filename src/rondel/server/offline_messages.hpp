// Messages for who is not here (XEP-0160).
#pragma once

#include "rondel/server/home.hpp"

namespace rondel::server {

// False: the store is full, or the user will not come back. Throws StorageError.
bool keep_offline(Home& home, const User& user, const Message& message);

// To a resource that takes messages from now on; each with the time when it came (XEP-0203).
void deliver_offline(Home& home, User& user, Resource& resource);

// Whether a message of that stanza-id is kept already: another resource has died with it before.
bool is_kept_offline(const User& user, std::string_view stanza_id);

}  // namespace rondel::server
