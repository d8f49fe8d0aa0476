// Transports over Asio sockets.
#pragma once

#include "rondel/net/transport.hpp"

#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace rondel::net {

// No waiting for more to send (TCP_NODELAY), and an end to a peer that acknowledges nothing for a minute, though nobody
// of us writes (TCP_USER_TIMEOUT). For every connected socket.
void prepare(boost::asio::ip::tcp::socket& socket);

// Take a connected socket.
std::unique_ptr<Transport> make_transport(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Transport> make_transport(boost::asio::local::stream_protocol::socket socket);

// Takes the socket out of a plain TCP transport, which is closed then, so that TLS can be made of it. Nothing: it is
// another kind of transport, or closed. Precondition: no read is under way, and all output is written.
std::optional<boost::asio::ip::tcp::socket> take_socket(Transport& transport);

}  // namespace rondel::net
