// A transport of TLS over TCP. How it comes about: tls_side.hpp, tls_handshake.hpp.
#pragma once

#include "rondel/net/transport.hpp"

#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace rondel::net {

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

// The context of a server: error if certificate and key are no PEM, or do not belong together. (TlsSide::server has
// more.)
Result<std::shared_ptr<boost::asio::ssl::context>> make_server_context(const std::string& chain,
                                                                       const std::string& key);

// Takes a stream whose handshake is done.
std::unique_ptr<Transport> make_transport(std::unique_ptr<TlsStream> stream, stream::TlsFacts facts = {});

}  // namespace rondel::net
