// Transports over Asio sockets.
#pragma once

#include "rondel/net/transport.hpp"

#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

namespace rondel::net {

// No waiting for more to send (TCP_NODELAY), and an end to a peer that acknowledges nothing for a minute, though nobody
// of us writes (TCP_USER_TIMEOUT). For every connected socket.
void prepare(boost::asio::ip::tcp::socket& socket);

// Take a connected socket.
std::unique_ptr<Transport> make_transport(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Transport> make_transport(boost::asio::local::stream_protocol::socket socket);

}  // namespace rondel::net
