// The server's side of one XEP-0114 stream: accepts a component (jabber:component:accept).
#pragma once

#include "rondel/stream/component_stream.hpp"

#include <string>

namespace rondel::stream {

// What the server knows of components. Asked once the header is read and again at the handshake; answers at once, from
// memory, and does not call the stream.
class ComponentDirectory {
  public:
    virtual ~ComponentDirectory() = default;
    // The secret of a component domain, or nullptr: host-unknown. Borrowed until the call of next_event() returns. An
    // empty one lets nobody in.
    virtual const Secret* secret_of(std::string_view domain) const = 0;
    // Whether a component of that domain is connected and a second one is to be turned away with conflict.
    virtual bool is_taken(std::string_view domain) const = 0;
};

struct AcceptingOptions : StreamOptions {
    bool check_from = true;  // `from` must be in the component's domain: else invalid-from, closed (XEP-0114 §3)
    Jid server = {};         // the server's own domain: `from` of what it says in its own name (RFC 6120 §4.9.1.3)
};

// Borrows: the directory.
class AcceptingStream final : public Stream {
  public:
    // `stream_id` comes from the caller: at least 128 unguessable bits (RFC 6120 §4.7.3), never used before. Throws
    // std::invalid_argument if it is empty.
    AcceptingStream(const ComponentDirectory& directory, std::string stream_id, AcceptingOptions options = {});
};

}  // namespace rondel::stream
