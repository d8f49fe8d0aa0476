// Who an authentication is for, as the server sees it. Not for other floors.
#pragma once

#include "rondel/sasl/server_mechanism.hpp"

#include <string>
#include <string_view>

namespace rondel::sasl {

// The keys of an account; for a name that nobody has, keys that nobody knows the password of, with a salt that is the
// same each time, so that neither the answer nor the time tells who is there (V28).
struct KnownKeys {
    ScramKeys keys;
    bool is_real = false;
};
// `username` is as it was received.
KnownKeys find_keys(const AccountDirectory& accounts, const ServerPolicy& policy, std::string_view username, Hash hash);

// As UsernameCaseMapped; empty: no account can have that name.
std::string prepared_username(std::string_view username);

// Success, or what is wrong with an account whose owner has proven to be it: it is disabled, or wants to act for
// somebody else. The account's own bare JID is no one else (RFC 6120 §6.3.8).
Step authorize(const AccountDirectory& accounts, const ServerPolicy& policy, const std::string& username,
               std::string_view authzid, std::optional<std::string> data = std::nullopt);

}  // namespace rondel::sasl
