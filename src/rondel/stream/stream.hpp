// One side of one XML stream: bytes and time in; events, bytes and the next deadline out.
//
//   stream.start(now);
//   for (;;) {
//       while (auto event = stream.next_event()) …;
//       write(stream.output()), stream.wrote(count);      // and the timer to stream.deadline()
//       read into a buffer, stream.receive(bytes, now);    // or expire, or peer_closed
//   }
//
// After Closed: write what output() still has, end our half of the connection, and read on, dropping what comes, until
// the peer ends its half or a moment has passed. Closing at once, with input unread, would send a reset that may
// overtake the error that the peer should read.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/stanza/stanza.hpp"
#include "rondel/stream/event.hpp"
#include "rondel/stream/output.hpp"
#include "rondel/stream/stream_fault.hpp"
#include "rondel/stream/tls_facts.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace rondel::stream {

// Durations of zero turn a thing off.
struct StreamOptions {
    xml::Limits before = xml::Limits::before_authentication();
    xml::Limits after = {};
    xml::WriteLimits writing = {};
    Duration opening = std::chrono::seconds(20);  // from start() to Opened, absolute: no byte extends it
    Duration closing = std::chrono::seconds(5);   // from close() to the peer's end tag

    // Silence of the peer after which it is pinged (XEP-0199), and how long the answer is waited for: any byte will do.
    // A component's ping goes through the server and comes back. Where a server spreads the stanzas of one domain over
    // several connections (ejabberd) it may come back on another one: set ping_after to zero there, and
    // whitespace_after to something, so that the kernel notices a dead connection.
    Duration ping_after = std::chrono::seconds(60);
    Duration ping_timeout = std::chrono::seconds(10);

    // Our own silence after which a space is sent (RFC 6120 §4.6.1); it comes after one to two times this.
    Duration whitespace_after = Duration::zero();
};

// What memory ended at: of the events, the last one that the caller could not take in, a stanza (Received) or the
// session (Opened); or what came next, of which next_event() could not make one.
enum class Untaken : std::uint8_t { nothing, stanza, opening, unread };

class Core;  // what the sides share; not for other floors

// What all streams have in common.
// Owns: its reader and its output.   Threads: none of its business; use from one at a time.
class Stream {
  public:
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream();

    void start(Instant now);  // the transport is connected

    // The transport is secure, and this is known of it: before start() where it was so from the beginning, else after
    // TlsWanted.
    void secured(TlsFacts facts, Instant now);

    // Borrows the bytes until next_event() has returned nullopt; precondition: it has, for those before.
    void receive(std::string_view bytes, Instant now);
    template <std::same_as<std::string> Temporary>
    void receive(Temporary&& bytes, Instant now) = delete;  // would be gone before it is read
    void peer_closed(Instant now);                          // the transport ended, in order or not

    // </stream:stream>, and what the peer still sends is taken until its own (RFC 6120 §4.4); before Opened, the end.
    void close(Instant now);
    void close(const StreamError& error, Instant now);  // the same with an error, e.g. system_shutdown

    // The caller lacked the memory to go on: ends the stream, wherever that stood, with resource_constraint if there is
    // memory to say it; a session that can be resumed is only left. Closed follows, and nothing else. What was reported
    // and is `untaken` is not acknowledged, or has not begun. Needs no memory.
    //
    // So the stanza comes again when the session is resumed. When that has happened twice, it is answered with
    // resource_constraint, reported as Refused and acknowledged. What cannot even be read ends the session the fifth
    // time, and the peer is told.
    void break_off(Untaken untaken, std::string why, Instant now);

    void expire(Instant now);  // call when deadline() has passed; earlier does nothing
    Instant deadline() const;  // `never` if there is none

    // The caller stopped reading from the transport, or took it up again. Meanwhile the peer's silence means nothing.
    void listening(bool on, Instant now);

    // Connected, Opened, Received and Refused…, Closed (last, exactly once). Drain until nullopt after each call above.
    // Reads stanzas as it is asked, so a caller that stops asking stops reading.
    std::optional<Event> next_event();

    // Serializes it behind what is there. Refuses what would make the peer end the stream; then nothing is written.
    std::error_code send(const Stanza& stanza);
    // For a log: called with each stanza that send() has taken.
    void watch_sent(std::function<void(const Stanza&)> call);
    // What an earlier stream of the same component could not send any more; goes out first after Opened.
    void adopt(Unsent unsent);

    std::string_view output() const;        // bytes for the transport; valid until the next call. None for a dead one
    void wrote(std::size_t bytes);          // so many of them went out
    std::size_t backlog() const;            // bytes that did not
    std::uint64_t stanzas_sent() const;     // handed to send() or adopt() and accepted
    std::uint64_t stanzas_written() const;  // of those, how many went out to their last byte
    // Of those sent, in order, how many the peer has acknowledged (XEP-0198); those of an earlier session that this one
    // resumed count as the first. Stays 0 without stream management.
    std::uint64_t stanzas_acknowledged() const;
    bool is_managed() const;  // the peer acknowledges, so nothing is proven before it has

    Unsent take_unsent();  // after Closed
    bool is_open() const;  // between Opened and close() or Closed

  protected:
    explicit Stream(std::unique_ptr<Core> core);
    Core& core() const { return *core_; }

  private:
    std::unique_ptr<Core> core_;
};

}  // namespace rondel::stream
