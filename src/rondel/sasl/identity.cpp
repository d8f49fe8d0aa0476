#include "rondel/sasl/identity.hpp"

#include "rondel/base/jid.hpp"
#include "rondel/base/precis.hpp"
#include "rondel/sasl/scram_proof.hpp"

#include <utility>

namespace rondel::sasl {

std::string prepared_username(std::string_view username) {
    return username_case_mapped(username).value_or(std::string());
}

KnownKeys find_keys(const AccountDirectory& accounts, const ServerPolicy& policy, std::string_view username,
                    Hash hash) {
    const std::string prepared = prepared_username(username);
    if (!prepared.empty())
        if (std::optional<ScramKeys> keys = accounts.keys_of(prepared, hash)) return {*std::move(keys), true};
    const std::string_view key = policy.fake_salt_key.reveal();
    const std::string_view name = prepared.empty() ? username : std::string_view(prepared);
    const std::string_view of = to_string(hash);
    return {{.hash = hash,
             .salt = hmac(Hash::sha256, key, {"salt", of, name}).substr(0, 16),
             .iterations = policy.iterations,
             .stored_key = hmac(hash, key, {"stored", of, name}),
             .server_key = hmac(hash, key, {"server", of, name})},
            false};
}

Step authorize(const AccountDirectory& accounts, const ServerPolicy& policy, const std::string& username,
               std::string_view authzid, std::optional<std::string> data) {
    if (accounts.is_disabled(username)) return Failure{FailureCondition::account_disabled, "The account is disabled."};
    if (!authzid.empty()) {
        const Result<Jid> wanted = Jid::parse(authzid);
        const Result<Jid> own = Jid::from_parts(username, policy.domain, {});
        if (!wanted || !own || *wanted != *own)
            return Failure{FailureCondition::invalid_authzid, "It wanted to act for somebody else."};
    }
    return Success{username, std::move(data)};
}

}  // namespace rondel::sasl
