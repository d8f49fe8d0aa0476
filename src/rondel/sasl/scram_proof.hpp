// The arithmetic of SCRAM (RFC 5802 §3) over either hash. Not for other floors.
//
// All throw std::runtime_error if OpenSSL cannot compute the hash. Threads: free functions without state.
#pragma once

#include "rondel/base/digest.hpp"
#include "rondel/base/secret.hpp"
#include "rondel/sasl/scram_keys.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rondel::sasl {

std::size_t size_of(Hash hash);                                    // of its result, in bytes
std::string digest(Hash hash, Pieces pieces);                      // H()
std::string hmac(Hash hash, std::string_view key, Pieces pieces);  // HMAC()
std::string exclusive_or(std::string_view a, std::string_view b);  // precondition: of the same size
Secret salted_password(Hash hash, const Secret& prepared, std::string_view salt, std::uint32_t iterations);  // Hi()

// What the client makes of its salted password.
struct ClientProof {
    std::string proof;             // to be sent
    std::string server_signature;  // to be expected
};
ClientProof prove(Hash hash, const Secret& salted, std::string_view auth_message);

// Whether whoever made the proof knows the password behind the keys. In constant time.
bool is_proof(const ScramKeys& keys, std::string_view auth_message, std::string_view proof);

// The same password's keys, of the text that goes into the hash as it is.
ScramKeys keys_of_prepared(const Secret& prepared, Hash hash, std::string_view salt, std::uint32_t iterations);

}  // namespace rondel::sasl
