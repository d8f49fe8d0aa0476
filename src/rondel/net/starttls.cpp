#include "rondel/net/starttls.hpp"

#include "rondel/net/socket_transport.hpp"

#include <optional>
#include <utility>

namespace rondel::net {

bool StartTls::begin(Transport& plain, TlsHandshake::Done done) {
    std::optional<boost::asio::ip::tcp::socket> socket;
    if (side_ != nullptr) socket = take_socket(plain);
    if (!socket) return false;
    TlsHandshakeOptions how;
    how.limit = limit_;
    handshake_ = std::make_unique<TlsHandshake>(std::move(*socket), side_, how, std::move(done));
    return true;
}

}  // namespace rondel::net
