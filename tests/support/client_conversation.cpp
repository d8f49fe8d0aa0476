#include "tests/support/client_conversation.hpp"

#include <utility>

namespace rondel::test {

Conversation& secured_client(Conversation&& conversation) {
    return conversation.receives(client_header())
        .connects()
        .sends(header_for_client("s1"))
        .sends(features_before_tls)
        .receives(starttls)
        .sends(proceed)
        .wants_tls()
        .gets_secured(usual_tls())
        .receives(client_header())
        .sends(header_for_client("s2"))
        .sends(features_of_sasl);
}

Conversation& authenticated_client(Conversation&& conversation) {
    return secured_client(std::move(conversation))
        .receives(auth("PLAIN", juliets_plain))
        .sends(sasl_success)
        .receives(client_header())
        .sends(header_for_client("s3"))
        .sends(features_of_bind);
}

Conversation& bound_client(Conversation&& conversation) {
    return authenticated_client(std::move(conversation))
        .receives(bind_request("balcony"))
        .sends(bind_result("juliet@capulet.example/balcony"))
        .opens();
}

}  // namespace rondel::test
