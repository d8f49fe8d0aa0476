// Stands between two loopback sockets and hands everything on, one byte at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace rondel::testing {

// Owns: its port and connections.   Threads: that of the io_context.
class ByteRelay {
  public:
    ByteRelay(boost::asio::io_context& io, std::uint16_t target)
        : io_(io), acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}), target_(target) {
        accept();
    }

    std::string here() const { return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
    std::size_t bytes = 0;  // handed on, in as many writes

  private:
    using tcp = boost::asio::ip::tcp;
    struct Half {
        std::shared_ptr<tcp::socket> from, to;
        std::array<char, 4096> buffer{};
        std::size_t at = 0, end = 0;
    };

    void accept() {
        acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
            if (error) return;
            const auto near = std::make_shared<tcp::socket>(std::move(socket));
            const auto far = std::make_shared<tcp::socket>(io_);
            far->connect({boost::asio::ip::address_v4::loopback(), target_});
            near->set_option(tcp::no_delay(true));
            far->set_option(tcp::no_delay(true));
            hand_on(std::make_shared<Half>(Half{near, far}));
            hand_on(std::make_shared<Half>(Half{far, near}));
            accept();
        });
    }

    void hand_on(const std::shared_ptr<Half>& half) {
        if (half->at < half->end) {
            boost::asio::async_write(*half->to, boost::asio::buffer(&half->buffer[half->at++], 1),
                                     [this, half](boost::system::error_code error, std::size_t) {
                                         ++bytes;
                                         if (!error) hand_on(half);
                                     });
            return;
        }
        half->from->async_read_some(boost::asio::buffer(half->buffer),
                                    [this, half](boost::system::error_code error, std::size_t size) {
                                        boost::system::error_code ignored;
                                        if (error) return void(half->to->shutdown(tcp::socket::shutdown_send, ignored));
                                        half->at = 0;
                                        half->end = size;
                                        hand_on(half);
                                    });
    }

    boost::asio::io_context& io_;
    tcp::acceptor acceptor_;
    std::uint16_t target_;
};

}  // namespace rondel::testing
