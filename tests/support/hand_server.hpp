// A server played by hand: it listens on loopback, lets every component in, and then does to its connection whatever a
// test wants.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace rondel::testing {

// Owns: the port and the newest connection; an older one is closed.   Threads: that of the io_context.
class HandServer {
  public:
    explicit HandServer(boost::asio::io_context& io) : acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}) {
        accept();
    }
    HandServer(const HandServer&) = delete;
    HandServer& operator=(const HandServer&) = delete;

    std::string here() const { return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

    void say(std::string_view text) { boost::asio::write(*socket_, boost::asio::buffer(text.data(), text.size())); }
    // As much of it as the kernel takes at once: so many bytes.
    std::size_t offer(std::string_view text) {
        boost::system::error_code full;
        socket_->non_blocking(true);
        const std::size_t taken = socket_->write_some(boost::asio::buffer(text.data(), text.size()), full);
        socket_->non_blocking(false);
        return taken;
    }
    void stop_reading() { reading_ = false; }  // after the read that is under way
    void read_on() {                           // when that is over
        reading_ = true;
        read(socket_);
    }
    void half_close() { socket_->shutdown(boost::asio::socket_base::shutdown_send); }
    void cut() { socket_->close(); }
    void reset() {  // RST: what was not read is lost
        socket_->set_option(boost::asio::socket_base::linger(true, 0));
        socket_->close();
    }

    std::string heard;           // behind the handshake, on all connections
    std::string greeting;        // what the newest connection began with
    std::string answer;          // said instead of letting the component in; then our side ends
    int connections = 0;         // accepted
    bool stays_silent = false;   // a connection that comes now is accepted, and nothing more
    bool closes_in_turn = true;  // answers the end tag with its own, and ends its side

  private:
    using tcp = boost::asio::ip::tcp;

    void accept() {
        acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
            if (error) return;
            ++connections;
            greeting.clear();
            socket_ = std::make_shared<tcp::socket>(std::move(socket));
            reading_ = true;
            greeted_ = let_in_ = false;
            read(socket_);
            accept();
        });
    }

    void read(const std::shared_ptr<tcp::socket>& socket) {
        socket->async_read_some(boost::asio::buffer(buffer_),
                                [this, socket](boost::system::error_code error, std::size_t size) {
                                    if (error || socket != socket_) return;
                                    take({buffer_.data(), size});
                                    if (reading_ && socket->is_open()) read(socket);
                                });
    }

    void take(std::string_view bytes) {
        if (let_in_) return hear(bytes);
        greeting += bytes;
        if (stays_silent) return;
        if (!greeted_ && greeting.find("<stream:stream") != std::string::npos) {
            greeted_ = true;
            say("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='" +
                std::to_string(connections) + "'>" + answer);
            if (!answer.empty()) half_close();
        }
        const std::size_t end = greeting.find("</handshake>");
        if (end == std::string::npos || !answer.empty()) return;
        let_in_ = true;
        say("<handshake/>");
        hear(greeting.substr(end + 12));
    }

    void hear(std::string_view bytes) {
        heard += bytes;
        if (bytes.empty() || !closes_in_turn || !heard.ends_with("</stream:stream>")) return;
        boost::system::error_code gone;
        boost::asio::write(*socket_, boost::asio::buffer("</stream:stream>", 16), gone);
        socket_->shutdown(boost::asio::socket_base::shutdown_send, gone);
    }

    tcp::acceptor acceptor_;
    std::shared_ptr<tcp::socket> socket_;
    std::array<char, 4096> buffer_{};
    bool reading_ = true;
    bool greeted_ = false;
    bool let_in_ = false;
};

}  // namespace rondel::testing
