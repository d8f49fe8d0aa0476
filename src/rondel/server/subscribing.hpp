// Presence subscriptions between users and their contacts (RFC 6121 §3): what subscription.hpp decides is done here.
#pragma once

#include "rondel/server/home.hpp"

namespace rondel::server {

// From one of the user's resources. `presence` is of one of the four types, and has both addresses.
void send_subscription(Home& home, User& user, Presence presence);

// For the user, from anybody.
void receive_subscription(Home& home, User& user, Presence presence);

// Requests that the user has not answered yet, to a resource that became available (§3.1.3 rule 4).
void remind_of_requests(Home& home, User& user, Resource& resource);

// The item leaves the roster, and what it meant ends (§2.5.2). It is gone from `user.contacts` after that.
void remove_contact(Home& home, User& user, JidView contact);

}  // namespace rondel::server
