#include "rondel/net/socket_transport.hpp"

#include <cerrno>
#include <new>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace rondel::net {

namespace asio = boost::asio;

namespace {

std::string describe(const asio::ip::tcp::socket& socket) {
    boost::system::error_code ignored;
    const auto peer = socket.remote_endpoint(ignored);
    const std::string address = peer.address().to_string(ignored);
    return (peer.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(peer.port());
}

std::string describe(const asio::local::stream_protocol::socket& socket) {
    boost::system::error_code ignored;
    return "unix:" + socket.remote_endpoint(ignored).path();
}

// Writes without waiting, straight from the caller's memory, so that nothing has to keep a buffer alive.
template <class Socket>
class SocketTransport final : public Transport {
  public:
    explicit SocketTransport(Socket socket) : core_(std::make_shared<Core>(std::move(socket))) {}
    ~SocketTransport() override { close(); }

    void read(std::span<char> into, ReadCallback done) override {
        if (core_->failed) return tell_failed(std::move(done));
        core_->socket.async_read_some(
            asio::buffer(into.data(), into.size()),
            [core = core_, done = std::move(done)](boost::system::error_code error, std::size_t size) {
                if (core->closed) return;
                if (error == asio::error::eof) error.clear(), size = 0;
                done(error, size);
            });
    }

    void read_into(std::function<std::span<char>()> memory, ReadCallback done) override {
        wait_readable(core_, std::move(memory), std::move(done));
    }

    std::optional<std::size_t> read_now(std::span<char> into) override {
        const ssize_t size = recv(core_->socket.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
        if (size > 0) return static_cast<std::size_t>(size);
        // The kernel tells an error once: who asks again is told of an end in order.
        if (size < 0 && errno != EAGAIN && errno != EINTR) core_->failed.assign(errno, std::system_category());
        return 0;
    }

    // Linux sends word at once if so many are there already. UNIX sockets know no such thing.
    bool wakes_from(std::size_t bytes) override {
        if (std::is_same_v<typename Socket::protocol_type, asio::local::stream_protocol>) return false;
        boost::system::error_code error;
        core_->socket.set_option(asio::socket_base::receive_low_watermark(static_cast<int>(bytes)), error);
        return !error;
    }

    std::size_t pending() const override {
        boost::system::error_code error;
        const std::size_t bytes = core_->socket.available(error);
        return error ? 0 : bytes;
    }

    Result<std::size_t> write(std::string_view bytes) override {
        boost::system::error_code error;
        const std::size_t written = core_->socket.write_some(asio::buffer(bytes.data(), bytes.size()), error);
        if (error == asio::error::would_block || error == asio::error::try_again) {
            wait_writable();
            return std::size_t{0};
        }
        if (error) return std::error_code(error);
        return written;
    }

    void on_writable(std::function<void()> call) override { core_->writable = std::move(call); }

    void end_output() override {
        boost::system::error_code ignored;
        core_->socket.shutdown(asio::socket_base::shutdown_send, ignored);
    }

    void close() override {
        if (core_->closed) return;
        core_->closed = true;
        core_->writable = nullptr;
        boost::system::error_code ignored;
        core_->socket.close(ignored);
    }

    std::optional<Socket> take_socket() {
        if (core_->closed) return std::nullopt;
        core_->closed = true;
        core_->writable = nullptr;
        wakes_from(1);  // whoever has it next knows nothing of any other number
        boost::system::error_code ignored;
        core_->socket.cancel(ignored);
        return std::move(core_->socket);
    }

    bool secure() const override {
        return std::is_same_v<typename Socket::protocol_type, asio::local::stream_protocol>;
    }
    std::string description() const override { return core_->description; }

  private:
    struct Core {
        explicit Core(Socket connected) : socket(std::move(connected)), description(describe(socket)) {
            boost::system::error_code ignored;
            socket.non_blocking(true, ignored);
        }
        Socket socket;
        std::string description;
        std::function<void()> writable;
        std::error_code failed;  // seen by read_now(), for read() to tell
        bool waiting = false;
        bool closed = false;
    };

    void tell_failed(ReadCallback done) {
        asio::post(core_->socket.get_executor(), [core = core_, done = std::move(done)] {
            if (!core->closed) done(core->failed, 0);
        });
    }

    static void wait_readable(const std::shared_ptr<Core>& core, std::function<std::span<char>()> memory,
                              ReadCallback done) {
        core->socket.async_wait(
            asio::socket_base::wait_read,
            [core, memory = std::move(memory), done = std::move(done)](boost::system::error_code error) mutable {
                if (core->closed) return;
                std::size_t size = 0;
                try {
                    if (!error) {
                        const std::span<char> into = memory();
                        size = core->socket.read_some(asio::buffer(into.data(), into.size()), error);
                    }
                    if (error == asio::error::would_block || error == asio::error::try_again)
                        return wait_readable(core, memory, done);
                } catch (const std::bad_alloc&) {
                    error = asio::error::no_memory;
                }
                if (error == asio::error::eof) error.clear(), size = 0;
                done(error, size);
            });
    }

    void wait_writable() {
        if (core_->waiting) return;
        core_->socket.async_wait(asio::socket_base::wait_write, [core = core_](boost::system::error_code) {
            core->waiting = false;  // an error shows at the next write
            if (!core->closed && core->writable) core->writable();
        });
        core_->waiting = true;
    }

    std::shared_ptr<Core> core_;
};

}  // namespace

void prepare(asio::ip::tcp::socket& socket) {
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    const unsigned int milliseconds = 60'000;
    setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
}

std::unique_ptr<Transport> make_transport(asio::ip::tcp::socket socket) {
    prepare(socket);
    return std::make_unique<SocketTransport<asio::ip::tcp::socket>>(std::move(socket));
}

std::unique_ptr<Transport> make_transport(asio::local::stream_protocol::socket socket) {
    return std::make_unique<SocketTransport<asio::local::stream_protocol::socket>>(std::move(socket));
}

std::optional<asio::ip::tcp::socket> take_socket(Transport& transport) {
    auto* plain = dynamic_cast<SocketTransport<asio::ip::tcp::socket>*>(&transport);
    return plain == nullptr ? std::nullopt : plain->take_socket();
}

}  // namespace rondel::net
