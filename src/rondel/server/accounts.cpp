#include "rondel/server/accounts.hpp"

#include <algorithm>
#include <utility>

namespace rondel::server {

std::optional<std::string> Accounts::prepared(std::string_view username) const {
    const Result<Jid> jid = Jid::from_parts(username, home_.name().str(), {});
    if (!jid || jid->local().empty()) return std::nullopt;
    return std::string(jid->local());
}

std::optional<Condition> Accounts::put(const std::string& username, const Secret& password) {
    const std::optional<Account> before = home_.storage.account(username);
    Account account{username, {}, before && before->disabled};
    for (const sasl::Hash hash : {sasl::Hash::sha1, sasl::Hash::sha256}) {
        Result<sasl::ScramKeys> keys = sasl::derive_keys(password, hash, home_.options.iterations);
        if (!keys) return Condition::not_acceptable;
        account.keys.push_back(*std::move(keys));
    }
    home_.storage.put_account(account);
    return std::nullopt;
}

std::optional<Condition> Accounts::add(std::string_view username, const Secret& password) {
    const std::optional<std::string> name = prepared(username);
    if (!name) return Condition::not_acceptable;
    if (home_.storage.account(*name) || home_.guests.account(*name)) return Condition::conflict;
    return put(*name, password);
}

// Whoever has the old password, or a token that came of it, has nothing any more.
std::optional<Condition> Accounts::set_password(std::string_view username, const Secret& password) {
    const std::optional<std::string> name = prepared(username);
    if (!name) return Condition::not_acceptable;
    if (const auto refused = put(*name, password)) return refused;
    for (const StoredToken& token : home_.storage.tokens(*name)) home_.storage.remove_tokens(*name, token.client_id);
    return std::nullopt;
}

std::optional<sasl::ScramKeys> Accounts::keys_of(std::string_view username, sasl::Hash hash) const {
    const std::optional<Account> account = home_.storage.account(username);
    if (!account) return std::nullopt;
    const auto keys = std::ranges::find(account->keys, hash, &sasl::ScramKeys::hash);
    return keys == account->keys.end() ? std::nullopt : std::optional(*keys);
}

bool Accounts::is_disabled(std::string_view username) const {
    const std::optional<Account> account = home_.storage.account(username);
    return account && account->disabled;
}

// XEP-0178 §2: an address of a certificate counts if it is a bare JID of this domain.
std::optional<std::string> Accounts::certified(const std::vector<std::string>& addresses) const {
    for (const std::string& address : addresses) {
        const Result<Jid> jid = Jid::parse(address);
        if (!jid || !jid->is_bare() || jid->local().empty() || !home_.is_ours(*jid)) continue;
        if (home_.storage.account(jid->local())) return std::string(jid->local());
    }
    return std::nullopt;
}

std::vector<Secret> Accounts::tokens_of(std::string_view username, std::string_view mechanism) const {
    std::vector<Secret> good;
    const Time now = home_.calendar();
    for (StoredToken& one : home_.storage.tokens(username))
        if (one.token.mechanism == mechanism && one.expires > now) good.push_back(std::move(one.token.secret));
    return good;
}

// A client that never got its new token can still use the one before.
std::optional<sasl::Token> Accounts::grant_token(std::string_view username, std::string_view mechanism,
                                                 std::string_view client_id) {
    if (client_id.empty() || !home_.storage.account(username)) return std::nullopt;
    const Time now = home_.calendar();
    std::vector<StoredToken> kept;
    for (StoredToken& one : home_.storage.tokens(username))
        if (one.client_id == client_id && one.expires > now) kept.push_back(std::move(one));
    if (kept.size() > 1) kept.erase(kept.begin(), kept.end() - 1);
    home_.storage.remove_tokens(username, client_id);
    for (const StoredToken& one : kept) home_.storage.put_token(username, one);

    StoredToken granted;
    granted.client_id = client_id;
    granted.expires = now + std::chrono::duration_cast<std::chrono::microseconds>(home_.options.token_life);
    granted.token.mechanism = mechanism;
    granted.token.secret = random_token(256);
    granted.token.expiry = rondel::to_string(std::chrono::floor<std::chrono::milliseconds>(granted.expires));
    home_.storage.put_token(username, granted);
    return granted.token;
}

void Accounts::revoke_tokens(std::string_view username, std::string_view client_id) {
    home_.storage.remove_tokens(username, client_id);
}

}  // namespace rondel::server
