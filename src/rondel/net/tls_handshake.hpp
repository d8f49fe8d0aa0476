// One TLS handshake on a connected socket, on either side, bounded in time.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/net/tls_side.hpp"
#include "rondel/net/transport.hpp"

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

namespace rondel::net {

struct TlsHandshakeOptions {
    Duration limit = std::chrono::seconds(15);
    std::string protocol = {};  // the client's, for ALPN: "xmpp-client" where the connection begins with TLS (XEP-0368)
};

// Owns: the socket, until it is done. Destroying it ends it without a callback, and closes the socket.
// Threads: the executor's.
class TlsHandshake {
  public:
    // Called once, never from inside the constructor; may destroy the handshake. The transport, or why there is none,
    // as the rest of a sentence: "its certificate was refused: …".
    using Done = std::function<void(std::unique_ptr<Transport>, std::string why)>;

    TlsHandshake(boost::asio::ip::tcp::socket socket, std::shared_ptr<const TlsSide> side, TlsHandshakeOptions options,
                 Done done);
    ~TlsHandshake();
    TlsHandshake(const TlsHandshake&) = delete;
    TlsHandshake& operator=(const TlsHandshake&) = delete;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rondel::net
