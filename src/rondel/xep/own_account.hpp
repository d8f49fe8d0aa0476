// Whether a stanza is from the account that we are: the sender check of everything that only our own server may tell us
// (roster pushes, carbons, blocking, the archive). For the modules of this floor.
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/stanza/stanza.hpp"

namespace rondel {

// Without `from`, or from the bare JID of the entity's address (RFC 6120 §8.1.2.1). Another resource of our own is not
// our account: whoever took it over could say anything.
bool is_from_own_account(const Stanza& stanza, const Entity& self);

}  // namespace rondel
