// How an authentication ends badly.
#pragma once

#include <string_view>
#include <system_error>

namespace rondel::sasl {

// The conditions of RFC 6120 §6.5, as a server says them and a client reads them; an unknown one is not_authorized.
enum class FailureCondition {
    aborted = 1,
    account_disabled,
    credentials_expired,
    encryption_required,
    incorrect_encoding,
    invalid_authzid,
    invalid_mechanism,
    malformed_request,
    mechanism_too_weak,
    not_authorized,
    temporary_auth_failure,
};
std::string_view to_string(FailureCondition condition);  // as on the wire: "not-authorized"
FailureCondition parse_failure_condition(std::string_view name);

// What this side found wrong. Each message is a sentence for the person who must act.
enum class SaslFault {
    bad_password = 1,      // no text that a password may be
    no_common_mechanism,   // none that the server offers may be used
    only_plain_offered,    // … and the only one left would show the password
    binding_stripped,      // the server can do channel binding, and its offer as we saw it did not say so (V29)
    bad_challenge,         // not what RFC 5802 allows
    bad_nonce,             // the server's nonce does not begin with ours
    too_many_iterations,   // more than we want to compute for it
    too_few_iterations,    // fewer than RFC 5802 §5.1 wants of a careful client (4096)
    bad_server_signature,  // whoever answered does not know the password (V26)
    early_success,         // success before the server has shown that it knows it
    server_error,          // e= in the server's last message
};
std::error_code make_error_code(SaslFault);

}  // namespace rondel::sasl

template <>
struct std::is_error_code_enum<rondel::sasl::SaslFault> : std::true_type {};
