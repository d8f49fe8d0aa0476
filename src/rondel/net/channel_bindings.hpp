// What ties an authentication to a TLS connection (RFC 5056), out of the connection itself.
#pragma once

#include "rondel/sasl/channel_binding.hpp"

struct ssl_st;  // OpenSSL's SSL

namespace rondel::net {

// Of a connection whose handshake is done, best first; the same on both sides.
//   tls-exporter          RFC 9266: of TLS 1.3, and of 1.2 with the extended master secret (RFC 7627): without that,
//   somebody
//                         in between can give two connections the same one
//   tls-server-end-point  RFC 5929 §4: a digest of the server's certificate. Nothing for one whose signature has no
//                         digest of its own (Ed25519)
//   tls-unique            RFC 5929 §3: for peers that know nothing else, and below TLS 1.3 only (RFC 9266 §3)
sasl::ChannelBindings channel_bindings(ssl_st& ssl);

}  // namespace rondel::net
