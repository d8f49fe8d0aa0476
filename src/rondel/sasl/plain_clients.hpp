// The mechanisms in which the client says all that there is to say at once: PLAIN (RFC 4616), EXTERNAL (RFC 4422
// Appendix A), ANONYMOUS (RFC 4505), and hashed tokens. Not for other floors.
#pragma once

#include "rondel/sasl/client_mechanism.hpp"

namespace rondel::sasl {

std::unique_ptr<ClientMechanism> make_plain_client(std::string_view authzid, std::string_view username,
                                                   const Secret& password);
std::unique_ptr<ClientMechanism> make_external_client(std::string_view authzid);
std::unique_ptr<ClientMechanism> make_anonymous_client();
// `binding`: data of the channel binding that the token's mechanism has.
std::unique_ptr<ClientMechanism> make_token_client(std::string_view username, const Token& token, std::string binding);

}  // namespace rondel::sasl
