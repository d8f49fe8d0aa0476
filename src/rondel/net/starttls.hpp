// TLS in the middle of a connection (RFC 6120 §5): from where the stream wants it to where there is a transport that
// has it. Meanwhile no plain byte is read any more. Inside the floor.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/net/tls_handshake.hpp"
#include "rondel/net/tls_side.hpp"
#include "rondel/net/transport.hpp"

#include <memory>
#include <utility>

namespace rondel::net {

// Owns: the handshake, and with it the socket.   Threads: the executor's.
class StartTls {
  public:
    StartTls(std::shared_ptr<const TlsSide> side, Duration limit) : side_(std::move(side)), limit_(limit) {}

    void want() { wanted_ = true; }
    void over() { wanted_ = false; }
    bool is_wanted() const { return wanted_; }

    // False: there cannot be any on this transport. Precondition: all output is written.
    bool begin(Transport& plain, TlsHandshake::Done done);
    bool is_under_way() const { return handshake_ != nullptr; }  // then nothing can be said
    void drop() { handshake_.reset(); }                          // which is done, or given up

  private:
    std::shared_ptr<const TlsSide> side_;  // null: there is none
    Duration limit_;
    bool wanted_ = false;
    std::unique_ptr<TlsHandshake> handshake_;
};

}  // namespace rondel::net
