// Messages: from users, to users, and those of a session that died with them.
#pragma once

#include "rondel/server/home.hpp"

namespace rondel::server {

// From one of the user's resources; both addresses are there.
void send_message(Home& home, User& user, Resource& resource, Stanza& message);

// For the user (RFC 6121 §8.5). Throws StorageError, with the message as it was.
void receive_message(Home& home, User& user, Stanza& message);

// It was on its way to a resource that has ended: to another, kept, or back; once, and to nobody who has it.
void rescue_message(Home& home, User& user, JidView ended, Stanza message);

}  // namespace rondel::server
