#include "rondel/net/listener.hpp"

#include "rondel/net/net_error.hpp"
#include "rondel/net/scarce_memory.hpp"
#include "rondel/net/socket_transport.hpp"
#include "rondel/net/tls_handshake.hpp"
#include "rondel/net/websocket_handshake.hpp"

#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace rondel::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using local = asio::local::stream_protocol;

namespace {

// A connection that counts, as long as it lives.
class Place {
  public:
    Place(std::shared_ptr<Admission> admission, std::string address)
        : admission_(std::move(admission)), address_(std::move(address)) {}
    ~Place() { admission_->leave(address_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    void failed() { admission_->failed(address_, Clock::now()); }

  private:
    std::shared_ptr<Admission> admission_;
    std::string address_;
};

// Tells of what may happen a thousand times a second once a minute, with how often it was since.
class Seldom {
  public:
    // What to add to the sentence; nothing at all if it is not to be told now.
    std::optional<std::string> due(Instant now) {
        ++since_;
        if (now < next_) return std::nullopt;
        next_ = now + std::chrono::minutes(1);
        const std::size_t others = std::exchange(since_, 0) - 1;
        return others == 0 ? std::string() : fmt::format(" So were {} more since this was said last.", others);
    }

  private:
    Instant next_ = Instant::min();
    std::size_t since_ = 0;
};

// A door that is open, and the certificate that is shown there.
struct OpenDoor : Door {
    explicit OpenDoor(Door door) : Door(std::move(door)) {}
    std::shared_ptr<const TlsSide> side = {};
};

Result<std::shared_ptr<const TlsSide>> side_for(const OpenDoor& door, const ServerCertificate& certificate,
                                                std::string& why) {
    TlsServerOptions options;
    options.chain = certificate.chain;
    options.key = certificate.key;
    options.protocols = door.protocols;
    options.ask_for_certificate = !door.client_ca_file.empty();
    options.client_ca_file = door.client_ca_file;
    return TlsSide::server(options, why);
}

}  // namespace

struct Listener::State : std::enable_shared_from_this<State> {
    State(const asio::any_io_executor& executor_, ListenerOptions options_)
        : executor(executor_), options(std::move(options_)), admission(std::make_shared<Admission>(options)) {}

    Result<Endpoint> listen(const Endpoint& at, Door wanted) {
        auto door = std::make_shared<OpenDoor>(std::move(wanted));
        if (!options.certificate.empty()) {
            std::string why;
            auto side = side_for(*door, options.certificate, why);
            if (!side) return side.error();
            door->side = *std::move(side);
        }
        if (at.is_unix()) {
            const auto opened = open<local>(local::endpoint(at.path), door);
            if (!opened) return opened.error();
            return at;
        }
        if (door->tls >= Door::Tls::required && door->side == nullptr)
            return make_error_code(NetError::bad_certificate);
        boost::system::error_code error;
        const auto address = asio::ip::make_address(at.host == "localhost" ? "127.0.0.1" : at.host, error);
        if (error) return make_error_code(NetError::bad_endpoint);
        if (!address.is_loopback() && door->tls < Door::Tls::required && !options.allow_plaintext)
            return make_error_code(NetError::plaintext_beyond_loopback);
        const auto opened = open<tcp>(tcp::endpoint(address, at.port), door);
        if (!opened) return opened.error();
        Endpoint here = at;
        here.host = address.to_string();
        here.port = opened->port();
        return here;
    }

    std::error_code use(const ServerCertificate& certificate, std::string& why) {
        std::vector<std::shared_ptr<const TlsSide>> sides;  // all, or none
        for (const auto& door : doors) {
            auto side = side_for(*door, certificate, why);
            if (!side) return side.error();
            sides.push_back(*std::move(side));
        }
        for (std::size_t i = 0; i < doors.size(); ++i) doors[i]->side = std::move(sides[i]);
        options.certificate = certificate;
        return {};
    }

    template <class Protocol>
    struct Entrance {
        explicit Entrance(const asio::any_io_executor& executor) : acceptor(executor), pause(executor) {}
        typename Protocol::acceptor acceptor;
        asio::steady_timer pause;
        std::shared_ptr<OpenDoor> door;
    };

    template <class Protocol>
    Result<typename Protocol::endpoint> open(const typename Protocol::endpoint& at,
                                             const std::shared_ptr<OpenDoor>& door) {
        auto entrance = std::make_shared<Entrance<Protocol>>(executor);
        entrance->door = door;
        boost::system::error_code error;
        entrance->acceptor.open(at.protocol(), error);
        if (!error) entrance->acceptor.set_option(asio::socket_base::reuse_address(true), error);
        if constexpr (std::is_same_v<Protocol, tcp>)  // so that [::] and 0.0.0.0 may have the same port
            if (!error && at.protocol() == tcp::v6()) entrance->acceptor.set_option(asio::ip::v6_only(true), error);
        if (!error) entrance->acceptor.bind(at, error);
        if (!error) entrance->acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (!error) entrance->acceptor.non_blocking(true, error);
        if (error) return std::error_code(error);
        close_entrances.push_back([entrance] {
            boost::system::error_code ignored;
            entrance->acceptor.close(ignored);
            entrance->pause.cancel();
        });
        doors.push_back(door);
        accept(entrance);
        return entrance->acceptor.local_endpoint();
    }

