// XMPP over WebSocket (RFC 7395): the opening handshake of either side, over a transport that is connected and, for
// wss, already secure. What comes out is a transport that carries one element in each message, with a
// stream::message_end behind it.
//
// Text messages only, of valid UTF-8, whole or in fragments; pings are answered; nothing is compressed. A message that
// is too long, binary, or holds a NUL ends the connection with the close code that RFC 6455 §7.4 has for it.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/net/transport.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

namespace rondel::net {

struct WebSocketServerOptions {
    std::string path = "/xmpp-websocket";  // any other is 404
    // Whether pages of this origin ("https://chat.example.com") may connect (RFC 6455 §10.2): asked where the request
    // names one, as browsers do. Empty: all may, as nobody gets in by being a browser: there are no cookies here.
    std::function<bool(std::string_view origin)> allows_origin = {};
    std::size_t most_message = 512 * 1024;  // bytes
    Duration limit = std::chrono::seconds(15);
};

struct WebSocketClientOptions {
    std::string host;  // for the Host header, with the port if it is not the usual one
    std::string path = "/xmpp-websocket";
    std::size_t most_message = 512 * 1024;
    Duration limit = std::chrono::seconds(15);
};

// Owns: the transport, until it is done. Destroying it ends it without a callback.   Threads: the executor's.
class WebSocketHandshake {
  public:
    // Called once, never from inside the constructor; may destroy the handshake. The transport, or why there is none,
    // as the rest of a sentence.
    using Done = std::function<void(std::unique_ptr<Transport>, std::string why)>;

    WebSocketHandshake(const boost::asio::any_io_executor& executor, std::unique_ptr<Transport> transport,
                       WebSocketServerOptions options, Done done);
    WebSocketHandshake(const boost::asio::any_io_executor& executor, std::unique_ptr<Transport> transport,
                       WebSocketClientOptions options, Done done);
    ~WebSocketHandshake();
    WebSocketHandshake(const WebSocketHandshake&) = delete;
    WebSocketHandshake& operator=(const WebSocketHandshake&) = delete;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rondel::net
