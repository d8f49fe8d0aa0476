// The component's side of one XEP-0114 stream (jabber:component:accept): bytes and time in; events, bytes and the next deadline out.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "rondel/base/secret.hpp"
#include "rondel/base/time.hpp"
#include "rondel/stanza/stanza.hpp"
#include "rondel/stream/event.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

namespace rondel::stream {

inline constexpr std::string_view component_accept_ns = "jabber:component:accept";

enum class SendError {
    not_open = 1,   // before Opened, or while closing
    // what the writer refuses keeps its own error (xml::WriteError)
};
std::error_code make_error_code(SendError);

struct ComponentCredentials {
    Jid domain;
    Secret secret;
};

// Durations of zero turn a thing off.
struct StreamOptions {
    xml::Limits before = xml::Limits::before_authentication();
    xml::Limits after;
    xml::WriteLimits writing;
    Duration opening = std::chrono::seconds(20);        // from start() to Opened, absolute: no byte extends it
    Duration closing = std::chrono::seconds(5);         // from close() to the peer's end tag
    Duration ping_after = std::chrono::seconds(60);     // silence of the peer after which it is pinged (XEP-0199)
    Duration ping_timeout = std::chrono::seconds(10);   // and the answer waited for: any byte will do
    Duration whitespace_after = Duration::zero();       // our own silence after which a space is sent (RFC 6120 §4.6.1)
};

// Written but unsent stanzas of a stream that ended: whole ones, in the stream's own bytes.
struct Unsent {
    std::string bytes;
    std::size_t stanzas = 0;
};

// Owns: its reader and its output.   Threads: none of its business; use from one at a time.
class ComponentStream {
  public:
    explicit ComponentStream(ComponentCredentials who, StreamOptions options = {});
    ~ComponentStream();
    ComponentStream(const ComponentStream&) = delete;
    ComponentStream& operator=(const ComponentStream&) = delete;

    void start(Instant now);                               // the transport is connected
    void receive(std::string_view bytes, Instant now);     // borrows them until next_event() has returned nullopt
    void peer_closed(Instant now);                         // the transport ended
    void close(Instant now);                               // </stream:stream>, then waits for the peer's (RFC 6120 §4.4)
    void expire(Instant now);                              // call when deadline() has passed
    Instant deadline() const;                              // `never` if there is none

    // Connected, Opened, Received…, Closed (last, exactly once). Drain until nullopt after each call above. Reads stanzas as it is asked,
    // so a caller that stops asking stops reading.
    std::optional<Event> next_event();

    // Serializes it behind what is there. Refuses what would make the peer end the stream; then nothing is written.
    std::error_code send(const Stanza& stanza);
    // What an earlier stream of the same component could not send any more; goes out first after Opened.
    void adopt(Unsent unsent);

    std::string_view output() const;      // bytes for the transport; valid until the next call
    void wrote(std::size_t bytes);        // so many of them went out
    std::uint64_t stanzas_sent() const;   // handed to send() or adopt() and accepted
    std::uint64_t stanzas_written() const;  // of those, how many went out to their last byte
    Unsent take_unsent();                 // after Closed
    bool is_open() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rondel::stream

template <>
struct std::is_error_code_enum<rondel::stream::SendError> : std::true_type {};
