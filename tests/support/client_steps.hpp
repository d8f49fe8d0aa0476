// Conversations of a client of ours with a server that a test plays:
//
//   opened_client(Conversation(client()))
//       .receives("<message from='romeo@montague.example' to='juliet@capulet.example/balcony'/>")…
#pragma once

#include <string_view>

#include "tests/support/client_streams.hpp"
#include "tests/support/conversation.hpp"

namespace rondel::test {

// The steps up to each point, to be followed by more; each begins with the step before.
Conversation& greeted_client(Conversation&& conversation);                // a header without TLS came
Conversation& secured_client_of_ours(Conversation&& conversation);        // TLS, and a header: stream s2
Conversation& authenticated_client_of_ours(Conversation&& conversation);  // PLAIN, and a header: stream s3
// Is open, with no more than binding.
Conversation& opened_client(Conversation&& conversation, std::string_view offers = bind_offer);
Conversation& managed_client(Conversation&& conversation);  // is open, with stream management

}  // namespace rondel::test
