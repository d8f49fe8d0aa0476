// The component's side of one XEP-0114 stream (jabber:component:accept).
#pragma once

#include "rondel/base/secret.hpp"
#include "rondel/stream/content_ns.hpp"
#include "rondel/stream/stream.hpp"

namespace rondel::stream {

struct ComponentCredentials {
    Jid domain;
    Secret secret;
};

class ComponentStream final : public Stream {
  public:
    // Throws std::invalid_argument if the domain has a local part or a resource, or is empty.
    explicit ComponentStream(ComponentCredentials who, StreamOptions options = {});
};

}  // namespace rondel::stream
