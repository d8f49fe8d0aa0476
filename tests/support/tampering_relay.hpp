// Stands between a client and its server on loopback, as somebody on the way would: reads what passes, changes it, adds
// to it, and cuts the connection.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace rondel::testing {

// Owns: its port and connections.   Threads: that of the io_context.
class TamperingRelay {
  public:
    using Tamper = std::function<void(std::string& bytes)>;  // of one read; may also be made empty

    TamperingRelay(boost::asio::io_context& io, std::uint16_t target)
        : io_(io), acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}), target_(target) {
        accept();
    }
    TamperingRelay(const TamperingRelay&) = delete;
    TamperingRelay& operator=(const TamperingRelay&) = delete;

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    std::string here() const { return "127.0.0.1:" + std::to_string(port()); }

    Tamper from_client, from_server;
    std::string said_by_client;  // all that came from there, on all connections
    int connections = 0;
    bool refuses = false;  // new connections, at once

    void cut() {  // RST, on both sides
        if (near_ == nullptr) return;
        for (const auto& side : {near_, far_}) {
            boost::system::error_code ignored;
            side->set_option(boost::asio::socket_base::linger(true, 0), ignored);
            side->close(ignored);
        }
    }

    void half_close_to_client() {  // FIN, without close_notify
        boost::system::error_code ignored;
        near_->shutdown(boost::asio::socket_base::shutdown_send, ignored);
    }

  private:
    using tcp = boost::asio::ip::tcp;
    struct Half {
        std::shared_ptr<tcp::socket> from, to;
        bool is_client = false;
        std::array<char, 16384> buffer{};
        std::string bytes = {};
    };

    void accept() {
        acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
            if (error) return;
            accept();
            if (refuses) return;
            ++connections;
            near_ = std::make_shared<tcp::socket>(std::move(socket));
            far_ = std::make_shared<tcp::socket>(io_);
            far_->connect({boost::asio::ip::address_v4::loopback(), target_});
            hand_on(std::make_shared<Half>(Half{near_, far_, true}));
            hand_on(std::make_shared<Half>(Half{far_, near_, false}));
        });
    }

    void hand_on(const std::shared_ptr<Half>& half) {
        half->from->async_read_some(
            boost::asio::buffer(half->buffer), [this, half](boost::system::error_code error, std::size_t size) {
                boost::system::error_code ignored;
                if (error) return void(half->to->shutdown(tcp::socket::shutdown_send, ignored));
                half->bytes.assign(half->buffer.data(), size);
                if (half->is_client) said_by_client += half->bytes;
                if (const Tamper& tamper = half->is_client ? from_client : from_server) tamper(half->bytes);
                boost::asio::async_write(*half->to, boost::asio::buffer(half->bytes),
                                         [this, half](boost::system::error_code failed, std::size_t) {
                                             if (!failed) hand_on(half);
                                         });
            });
    }

    boost::asio::io_context& io_;
    tcp::acceptor acceptor_;
    std::uint16_t target_;
    std::shared_ptr<tcp::socket> near_, far_;  // of the newest connection
};

}  // namespace rondel::testing
