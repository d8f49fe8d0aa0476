// What can be wrong with how a connection is described, or made.
#pragma once

#include "rondel/base/result.hpp"

#include <system_error>

namespace rondel::net {

enum class NetError {
    bad_endpoint = 1,           // not HOST[:PORT], [IPV6][:PORT] or unix:PATH
    bad_pin,                    // not sha256: and 64 hexadecimal digits
    pin_mismatch,               // the certificate is not the pinned one
    plaintext_beyond_loopback,  // a component port off this machine, without TLS
    timed_out,
    bad_url,          // not ws://HOST[:PORT][/PATH] or wss://…
    bad_message,      // a WebSocket's, that is binary or holds a NUL
    bad_certificate,  // a certificate, its key or a list of revoked ones cannot be used
};
std::error_code make_error_code(NetError);

}  // namespace rondel::net

template <>
struct std::is_error_code_enum<rondel::net::NetError> : std::true_type {};
