// The server's side of one XEP-0114 stream: accepts a component (jabber:component:accept). Same verbs as ComponentStream.
#pragma once

#include <functional>

#include "rondel/stream/component_stream.hpp"

namespace rondel::stream {

// What the server knows of components. Asked once the header is read; answers at once, from memory.
class ComponentDirectory {
  public:
    virtual ~ComponentDirectory() = default;
    // The secret of a component domain, or nullptr: host-unknown. Borrowed until the stream ends.
    virtual const Secret* secret_of(std::string_view domain) const = 0;
    // Whether a component of that domain is connected and a second one is to be turned away with conflict.
    // Asked when the header is read, and again after the handshake.
    virtual bool is_taken(std::string_view domain) const = 0;
};

struct AcceptingOptions : StreamOptions {
    bool check_from = true;  // `from` must be in the component's domain: else invalid-from, closed (XEP-0114 §3)
};

// Owns: its reader and its output. Borrows: the directory.   Threads: use from one at a time.
class AcceptingStream {
  public:
    // `stream_id` comes from the caller: at least 128 unguessable bits (RFC 6120 §4.7.3), never used before.
    AcceptingStream(const ComponentDirectory& directory, std::string stream_id, AcceptingOptions options = {});
    ~AcceptingStream();
    AcceptingStream(const AcceptingStream&) = delete;
    AcceptingStream& operator=(const AcceptingStream&) = delete;

    void start(Instant now);
    void receive(std::string_view bytes, Instant now);
    void peer_closed(Instant now);
    void close(Instant now);
    void close(const StreamError& error, Instant now);  // e.g. system_shutdown, conflict
    void expire(Instant now);
    Instant deadline() const;
    std::optional<Event> next_event();
    std::error_code send(const Stanza& stanza);
    std::string_view output() const;
    void wrote(std::size_t bytes);
    std::uint64_t stanzas_sent() const;
    std::uint64_t stanzas_written() const;
    Unsent take_unsent();
    bool is_open() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rondel::stream
