// Accounts: keys, tokens.
#include "rondel/store/columns.hpp"
#include "rondel/store/sqlite.hpp"

namespace rondel::store {

using server::Account;
using server::StoredToken;

namespace {

constexpr std::string_view sha256_name = "SHA-256";
constexpr std::string_view sha1_name = "SHA-1";

std::string_view name_of(sasl::Hash hash) { return hash == sasl::Hash::sha256 ? sha256_name : sha1_name; }

}  // namespace

std::optional<Account> Sqlite::account(std::string_view username) const {
    Query found = database_.query("SELECT disabled FROM account WHERE username = ?1", username);
    if (!found.next()) return std::nullopt;
    Account account{std::string(username), {}, found.flag(0)};
    Query keys = database_.query(
        "SELECT hash, salt, iterations, stored_key, server_key FROM scram_keys WHERE username = ?1 ORDER BY hash",
        username);
    while (keys.next())
        account.keys.push_back({keys.text(0) == sha256_name ? sasl::Hash::sha256 : sasl::Hash::sha1,
                                std::string(keys.text(1)), static_cast<std::uint32_t>(keys.number(2)),
                                std::string(keys.text(3)), std::string(keys.text(4))});
    return account;
}

void Sqlite::put_account(const Account& account) {
    Transaction transaction(database_);
    const std::string_view username = account.username;
    database_
        .query("INSERT INTO account VALUES (?1, ?2) ON CONFLICT DO UPDATE SET disabled = excluded.disabled", username,
               std::int64_t{account.disabled})
        .run();
    database_.query("DELETE FROM scram_keys WHERE username = ?1", username).run();
    for (const sasl::ScramKeys& keys : account.keys)
        database_
            .query("INSERT OR REPLACE INTO scram_keys VALUES (?1, ?2, ?3, ?4, ?5, ?6)", username, name_of(keys.hash),
                   Blob{keys.salt}, std::int64_t{keys.iterations}, Blob{keys.stored_key}, Blob{keys.server_key})
            .run();
    begin_roster(database_, username);
    transaction.commit();
}

bool Sqlite::remove_account(std::string_view username) {
    Transaction transaction(database_);
    for (const char* sql :
         {"DELETE FROM scram_keys WHERE username = ?1", "DELETE FROM token WHERE username = ?1",
          "DELETE FROM roster WHERE username = ?1", "DELETE FROM roster_item WHERE username = ?1",
          "DELETE FROM roster_group WHERE username = ?1", "DELETE FROM offline WHERE username = ?1",
          "DELETE FROM archive WHERE username = ?1", "DELETE FROM archive_preferences WHERE username = ?1",
          "DELETE FROM user_data WHERE username = ?1"})
        database_.query(sql, username).run();
    database_.query("DELETE FROM account WHERE username = ?1", username).run();
    const bool was_there = database_.changes() > 0;
    transaction.commit();
    return was_there;
}

std::vector<std::string> Sqlite::usernames() const {
    std::vector<std::string> names;
    Query found = database_.query("SELECT username FROM account ORDER BY username");
    while (found.next()) names.emplace_back(found.text(0));
    return names;
}

std::vector<StoredToken> Sqlite::tokens(std::string_view username) const {
    std::vector<StoredToken> tokens;
    Query found = database_.query(
        "SELECT client_id, mechanism, secret, expiry, expires FROM token WHERE username = ?1 ORDER BY number",
        username);
    while (found.next()) {
        sasl::Token token{std::string(found.text(1)), Secret(found.text(2)), std::string(found.text(3))};
        tokens.push_back({std::string(found.text(0)), std::move(token), as_time(found.number(4))});
    }
    return tokens;
}

void Sqlite::put_token(std::string_view username, const StoredToken& stored) {
    database_
        .query(
            "INSERT INTO token (username, client_id, mechanism, secret, expiry, expires) VALUES (?1, ?2, ?3, ?4, ?5, "
            "?6)",
            username, std::string_view(stored.client_id), std::string_view(stored.token.mechanism),
            Blob{stored.token.secret.reveal()}, std::string_view(stored.token.expiry), as_column(stored.expires))
        .run();
}

void Sqlite::remove_tokens(std::string_view username, std::string_view client_id) {
    database_.query("DELETE FROM token WHERE username = ?1 AND client_id = ?2", username, client_id).run();
}

}  // namespace rondel::store
