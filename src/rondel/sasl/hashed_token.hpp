// The mechanisms of hashed tokens, HT-SHA-256-… (draft-schmaus-kitten-sasl-ht-09 §3), on which FAST rests (XEP-0484).
// Not for other floors.
#pragma once

#include "rondel/base/secret.hpp"
#include "rondel/sasl/channel_binding.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::sasl {

// The data that a mechanism binds to: of tls-exporter for EXPR, of tls-server-end-point for ENDP, none for NONE.
// Nothing: it is no such mechanism, or the channel has no such binding.
std::optional<std::string> token_binding(std::string_view mechanism, const ChannelBindings& bindings);

// Those that a channel can do, the best first.
std::vector<std::string> token_mechanisms(const ChannelBindings& bindings);

std::string initiator_hash(const Secret& token, std::string_view binding);
std::string responder_hash(const Secret& token, std::string_view binding);

}  // namespace rondel::sasl
