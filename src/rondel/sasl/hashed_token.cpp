#include "rondel/sasl/hashed_token.hpp"

#include "rondel/sasl/scram_proof.hpp"

#include <array>
#include <utility>

namespace rondel::sasl {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kinds{{
    {"HT-SHA-256-EXPR", "tls-exporter"},
    {"HT-SHA-256-ENDP", "tls-server-end-point"},
    {"HT-SHA-256-NONE", ""},
}};

}  // namespace

std::optional<std::string> token_binding(std::string_view mechanism, const ChannelBindings& bindings) {
    for (const auto& [name, type] : kinds) {
        if (name != mechanism) continue;
        if (type.empty()) return std::string();
        for (const ChannelBinding& binding : bindings)
            if (binding.type == type) return binding.data;
    }
    return std::nullopt;
}

std::vector<std::string> token_mechanisms(const ChannelBindings& bindings) {
    std::vector<std::string> names;
    for (const auto& [name, type] : kinds)
        if (token_binding(name, bindings)) names.emplace_back(name);
    return names;
}

std::string initiator_hash(const Secret& token, std::string_view binding) {
    return hmac(Hash::sha256, token.reveal(), {"Initiator", binding});
}

std::string responder_hash(const Secret& token, std::string_view binding) {
    return hmac(Hash::sha256, token.reveal(), {"Responder", binding});
}

}  // namespace rondel::sasl
