// SCRAM, the server's side (RFC 5802 §5). Not for other floors.
#pragma once

#include "rondel/sasl/server_mechanism.hpp"

namespace rondel::sasl {

// Borrows: the directory.
std::unique_ptr<ServerMechanism> make_scram_server(Hash hash, bool plus, const AccountDirectory& accounts,
                                                   const ServerPolicy& policy, const Channel& channel);

}  // namespace rondel::sasl
