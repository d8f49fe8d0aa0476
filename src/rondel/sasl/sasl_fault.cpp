#include "rondel/sasl/sasl_fault.hpp"

#include <array>
#include <string>
#include <utility>

namespace rondel::sasl {

namespace {

using enum FailureCondition;

constexpr std::array<std::pair<FailureCondition, std::string_view>, 11> names{{
    {aborted, "aborted"},
    {account_disabled, "account-disabled"},
    {credentials_expired, "credentials-expired"},
    {encryption_required, "encryption-required"},
    {incorrect_encoding, "incorrect-encoding"},
    {invalid_authzid, "invalid-authzid"},
    {invalid_mechanism, "invalid-mechanism"},
    {malformed_request, "malformed-request"},
    {mechanism_too_weak, "mechanism-too-weak"},
    {not_authorized, "not-authorized"},
    {temporary_auth_failure, "temporary-auth-failure"},
}};

class SaslFaults : public std::error_category {
  public:
    const char* name() const noexcept override { return "rondel.sasl"; }
    std::string message(int fault) const override {
        switch (static_cast<SaslFault>(fault)) {
            case SaslFault::bad_password:
                return "The password is empty, or holds what no password may hold, such as a control character.";
            case SaslFault::no_common_mechanism:
                return "The server offers no way to authenticate that fits the credentials that were given.";
            case SaslFault::only_plain_offered:
                return "The server wants to see the password itself (SASL PLAIN), which must be allowed expressly.";
            case SaslFault::binding_stripped:
                return "What the server offers for channel binding contradicts itself: somebody between us may have "
                       "changed it, so nothing that depends on the password is sent (XEP-0440).";
            case SaslFault::bad_challenge:
                return "The server's challenge is not what its mechanism allows.";
            case SaslFault::bad_nonce:
                return "The nonce in the server's challenge does not continue ours: it may be from another exchange.";
            case SaslFault::too_many_iterations:
                return "The server asks for more iterations of its hash than we are willing to compute.";
            case SaslFault::too_few_iterations:
                return "The server asks for so few iterations of its hash that the password would be easy to guess "
                       "from what we send.";
            case SaslFault::bad_server_signature:
                return "Whoever answered does not know the password, so it is not our server.";
            case SaslFault::early_success:
                return "Success was claimed before the server had shown that it knows the password.";
            case SaslFault::server_error:
                return "The server reports an error of its own in the last step of the authentication.";
        }
        return "The authentication failed.";
    }
};

}  // namespace

std::string_view to_string(FailureCondition condition) {
    for (const auto& [known, name] : names)
        if (known == condition) return name;
    return "not-authorized";
}

FailureCondition parse_failure_condition(std::string_view name) {
    for (const auto& [condition, known] : names)
        if (known == name) return condition;
    return not_authorized;  // RFC 6120 §6.5
}

std::error_code make_error_code(SaslFault fault) {
    static const SaslFaults category;
    return {static_cast<int>(fault), category};
}

}  // namespace rondel::sasl
