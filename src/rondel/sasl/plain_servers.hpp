// The server's side of PLAIN (RFC 4616), EXTERNAL (RFC 4422 Appendix A, XEP-0178), ANONYMOUS (RFC 4505), and of hashed
// tokens: one message each. Not for other floors.
#pragma once

#include "rondel/sasl/server_mechanism.hpp"

namespace rondel::sasl {

// All borrow the directory.
std::unique_ptr<ServerMechanism> make_plain_server(const AccountDirectory& accounts, const ServerPolicy& policy);
std::unique_ptr<ServerMechanism> make_external_server(const AccountDirectory& accounts, const ServerPolicy& policy,
                                                      const Channel& channel);
std::unique_ptr<ServerMechanism> make_anonymous_server();
std::unique_ptr<ServerMechanism> make_token_server(std::string_view name, const AccountDirectory& accounts,
                                                   const Channel& channel);

}  // namespace rondel::sasl
