#include "rondel/sasl/scram_proof.hpp"

#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace rondel::sasl {

namespace {

template <std::size_t size>
std::string text_of(const std::array<unsigned char, size>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace

std::size_t size_of(Hash hash) { return hash == Hash::sha1 ? sizeof(Sha1) : sizeof(Sha256); }

std::string digest(Hash hash, Pieces pieces) {
    return hash == Hash::sha1 ? text_of(sha1(pieces)) : text_of(sha256(pieces));
}

std::string hmac(Hash hash, std::string_view key, Pieces pieces) {
    return hash == Hash::sha1 ? text_of(hmac_sha1(key, pieces)) : text_of(hmac_sha256(key, pieces));
}

std::string exclusive_or(std::string_view a, std::string_view b) {
    std::string out(a);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ b[i]);
    return out;
}

Secret salted_password(Hash hash, const Secret& prepared, std::string_view salt, std::uint32_t iterations) {
    std::string out(size_of(hash), '\0');
    const std::string_view password = prepared.reveal();
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                          reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                          static_cast<int>(iterations), hash == Hash::sha1 ? EVP_sha1() : EVP_sha256(),
                          static_cast<int>(out.size()), reinterpret_cast<unsigned char*>(out.data())) != 1)
        throw std::runtime_error("OpenSSL cannot compute PBKDF2; does its configuration forbid it?");
    return Secret::take(out);
}

ClientProof prove(Hash hash, const Secret& salted, std::string_view auth_message) {
    std::string client_key = hmac(hash, salted.reveal(), {"Client Key"});
    const std::string stored_key = digest(hash, {client_key});
    std::string server_key = hmac(hash, salted.reveal(), {"Server Key"});
    ClientProof made{exclusive_or(client_key, hmac(hash, stored_key, {auth_message})),
                     hmac(hash, server_key, {auth_message})};
    OPENSSL_cleanse(client_key.data(), client_key.size());
    OPENSSL_cleanse(server_key.data(), server_key.size());
    return made;
}

bool is_proof(const ScramKeys& keys, std::string_view auth_message, std::string_view proof) {
    const std::string signature = hmac(keys.hash, keys.stored_key, {auth_message});
    if (proof.size() != signature.size()) return false;
    std::string client_key = exclusive_or(proof, signature);
    const bool right = equal_in_constant_time(digest(keys.hash, {client_key}), keys.stored_key);
    OPENSSL_cleanse(client_key.data(), client_key.size());
    return right;
}

ScramKeys keys_of_prepared(const Secret& prepared, Hash hash, std::string_view salt, std::uint32_t iterations) {
    const Secret salted = salted_password(hash, prepared, salt, iterations);
    std::string client_key = hmac(hash, salted.reveal(), {"Client Key"});
    ScramKeys keys{.hash = hash,
                   .salt = std::string(salt),
                   .iterations = iterations,
                   .stored_key = digest(hash, {client_key}),
                   .server_key = hmac(hash, salted.reveal(), {"Server Key"})};
    OPENSSL_cleanse(client_key.data(), client_key.size());
    return keys;
}

}  // namespace rondel::sasl
