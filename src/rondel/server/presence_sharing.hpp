// Presence: who is told of whose (RFC 6121 §4).
#pragma once

#include "rondel/server/home.hpp"

namespace rondel::server {

// From one of the user's resources, without `to`: available for the first time or again (§4.2, §4.4). `from` is set.
void share_presence(Home& home, User& user, Resource& resource, Presence presence);

// The resource goes: by its own word, or because it is lost (§4.5). Tells those who were told that it is there.
void end_presence(Home& home, User& user, Resource& resource, const Presence& unavailable);

// With `to`: available or unavailable (§4.6).
void direct_presence(Home& home, User& user, Resource& resource, Presence presence);

// To the user, of somebody else: available, unavailable, an error, or what is not known.
void show_presence(Home& home, User& user, Presence presence);

// `user`: nullptr if there is no such account, which nobody is to notice (§4.3.2).
void answer_probe(Home& home, User* user, const Presence& probe);

// To a contact, of all resources of the user: after it was allowed to see, or was unblocked; or before the contrary.
void tell_available(Home& home, User& user, JidView contact);
void tell_unavailable(Home& home, User& user, JidView contact);

// Asks a contact for its presence, on behalf of the user; the answer is for `asker`, if it comes from here.
void probe(Home& home, User& user, const Jid& contact, JidView asker);

}  // namespace rondel::server