    // Waits, and accepts by itself: what Asio does behind a caller's back may lack memory where nobody could catch it.
    template <class Protocol>
    void accept(const std::shared_ptr<Entrance<Protocol>>& entrance) {
        entrance->acceptor.async_wait(
            asio::socket_base::wait_read, [this, self = shared_from_this(), entrance](boost::system::error_code error) {
                if (stopped) return;
                guard([&] {
                    auto socket = error ? typename Protocol::socket(executor) : entrance->acceptor.accept(error);
                    if (error) return;
                    if (std::exchange(out_of_breath, false)) tell(LogLevel::info, "Connections are accepted again.");
                    welcome(*entrance->door, std::move(socket));
                });
                const bool gone = error == asio::error::would_block || error == asio::error::connection_aborted;
                if (!error || gone) return accept_or_later(entrance);
                if (!std::exchange(out_of_breath, true)) guard([&] { tell_out_of_breath(error); });
                accept_later(entrance);
            });
    }

    void tell_out_of_breath(const boost::system::error_code& error) const {
        tell(LogLevel::error, fmt::format("No connection can be accepted ({}); whoever comes now waits. The limit of "
                                          "open files of this program may be too low: ulimit -n, LimitNOFILE.",
                                          error.message()));
    }

    // Of one newcomer: it is closed by the time that we hear of it, and others may come.
    template <class Work>
    void guard(const Work& work) {
        if_memory_lasts(work, [this] {
            if (options.log) options.log(LogLevel::warning, "A connection was closed at once: no memory.");
        });
    }

    template <class Protocol>
    void accept_or_later(const std::shared_ptr<Entrance<Protocol>>& entrance) {
        if_memory_lasts([&] { accept(entrance); }, [&] { accept_later(entrance); });
    }

    // Out of descriptors, most likely (F09), or of memory: not at once again, or the loop would spin.
    template <class Protocol>
    void accept_later(const std::shared_ptr<Entrance<Protocol>>& entrance) {
        const auto wait = [this, entrance] {
            entrance->pause.expires_after(std::chrono::milliseconds(100));
            entrance->pause.async_wait(
                [this, self = shared_from_this(), entrance](boost::system::error_code cancelled) {
                    if (!cancelled && !stopped) accept_or_later(entrance);
                });
        };
        at_worst_twice(wait);  // a door must not stay shut for good
    }

    // nullptr: whoever comes from there may not come in now.
    std::shared_ptr<Place> place_for(const std::string& ip_address) {
        std::string address = admission->group(ip_address);
        const Verdict verdict = admission->enter(address, Clock::now());
        if (verdict == Verdict::welcome) return std::make_shared<Place>(admission, std::move(address));
        if (const auto more = refusals[static_cast<std::size_t>(verdict)].due(Clock::now()))
            tell(LogLevel::warning, fmt::format("A connection from {} was closed at once: {}.{}",
                                                ip_address.empty() ? "this machine" : ip_address,
                                                verdict == Verdict::full       ? "there are too many in all"
                                                : verdict == Verdict::held_off ? "too many failures from there"
                                                                               : "there are too many from there",
                                                *more));
        return nullptr;
    }

    void tell(LogLevel level, std::string_view sentence) const {
        if (options.log) options.log(level, sentence);
    }
    // Who did not come so far as to be a guest.
    void tell_of_failure(std::string_view where, std::string_view what, const std::string& why) const {
        if (!stopped)
            tell(LogLevel::info, fmt::format("{} left: {}: {}{}", where, what, why, why.ends_with('.') ? "" : "."));
    }

    void welcome(const OpenDoor& door, local::socket socket) {
        if (auto place = place_for({})) enter(door, make_transport(std::move(socket)), true, std::move(place));
    }

    void welcome(const OpenDoor& door, tcp::socket socket) {
        boost::system::error_code gone;
        const asio::ip::address address = socket.remote_endpoint(gone).address();
        if (gone) return;
        auto place = place_for(address.to_string());
        if (place == nullptr) return;
        const bool here = address.is_loopback();
        if (door.tls != Door::Tls::first) return enter(door, make_transport(std::move(socket)), here, std::move(place));
        const std::uint64_t number = ++last_number;
        TlsHandshakeOptions how;
        how.limit = options.handshake;
        const auto done = [this, number, here, address, place = std::move(place), &door](
                              std::unique_ptr<Transport> transport, const std::string& why) {
            const auto handshake = tls_handshakes.extract(number);  // which is us
            guard([&] {
                if (transport == nullptr) tell_of_failure(address.to_string(), "No TLS", why);
                if (transport != nullptr && !stopped) enter(door, std::move(transport), here, place);
            });
        };
        tls_handshakes.emplace(number, std::make_unique<TlsHandshake>(std::move(socket), door.side, how, done));
    }

