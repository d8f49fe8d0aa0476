// A transport as the asynchronous stream that Boost.Beast builds on. Not for other floors; only for websocket.cpp, as
// it is all templates.
#pragma once

#include "rondel/net/transport.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

namespace rondel::net {

// Owns: the transport.   Threads: the executor's. After close() no handler is called any more; they are destroyed.
class TransportStream {
  public:
    using executor_type = boost::asio::any_io_executor;

    TransportStream(executor_type executor, std::unique_ptr<Transport> transport)
        : core_(std::make_shared<Core>(std::move(executor), std::move(transport))) {
        core_->transport->on_writable([core = core_.get()] { core->write(); });
    }
    TransportStream(TransportStream&&) = default;
    ~TransportStream() {
        if (core_ != nullptr) core_->close();
    }

    executor_type get_executor() const { return core_->executor; }
    Transport& transport() { return *core_->transport; }
    void close() { core_->close(); }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [core = core_](auto handler, const Buffers& into) {
                const boost::asio::mutable_buffer first = first_of<boost::asio::mutable_buffer>(into);
                core->read({static_cast<char*>(first.data()), first.size()}, Core::erase(std::move(handler)));
            },
            token, buffers);
    }

    // Takes all buffers together, so that the head of a frame and what is in it leave in one write.
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [core = core_](auto handler, const Buffers& from) {
                core->sending.clear();
                for (auto it = boost::asio::buffer_sequence_begin(from); it != boost::asio::buffer_sequence_end(from);
                     ++it) {
                    const boost::asio::const_buffer each(*it);
                    core->sending.append(static_cast<const char*>(each.data()),
                                         std::min(each.size(), most_at_once - core->sending.size()));
                }
                core->written = Core::erase(std::move(handler));
                core->write();
            },
            token, buffers);
    }

  private:
    using Handler = std::function<void(boost::system::error_code, std::size_t)>;
    static constexpr std::size_t most_at_once = 64 * 1024;

    template <class Buffer, class Buffers>
    static Buffer first_of(const Buffers& buffers) {
        for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers);
             ++it)
            if (const Buffer each(*it); each.size() > 0) return each;
        return {};
    }

    struct Core : std::enable_shared_from_this<Core> {
        Core(executor_type executor_, std::unique_ptr<Transport> transport_)
            : executor(std::move(executor_)), transport(std::move(transport_)) {}

        // Handlers are moved only; functions are copied.
        template <class MoveOnly>
        static Handler erase(MoveOnly handler) {
            return [kept = std::make_shared<MoveOnly>(std::move(handler))](boost::system::error_code error,
                                                                           std::size_t size) {
                MoveOnly once(std::move(*kept));
                once(error, size);
            };
        }

        void read(std::span<char> into, Handler handler) {
            if (into.empty()) return complete(std::move(handler), {}, 0);
            transport->read(into, [handler = std::move(handler)](std::error_code error, std::size_t size) {
                boost::system::error_code told = error ? to_boost(error) : boost::system::error_code();
                if (!error && size == 0) told = boost::asio::error::eof;
                handler(told, size);
            });
        }

        void write() {
            if (!written) return;
            if (sending.empty()) return complete(std::exchange(written, nullptr), {}, 0);
            const Result<std::size_t> taken = transport->write(sending);
            if (!taken) return complete(std::exchange(written, nullptr), to_boost(taken.error()), 0);
            if (*taken > 0) complete(std::exchange(written, nullptr), {}, *taken);
        }

        static boost::system::error_code to_boost(const std::error_code& error) {
            if (error.category() == std::system_category() || error.category() == std::generic_category())
                return {error.value(), boost::system::system_category()};
            return boost::system::error_code(error);
        }

        void complete(Handler handler, boost::system::error_code error, std::size_t size) {
            boost::asio::post(executor, [self = shared_from_this(), handler = std::move(handler), error, size] {
                if (!self->closed) handler(error, size);
            });
        }

        void close() {
            if (std::exchange(closed, true)) return;
            transport->on_writable(nullptr);
            transport->close();
            const Handler dropped = std::exchange(written, nullptr);
        }

        executor_type executor;
        std::unique_ptr<Transport> transport;
        std::string sending;
        Handler written;
        bool closed = false;
    };

    std::shared_ptr<Core> core_;
};

// What Beast does to the connection under a WebSocket that is over.
template <class Handler>
void async_teardown(boost::beast::role_type, TransportStream& stream, Handler&& handler) {
    stream.transport().end_output();
    boost::asio::post(stream.get_executor(),
                      boost::beast::bind_handler(std::forward<Handler>(handler), boost::system::error_code()));
}
inline void beast_close_socket(TransportStream& stream) { stream.close(); }

}  // namespace rondel::net
