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
    const std::string_view key = policy.fake_salt_key.reveal();
    const std::string_view name = prepared.empty() ? username : std::string_view(prepared);
    const std::string_view of = to_string(hash);
    // For those who are there, too: three digests take longer than the look-up, and can be seen from outside.
    ScramKeys made_up{.hash = hash,
                      .salt = hmac(Hash::sha256, key, {"salt", of, name}).substr(0, 16),
                      .iterations = policy.iterations,
                      .stored_key = hmac(hash, key, {"stored", of, name}),
                      .server_key = hmac(hash, key, {"server", of, name})};
    std::optional<ScramKeys> kept = prepared.empty() ? std::nullopt : accounts.keys_of(prepared, hash);
    const bool is_real = kept.has_value();
    return {is_real ? *std::move(kept) : std::move(made_up), is_real};
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
