// TLS over TCP: the client's handshake with the check that TlsOptions asks for, then a transport.
#pragma once

#include "rondel/net/tls_options.hpp"
#include "rondel/net/transport.hpp"

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace rondel::net {

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

// TLS 1.2 or later, no compression, no renegotiation. The error tells which option is wrong, as a sentence in `why`.
Result<std::shared_ptr<boost::asio::ssl::context>> make_client_context(const TlsOptions& options, std::string& why);

// The server's side. Error: certificate and key are not PEM, or do not belong together.
Result<std::shared_ptr<boost::asio::ssl::context>> make_server_context(const std::string& chain,
                                                                       const std::string& key);

// Prepares the check of the peer's certificate: for `name`, or against the pin.
std::error_code expect_peer(TlsStream& stream, const TlsOptions& options, const std::string& name);

// Why a handshake failed, for people: what is wrong with the certificate, rather than "certificate verify failed".
std::string handshake_problem(TlsStream& stream, std::error_code error);

// Takes a stream whose handshake is done.
std::unique_ptr<Transport> make_transport(std::unique_ptr<TlsStream> stream);

}  // namespace rondel::net
