// Who has an account, and how they prove it: keys of SCRAM, certificates, tokens.
#pragma once

#include "rondel/server/home.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::server {

// Borrows: the home.   Threads: one at a time.
class Accounts {
  public:
    explicit Accounts(Home& home) : home_(home) {}

    // not-acceptable: no name, or no password, that can be; conflict: there is such an account.
    std::optional<Condition> add(std::string_view username, const Secret& password);
    std::optional<Condition> set_password(std::string_view username, const Secret& password);

    std::optional<sasl::ScramKeys> keys_of(std::string_view username, sasl::Hash hash) const;
    bool is_disabled(std::string_view username) const;
    std::optional<std::string> certified(const std::vector<std::string>& addresses) const;

    std::vector<Secret> tokens_of(std::string_view username, std::string_view mechanism) const;
    std::optional<sasl::Token> grant_token(std::string_view username, std::string_view mechanism,
                                           std::string_view client_id);
    void revoke_tokens(std::string_view username, std::string_view client_id);

  private:
    std::optional<std::string> prepared(std::string_view username) const;
    std::optional<Condition> put(const std::string& username, const Secret& password);

    Home& home_;
};

}  // namespace rondel::server
