#include "tests/support/client_steps.hpp"

#include <utility>

namespace rondel::test {

Conversation& greeted_client(Conversation&& conversation) {
    return conversation.sends(plain_header).receives(header_for_client("s1")).connects();
}

Conversation& secured_client_of_ours(Conversation&& conversation) {
    return greeted_client(std::move(conversation))
        .receives(features(starttls_offer))
        .sends(starttls)
        .receives(proceed)
        .wants_tls()
        .gets_secured()
        .sends(secure_header)
        .receives(header_for_client("s2"));
}

Conversation& authenticated_client_of_ours(Conversation&& conversation) {
    return secured_client_of_ours(std::move(conversation))
        .receives(features(mechanisms("PLAIN")))
        .sends(auth("PLAIN", juliets_plain))
        .receives(sasl_success)
        .sends(secure_header)
        .receives(header_for_client("s3"));
}

Conversation& opened_client(Conversation&& conversation, std::string_view offers) {
    return authenticated_client_of_ours(std::move(conversation))
        .receives(features(offers))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .opens();
}

Conversation& managed_client(Conversation&& conversation) {
    return authenticated_client_of_ours(std::move(conversation))
        .receives(features(std::string(bind_offer) + std::string(sm_offer)))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .sends(enable)
        .receives(enabled)
        .opens();
}

}  // namespace rondel::test
