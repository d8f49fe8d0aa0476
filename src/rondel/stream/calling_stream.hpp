// The server's side of one XEP-0114 stream that the server begins: it calls a component that listens
// (jabber:component:connect). The handshake is the server's to send, as whoever begins shows that it knows the secret.
#pragma once

#include "rondel/stream/accepting_stream.hpp"
#include "rondel/stream/component_stream.hpp"

namespace rondel::stream {

class CallingStream final : public Stream {
  public:
    // Throws std::invalid_argument if the domain has a local part or a resource, or is empty.
    explicit CallingStream(ComponentCredentials whom, AcceptingOptions options = {});
};

}  // namespace rondel::stream
