// Carries one stream over one transport: reads, feeds, drains events, writes output, re-arms one timer. Written once,
// for every kind of stream.
//
// One read of the transport is handled whole before anything is written, so the answers to a batch leave in one write.
//
// A stream that wants TLS (stream::TlsWanted) gets it: what is to be written goes out, no plain byte is read any more,
// and the transport becomes another one. That begins with TLS, the stream is told of before it starts.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/net/connection_owner.hpp"
#include "rondel/net/tls_side.hpp"
#include "rondel/net/transport.hpp"
#include "rondel/stream/stream.hpp"

#include <cstdint>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace rondel::net {

struct ConnectionOptions {
    Duration write_deadline = std::chrono::seconds(10);  // for a peer that takes nothing of what is to be written
    Duration linger = std::chrono::seconds(2);      // after our last byte, for the peer to read it and end its side
    std::shared_ptr<const TlsSide> tls = {};        // for STARTTLS; without it, a stream that wants TLS is at its end
    Duration tls_limit = std::chrono::seconds(15);  // for the handshake
    // One of ten thousand waits for bytes without memory for them, which costs a call of the kernel with each read.
    bool one_of_many = false;
    // For what lies ready to be read, before whoever else waits for the loop has a turn.
    Duration at_a_stretch = std::chrono::microseconds(200);
    // The shortest, for small pieces that come fast, and not because each waits for an answer; zero: never
    // (net/gathering.hpp).
    Duration pause = std::chrono::microseconds(300);
};

// Owns: transport and stream. Borrows: the owner.   Threads: the executor's.
class Connection {
  public:
    Connection(const boost::asio::any_io_executor& executor, std::unique_ptr<Transport> transport,
               std::unique_ptr<stream::Stream> stream, ConnectionOwner& owner, ConnectionOptions options = {});
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void start();
    // Something was sent, a deadline moved, or wants_to_read() turned true: goes on soon, once for all that comes until
    // then.
    void touched();

    stream::Stream& stream() { return stream_; }
    const stream::Stream& stream() const { return stream_; }
    const Transport& transport() const;
    std::uint64_t bytes_read() const;  // so far, after TLS

  private:
    struct Core;
    stream::Stream& stream_;  // the core's
    std::shared_ptr<Core> core_;
};

}  // namespace rondel::net
