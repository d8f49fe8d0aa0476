// What a server keeps of a password (RFC 5802 §3): enough to recognise whoever knows it, useless to log in elsewhere.
#pragma once

#include "rondel/base/result.hpp"
#include "rondel/base/secret.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rondel::sasl {

enum class Hash { sha1, sha256 };
std::string_view to_string(Hash hash);  // "SHA-1", "SHA-256": as in the names of mechanisms

struct ScramKeys {
    Hash hash = Hash::sha256;
    std::string salt;  // bytes
    std::uint32_t iterations = 0;
    std::string stored_key;  // bytes
    std::string server_key;  // bytes
};

// Error SaslFault::bad_password: the password is empty, or no OpaqueString (RFC 8265 §4.2) nor what SASLprep takes.
Result<ScramKeys> derive_keys(const Secret& password, Hash hash, std::string_view salt, std::uint32_t iterations);
// The same with a salt of 16 random bytes.
Result<ScramKeys> derive_keys(const Secret& password, Hash hash, std::uint32_t iterations = 10'000);

}  // namespace rondel::sasl
