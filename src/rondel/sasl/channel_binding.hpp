// What ties an authentication to the TLS connection under it (RFC 5056): whoever sits between two TLS connections has
// two different ones.
#pragma once

#include <string>
#include <vector>

namespace rondel::sasl {

struct ChannelBinding {
    std::string type;  // "tls-exporter" (RFC 9266), "tls-server-end-point" (RFC 5929)
    std::string data;  // bytes
};
using ChannelBindings = std::vector<ChannelBinding>;  // those that a connection has, best first

}  // namespace rondel::sasl
