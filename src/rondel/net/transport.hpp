// A connected byte stream: TCP, TLS over TCP, or a UNIX socket. No callback runs inside the call that asked for it, and
// none after close().
#pragma once

#include "rondel/base/result.hpp"
#include "rondel/stream/tls_facts.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace rondel::net {

using ReadCallback =
    std::function<void(std::error_code, std::size_t)>;  // no error and 0 bytes: the peer ended its side, in order

// Owns: the socket.   Threads: one executor.
class Transport {
  public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    // Reads what is there, at least one byte. `into` must stay until the callback.
    virtual void read(std::span<char> into, ReadCallback done) = 0;

    // The same, with memory that is asked for when there is something to read, by a transport that can wait for that:
    // ten thousand idle connections need none. The others ask at once.
    virtual void read_into(std::function<std::span<char>()> memory, ReadCallback done) {
        read(memory(), std::move(done));
    }

    // Reads what lies ready, without waiting. 0: nothing does, or it is something that only read() can tell, such as an
    // end. Nullopt from a transport that has no such way.
    virtual std::optional<std::size_t> read_now(std::span<char>) { return std::nullopt; }

    // From how many bytes on somebody who waits in read() is told, or from the end; one, if nothing else was said.
    // False: this transport tells of each, or that could not be changed.
    virtual bool wakes_from(std::size_t) { return false; }

    // How many bytes could be read at once; 0 also if that is not known.
    virtual std::size_t pending() const { return 0; }

    // Offers the front of what is to be written. Returns how many bytes the kernel has taken by now, counted from the
    // front of `bytes`; 0 means: not now, on_writable is called when to offer the same bytes again (with more behind
    // them, if there are more).
    virtual Result<std::size_t> write(std::string_view bytes) = 0;
    virtual void on_writable(std::function<void()> call) = 0;

    virtual void end_output() = 0;  // FIN, or close_notify: after the last byte
    virtual void close() = 0;       // at once; outstanding callbacks are dropped

    virtual bool secure() const = 0;  // TLS, or a UNIX socket
    virtual stream::TlsFacts facts() const { return {}; }
    virtual std::string description() const = 0;  // "127.0.0.1:5347", for people
};

}  // namespace rondel::net