    void enter(const OpenDoor& door, std::unique_ptr<Transport> transport, bool here, std::shared_ptr<Place> place) {
        if (!door.http) return admit(door, std::move(transport), here, std::move(place));
        const std::uint64_t number = ++last_number;
        WebSocketServerOptions how;
        how.limit = options.handshake;
        const auto done = [this, number, here, from = transport->description(), place = std::move(place), &door](
                              std::unique_ptr<Transport> socket, const std::string& why) {
            const auto handshake = websocket_handshakes.extract(number);
            guard([&] {
                if (socket == nullptr) tell_of_failure(from, "No WebSocket", why);
                if (socket != nullptr && !stopped) admit(door, std::move(socket), here, place);
            });
        };
        websocket_handshakes.emplace(number,
                                     std::make_unique<WebSocketHandshake>(executor, std::move(transport), how, done));
    }

    void admit(const OpenDoor& door, std::unique_ptr<Transport> transport, bool here, std::shared_ptr<Place> place) {
        const std::uint64_t number = ++last_number;
        Arrival arrival;
        arrival.executor = executor;
        arrival.transport = std::move(transport);
        arrival.on_this_machine = here;
        arrival.websocket = door.http;
        if (door.tls == Door::Tls::optional || door.tls == Door::Tls::required) arrival.tls = door.side;
        arrival.over = [this, number] { over(number); };
        arrival.failed = [place] { place->failed(); };
        auto guest = door.welcome(std::move(arrival));
        guests.emplace(number, Entry{std::move(place), std::move(guest)});
    }

    void over(std::uint64_t number) {
        const auto gone = guests.extract(number);
        if (stopped && guests.empty() && empty) std::exchange(empty, nullptr)();
    }

    void stop() {
        stopped = true;
        for (const auto& close : std::exchange(close_entrances, {})) close();
        tls_handshakes.clear();
        websocket_handshakes.clear();
    }

    void shut_down() {
        stop();
        for (const auto& [number, entry] : guests) entry.guest->shut_down();
        if (guests.empty() && empty)
            asio::post(executor, [self = shared_from_this()] {
                if (self->guests.empty() && self->empty) std::exchange(self->empty, nullptr)();
            });
    }

    struct Entry {
        std::shared_ptr<Place> place;
        std::unique_ptr<Guest> guest;
    };

    asio::any_io_executor executor;
    ListenerOptions options;
    std::shared_ptr<Admission> admission;
    Door of_components;
    std::vector<std::function<void()>> close_entrances;
    std::vector<std::shared_ptr<OpenDoor>> doors;
    std::unordered_map<std::uint64_t, std::unique_ptr<TlsHandshake>> tls_handshakes;
    std::unordered_map<std::uint64_t, std::unique_ptr<WebSocketHandshake>> websocket_handshakes;
    std::unordered_map<std::uint64_t, Entry> guests;
    std::function<void()> empty;
    std::array<Seldom, 4> refusals;  // for each Verdict
    std::uint64_t last_number = 0;
    bool out_of_breath = false;
    bool stopped = false;
};

Listener::Listener(const asio::any_io_executor& executor, ListenerOptions options)
    : state_(std::make_shared<State>(executor, std::move(options))) {}

Listener::Listener(const asio::any_io_executor& executor, server::Switchboard& board, const server::ComponentBook& book,
                   ListenerOptions options)
    : Listener(executor, std::move(options)) {
    state_->options.handshake = state_->options.stream.opening;
    state_->of_components = {welcome_components(board, book, {state_->options.stream, state_->options.log}),
                             state_->options.certificate.empty() ? Door::Tls::none : Door::Tls::first};
}

Listener::~Listener() {
    state_->stop();
    state_->empty = nullptr;
    state_->guests.clear();
}

Result<Endpoint> Listener::listen(const Endpoint& at, Door door) { return state_->listen(at, std::move(door)); }
Result<Endpoint> Listener::listen(const Endpoint& at) { return state_->listen(at, state_->of_components); }
std::error_code Listener::use(const ServerCertificate& certificate, std::string& why) {
    return state_->use(certificate, why);
}
void Listener::close_doors() { state_->stop(); }
void Listener::shut_down() { state_->shut_down(); }
std::size_t Listener::connections() const { return state_->guests.size(); }
void Listener::on_empty(std::function<void()> call) { state_->empty = std::move(call); }

}  // namespace rondel::net
