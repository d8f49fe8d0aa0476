#include "rondel/net/connector.hpp"

#include "rondel/net/socket_transport.hpp"
#include "rondel/net/tls_handshake.hpp"

#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

namespace rondel::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using local = asio::local::stream_protocol;

// Each step sets `step_` anew; a callback of a step that was timed out, or of an attempt that was given up, finds
// another number and returns.
struct Connector::State : std::enable_shared_from_this<State> {
    State(const asio::any_io_executor& executor_, ConnectOptions options_)
        : executor(executor_), options(std::move(options_)), timer(executor), resolver(executor) {}

    void begin(Done call) {
        done = std::move(call);
        if (options.server.is_unix()) return connect_unix();
        if (options.tls.mode != TlsOptions::Mode::off) {
            std::string why;
            const std::string& name = options.tls.name.empty() ? options.server.host : options.tls.name;
            const auto made = TlsSide::client(options.tls, {name}, {}, why);
            if (!made) return asio::post(executor, [self = shared_from_this(), why] { self->fail(why, true); });
            side = *made;
        }
        resolve();
    }

    void resolve() {
        const std::uint64_t mine = arm();
        resolver.async_resolve(
            options.server.host, std::to_string(options.server.port),
            [this, self = shared_from_this(), mine](boost::system::error_code error,
                                                    tcp::resolver::results_type found) {
                if (mine != step) return;
                if (error) return fail("The name " + options.server.host + " was not found (" + error.message() + ").");
                for (const auto& entry : found) addresses.push_back(entry.endpoint());
                connect_next({});
            });
    }

    void connect_next(std::error_code last) {
        if (next_address == addresses.size())
            return fail("No connection to " + options.server.str() + " (" + (last ? last.message() : "no address") +
                        ").");
        const tcp::endpoint address = addresses[next_address++];
        if (side == nullptr && !address.address().is_loopback() && !options.allow_plaintext)
            return fail("Not connecting to " + options.server.str() + ": " +
                            make_error_code(NetError::plaintext_beyond_loopback).message() + ".",
                        true);
        socket = std::make_unique<tcp::socket>(executor);
        const std::uint64_t mine = arm();
        on_timeout = [this] { connect_next(make_error_code(NetError::timed_out)); };
        socket->async_connect(address, [this, self = shared_from_this(), mine](boost::system::error_code error) {
            if (mine != step) return;
            if (error) return connect_next(error);
            if (side == nullptr) return succeed(make_transport(std::move(*socket)));
            secure();
        });
    }

    void secure() {
        ++step;
        timer.cancel();
        TlsHandshakeOptions how;
        how.limit = options.timeout;
        handshake = std::make_unique<TlsHandshake>(
            std::move(*socket), side, how, [this](std::unique_ptr<Transport> transport, const std::string& why) {
                const auto self = shared_from_this();
                if (transport == nullptr) return fail("No TLS with " + options.server.str() + ": " + why + ".");
                succeed(std::move(transport));
            });
    }

    void connect_unix() {
        auto connecting = std::make_shared<local::socket>(executor);
        const std::uint64_t mine = arm();
        connecting->async_connect(local::endpoint(options.server.path), [this, self = shared_from_this(), connecting,
                                                                         mine](boost::system::error_code error) {
            if (mine != step) return;
            if (error) return fail("No connection to " + options.server.str() + " (" + error.message() + ").");
            succeed(make_transport(std::move(*connecting)));
        });
    }

    std::uint64_t arm() {
        const std::uint64_t mine = ++step;
        on_timeout = [this] { fail("No connection to " + options.server.str() + ": no answer in time."); };
        timer.expires_after(options.timeout);
        timer.async_wait([this, self = shared_from_this(), mine](boost::system::error_code error) {
            if (error || mine != step) return;
            ++step;
            const auto call = on_timeout;
            call();
        });
        return mine;
    }

    void succeed(std::unique_ptr<Transport> transport) { finish(std::move(transport), {}); }
    void fail(std::string why, bool fatal = false) { finish(nullptr, ConnectFailure{std::move(why), fatal}); }

    void finish(std::unique_ptr<Transport> transport, ConnectFailure failure) {
        ++step;
        timer.cancel();
        if (const Done call = std::exchange(done, nullptr)) call(std::move(transport), std::move(failure));
    }

    void abandon() {
        ++step;
        done = nullptr;
        timer.cancel();
        resolver.cancel();
        boost::system::error_code ignored;
        if (socket) socket->close(ignored);
        handshake.reset();
    }

    asio::any_io_executor executor;
    ConnectOptions options;
    Done done;
    asio::steady_timer timer;
    tcp::resolver resolver;
    std::vector<tcp::endpoint> addresses;
    std::size_t next_address = 0;
    std::unique_ptr<tcp::socket> socket;
    std::shared_ptr<const TlsSide> side;
    std::unique_ptr<TlsHandshake> handshake;
    std::function<void()> on_timeout;
    std::uint64_t step = 0;
};

Connector::Connector(const asio::any_io_executor& executor, ConnectOptions options)
    : state_(std::make_shared<State>(executor, std::move(options))) {}

Connector::~Connector() { state_->abandon(); }

void Connector::connect(Done done) { state_->begin(std::move(done)); }

}  // namespace rondel::net
