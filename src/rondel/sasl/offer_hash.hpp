// XEP-0474 (version 0.5.0): a hash over what was offered, in the server's first SCRAM message. As all of that message
// is signed with the password, a client sees whether somebody on the way took mechanisms or channel bindings off the
// list. Not for other floors.
#pragma once

#include "rondel/sasl/scram_keys.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rondel::sasl {

// In base64. `binding_types`: nothing if none were advertised by XEP-0440.
std::string offer_hash(Hash hash, std::vector<std::string> mechanisms,
                       std::optional<std::vector<std::string>> binding_types);

}  // namespace rondel::sasl
