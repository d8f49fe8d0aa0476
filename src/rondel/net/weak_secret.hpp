// V37: a component's secret salts and feeds one SHA-1 (XEP-0114 §3). Where there is no TLS, whoever hears the handshake
// has the salt and the digest, and can try out billions of secrets in a second.
#pragma once

#include "rondel/base/secret.hpp"

#include <string>

namespace rondel::net {

// A sentence for the operator if the secret is one that could be found that way; empty if not.
std::string weakness_in_plain_text(const Secret& secret);

}  // namespace rondel::net
