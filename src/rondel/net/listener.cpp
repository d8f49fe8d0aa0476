#include "rondel/net/listener.hpp"

#include "rondel/base/random.hpp"
#include "rondel/net/connection.hpp"
#include "rondel/net/socket_transport.hpp"
#include "rondel/net/tls_transport.hpp"

#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace rondel::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using local = asio::local::stream_protocol;

namespace {

// One connection of a component: wires the connection to its session.
class Visit final : public ConnectionOwner {
  public:
    Visit(const asio::any_io_executor& executor, std::unique_ptr<Transport> transport, server::Switchboard& board,
          const server::ComponentBook& book, const ListenerOptions& options, std::function<void()> over)
        : options_(options),
          over_(std::move(over)),
          connection_(executor, std::move(transport),
                      std::make_unique<stream::AcceptingStream>(book, random_token(128), options.stream), *this),
          session_(board, connection_.stream(), [this] { connection_.touched(); }) {
        connection_.start();
    }

    void shut_down() {
        stream::StreamError error;
        error.condition = stream::StreamCondition::system_shutdown;
        connection_.stream().close(error, Clock::now());
        connection_.touched();
    }

    void on_event(stream::Event& event, Instant) override {
        if (options_.log) {
            if (const auto* opened = std::get_if<stream::Opened>(&event))
                options_.log(LogLevel::info, fmt::format("{} connected.", opened->address.str()));
            if (const auto* closed = std::get_if<stream::Closed>(&event))
                options_.log(
                    LogLevel::info,
                    fmt::format("{} left: {}", session_.address().empty() ? "A component" : session_.address().str(),
                                closed->why));
        }
        session_.take(event);
    }
    void on_written(Instant) override {}
    void on_finished() override {
        const auto over = std::move(over_);  // it destroys us
        over();
    }
    // Errors about what it says wait here, too: whoever does not listen is not listened to.
    bool wants_to_read() const override { return connection_.stream().backlog() <= most_backlog; }
    void expire(Instant) override {}
    Instant deadline() const override { return never; }

  private:
    static constexpr std::size_t most_backlog = 8 * 1024 * 1024;  // more than the session lets others fill

    const ListenerOptions& options_;
    std::function<void()> over_;
    Connection connection_;
    server::ComponentSession session_;
};

}  // namespace

struct Listener::State : std::enable_shared_from_this<State> {
    State(const asio::any_io_executor& executor_, server::Switchboard& board_, const server::ComponentBook& book_,
          ListenerOptions options_)
        : executor(executor_), board(board_), book(book_), options(std::move(options_)) {}

    Result<Endpoint> listen(const Endpoint& at) {
        boost::system::error_code error;
        if (!options.certificate.empty()) {
            const auto made = make_server_context(options.certificate.chain, options.certificate.key);
            if (!made) return made.error();
            tls = *made;
        }
        if (at.is_unix()) {
            const auto opened = open<local>(local::endpoint(at.path));
            if (!opened) return opened.error();
            return at;
        }
        const auto address = asio::ip::make_address(at.host == "localhost" ? "127.0.0.1" : at.host, error);
        if (error) return make_error_code(NetError::bad_endpoint);
        if (!address.is_loopback() && tls == nullptr && !options.allow_plaintext)
            return make_error_code(NetError::plaintext_beyond_loopback);
        const auto opened = open<tcp>(tcp::endpoint(address, at.port));
        if (!opened) return opened.error();
        Endpoint here = at;
        here.host = address.to_string();
        here.port = opened->port();
        return here;
    }

    template <class Protocol>
    struct Door {
        explicit Door(const asio::any_io_executor& executor) : acceptor(executor), pause(executor) {}
        typename Protocol::acceptor acceptor;
        asio::steady_timer pause;
    };

    template <class Protocol>
    Result<typename Protocol::endpoint> open(const typename Protocol::endpoint& at) {
        auto door = std::make_shared<Door<Protocol>>(executor);
        boost::system::error_code error;
        door->acceptor.open(at.protocol(), error);
        if (!error) door->acceptor.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) door->acceptor.bind(at, error);
        if (!error) door->acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (error) return std::error_code(error);
        close_doors.push_back([door] {
            boost::system::error_code ignored;
            door->acceptor.close(ignored);
            door->pause.cancel();
        });
        accept(door);
        return door->acceptor.local_endpoint();
    }

    template <class Protocol>
    void accept(const std::shared_ptr<Door<Protocol>>& door) {
        door->acceptor.async_accept(
            [this, self = shared_from_this(), door](boost::system::error_code error, auto socket) {
                if (stopped) return;
                if (error) {
                    // Out of descriptors, most likely (F09): not at once again, or the loop would spin.
                    door->pause.expires_after(std::chrono::milliseconds(100));
                    return door->pause.async_wait([this, self, door](boost::system::error_code cancelled) {
                        if (!cancelled && !stopped) accept(door);
                    });
                }
                if (visits.size() + handshakes < options.connections) welcome(std::move(socket));
                accept(door);
            });
    }

    void welcome(local::socket socket) { admit(make_transport(std::move(socket))); }

    void welcome(tcp::socket socket) {
        if (tls == nullptr) return admit(make_transport(std::move(socket)));
        prepare(socket);
        struct Handshake {
            std::unique_ptr<TlsStream> stream;
            asio::steady_timer limit;
        };
        auto handshake = std::make_shared<Handshake>(
            Handshake{std::make_unique<TlsStream>(std::move(socket), *tls), asio::steady_timer(executor)});
        ++handshakes;
        handshake->limit.expires_after(options.stream.opening);
        handshake->limit.async_wait([handshake](boost::system::error_code cancelled) {
            boost::system::error_code closed;
            if (!cancelled && handshake->stream) handshake->stream->next_layer().close(closed);
        });
        handshake->stream->async_handshake(asio::ssl::stream_base::server, [this, self = shared_from_this(), handshake](
                                                                               boost::system::error_code error) {
            --handshakes;
            handshake->limit.cancel();
            if (!error && !stopped) admit(make_transport(std::move(handshake->stream)));
        });
    }

    void admit(std::unique_ptr<Transport> transport) {
        const std::uint64_t number = ++last_visit;
        visits.emplace(number, std::make_unique<Visit>(executor, std::move(transport), board, book, options,
                                                       [this, number] { visits.erase(number); }));
    }

    void stop() {
        stopped = true;
        for (const auto& close : std::exchange(close_doors, {})) close();
    }

    asio::any_io_executor executor;
    server::Switchboard& board;
    const server::ComponentBook& book;
    ListenerOptions options;
    std::vector<std::function<void()>> close_doors;
    std::unordered_map<std::uint64_t, std::unique_ptr<Visit>> visits;
    std::uint64_t last_visit = 0;
    std::shared_ptr<asio::ssl::context> tls;
    std::size_t handshakes = 0;
    bool stopped = false;
};

Listener::Listener(const asio::any_io_executor& executor, server::Switchboard& board, const server::ComponentBook& book,
                   ListenerOptions options)
    : state_(std::make_shared<State>(executor, board, book, std::move(options))) {}

Listener::~Listener() {
    state_->stop();
    state_->visits.clear();
}

Result<Endpoint> Listener::listen(const Endpoint& at) { return state_->listen(at); }

void Listener::shut_down() {
    state_->stop();
    for (const auto& [number, visit] : state_->visits) visit->shut_down();
}

std::size_t Listener::connections() const { return state_->visits.size(); }

}  // namespace rondel::net
