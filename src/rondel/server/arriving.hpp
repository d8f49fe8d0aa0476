// What comes for the domain, or for one of its users, from anybody (RFC 6120 §10.5, RFC 6121 §8.5).
#pragma once

#include "rondel/server/home.hpp"

namespace rondel::server {

// `stanza` has both addresses, and `to` is of this domain. It is left empty, or as it came. Throws StorageError.
void receive(Home& home, Stanza& stanza);

// Whether somebody may know that a resource is there: then its requests reach it (RFC 6121 §8.5.3.1).
bool may_ask(const User& user, const Resource& resource, JidView who);

}  // namespace rondel::server
