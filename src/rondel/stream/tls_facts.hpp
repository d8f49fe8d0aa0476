// What a stream has to know of the TLS connection that carries it. The stream itself sees no TLS.
#pragma once

#include "rondel/sasl/channel_binding.hpp"

#include <string>
#include <vector>

namespace rondel::stream {

struct TlsFacts {
    sasl::ChannelBindings bindings = {};
    // Server's side: the XmppAddr of the client's certificate, verified (XEP-0178). Client's side: of no meaning.
    std::vector<std::string> peer_addresses = {};
    bool own_certificate = false;  // client's side: we have shown one, so EXTERNAL may be tried
};

}  // namespace rondel::stream
