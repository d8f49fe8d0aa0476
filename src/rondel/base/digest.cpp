#include "rondel/base/digest.hpp"

#include <memory>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace rondel {

namespace {

[[noreturn]] void fail(const char* algorithm) {
    throw std::runtime_error(std::string("OpenSSL cannot compute ") + algorithm +
                             "; does its configuration forbid it?");
}

template <class Digest>
Digest hash(const EVP_MD* algorithm, Pieces pieces) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    Digest out;
    bool done = context && EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1;
    for (const auto piece : pieces) done = done && EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1;
    if (!done || EVP_DigestFinal_ex(context.get(), out.data(), nullptr) != 1) fail(EVP_MD_get0_name(algorithm));
    return out;
}

template <class Digest>
Digest hmac(const char* algorithm, std::string_view key, Pieces pieces) {
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> kind(EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                                 &EVP_MAC_free);
    const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(
        kind ? EVP_MAC_CTX_new(kind.get()) : nullptr, &EVP_MAC_CTX_free);
    std::string name = algorithm;
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", name.data(), 0),
                                     OSSL_PARAM_construct_end()};
    static constexpr unsigned char no_key = 0;  // a null pointer would mean "the key of before"
    const auto* bytes = key.empty() ? &no_key : reinterpret_cast<const unsigned char*>(key.data());
    Digest out;
    std::size_t size = 0;
    bool done = context && EVP_MAC_init(context.get(), bytes, key.size(), parameters) == 1;
    for (const auto piece : pieces)
        done = done &&
               EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(piece.data()), piece.size()) == 1;
    if (!done || EVP_MAC_final(context.get(), out.data(), &size, out.size()) != 1 || size != out.size())
        fail(algorithm);
    return out;
}

}  // namespace

Sha1 sha1(Pieces pieces) { return hash<Sha1>(EVP_sha1(), pieces); }
Sha256 sha256(Pieces pieces) { return hash<Sha256>(EVP_sha256(), pieces); }
Sha1 hmac_sha1(std::string_view key, Pieces pieces) { return hmac<Sha1>("SHA1", key, pieces); }
Sha256 hmac_sha256(std::string_view key, Pieces pieces) { return hmac<Sha256>("SHA256", key, pieces); }

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace rondel
