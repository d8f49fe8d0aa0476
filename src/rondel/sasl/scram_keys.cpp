#include "rondel/sasl/scram_keys.hpp"

#include "rondel/base/random.hpp"
#include "rondel/sasl/prepared_password.hpp"
#include "rondel/sasl/sasl_fault.hpp"
#include "rondel/sasl/scram_proof.hpp"

#include <array>

namespace rondel::sasl {

std::string_view to_string(Hash hash) { return hash == Hash::sha1 ? "SHA-1" : "SHA-256"; }

Result<ScramKeys> derive_keys(const Secret& password, Hash hash, std::string_view salt, std::uint32_t iterations) {
    const std::vector<Secret> prepared = prepared_passwords(password);
    if (prepared.empty()) return make_error_code(SaslFault::bad_password);
    return keys_of_prepared(prepared.front(), hash, salt, iterations);
}

Result<ScramKeys> derive_keys(const Secret& password, Hash hash, std::uint32_t iterations) {
    std::array<unsigned char, 16> salt;
    fill_random(salt);
    return derive_keys(password, hash, {reinterpret_cast<const char*>(salt.data()), salt.size()}, iterations);
}

}  // namespace rondel::sasl
