// What a listener makes of a connection: a guest, from its first byte to its end.
#pragma once

#include "rondel/net/tls_side.hpp"
#include "rondel/net/transport.hpp"
#include "rondel/stream/tls_facts.hpp"

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace rondel::net {

// Owns: its connection.   Threads: the executor's.
class Guest {
  public:
    Guest() = default;
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    virtual ~Guest() = default;
    virtual void shut_down() = 0;  // says system-shutdown, and ends in order (R033)
};

// What a guest is made of, and whom it tells.
struct Arrival {
    boost::asio::any_io_executor executor;
    std::unique_ptr<Transport> transport;
    bool on_this_machine = false;             // loopback, or a UNIX socket
    bool websocket = false;                   // one element in each message (RFC 7395)
    std::shared_ptr<const TlsSide> tls = {};  // for STARTTLS; nullptr: there is no certificate
    std::function<void()> over = {};          // once; destroys the guest
    std::function<void()> failed = {};        // it could not say who it is, which counts against its address
};

using Welcome = std::function<std::unique_ptr<Guest>(Arrival)>;

}  // namespace rondel::net
