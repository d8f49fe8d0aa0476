// Carries one stream over one simulated line, as net::Connection does over a socket: reads, feeds, drains events,
// writes output, re-arms one timer. Its owner is told in the same order, by the same calls.
#pragma once

#include "rondel/net/connection.hpp"
#include "rondel/stream/stream.hpp"

#include <memory>

#include "tests/simulator/line.hpp"

namespace rondel::simulator {

struct CarrierOptions {
    Duration write_deadline = std::chrono::seconds(10);
    Duration linger = std::chrono::seconds(2);
    Duration tls_limit = std::chrono::seconds(15);
};

// Owns: the stream, its side of the line. Borrows: the owner.   Threads: one.
class Carrier {
  public:
    Carrier(Timeline& time, std::shared_ptr<Line> line, Side side, std::unique_ptr<stream::Stream> stream,
            net::ConnectionOwner& owner, CarrierOptions options = {});
    ~Carrier();
    Carrier(const Carrier&) = delete;
    Carrier& operator=(const Carrier&) = delete;

    void start();
    void touched();
    stream::Stream& stream();
    const stream::Stream& stream() const;
    Line& line();

  private:
    struct Core;
    std::shared_ptr<Core> core_;
};

}  // namespace rondel::simulator
