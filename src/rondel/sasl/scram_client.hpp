// SCRAM, the client's side (RFC 5802 §5). Not for other floors.
#pragma once

#include "rondel/sasl/client_mechanism.hpp"
#include "rondel/sasl/scram_keys.hpp"

namespace rondel::sasl {

struct ScramRequest {
    Hash hash = Hash::sha256;
    std::string username;  // prepared
    Secret password;       // prepared
    std::string authzid = {};
    char flag = 'n';                             // of the gs2 header: n, y or p
    std::optional<ChannelBinding> binding = {};  // of p
    std::string offer_hash = {};                 // what XEP-0474 would make of the offer that we saw
    bool offer_must_be_vouched = false;          // without that hash the exchange fails
    std::uint32_t fewest_iterations = 4096;
    std::uint32_t most_iterations = 10'000'000;
    std::string nonce;
};

std::unique_ptr<ClientMechanism> make_scram_client(ScramRequest request);

}  // namespace rondel::sasl
