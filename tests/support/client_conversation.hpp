// Conversations of our server's side with a client that a test plays:
//
//   bound_client(Conversation(accepting_client()))
//       .receives("<presence/>")
//       .gets("<presence from='juliet@capulet.example/balcony'/>");
#pragma once

#include "tests/support/clients.hpp"
#include "tests/support/conversation.hpp"

namespace rondel::test {

// The steps up to each point, with PLAIN, to be followed by more; each begins with the step before.
Conversation& secured_client(Conversation&& conversation);        // TLS, features of SASL: stream s2
Conversation& authenticated_client(Conversation&& conversation);  // features of binding: stream s3
Conversation& bound_client(Conversation&& conversation);          // juliet@capulet.example/balcony is open

}  // namespace rondel::test
