#include "rondel/net/connector.hpp"

#include "rondel/base/ip_address.hpp"
#include "rondel/net/address_race.hpp"
#include "rondel/net/descriptors.hpp"
#include "rondel/net/resolver.hpp"
#include "rondel/net/scarce_memory.hpp"
#include "rondel/net/socket_transport.hpp"
#include "rondel/net/tls_handshake.hpp"
#include "rondel/net/websocket_handshake.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace rondel::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using local = asio::local::stream_protocol;

namespace {

struct Place {
    Endpoint where;
    bool direct_tls = false;
};

// Where the DNS has nothing to say: addresses, and this machine.
bool needs_no_srv(std::string_view domain) {
    return is_ipv4(domain) || domain.starts_with('[') || is_ipv6(domain) || domain == "localhost" ||
           domain.ends_with(".localhost");
}

std::string bare_host(std::string_view domain) {
    if (domain.starts_with('[') && domain.ends_with(']')) domain = domain.substr(1, domain.size() - 2);
    return std::string(domain);
}

}  // namespace

struct Connector::State : std::enable_shared_from_this<State> {
    State(const asio::any_io_executor& executor_, ConnectOptions options_)
        : executor(executor_), options(std::move(options_)), whole(executor) {}

    void begin(Done call) {
        done = std::move(call);
        whole.expires_after(4 * options.timeout);
        whole.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
            if (!cancelled) self->fail(self->trouble_so_far("no answer in time"));
        });
        if (options.server && options.server->is_unix()) return connect_unix();
        ResolverOptions asking;
        asking.servers = options.dns_servers;
        asking.limit = options.timeout;
        resolver = std::make_unique<Resolver>(executor, asking);
        if (options.server)
            places.push_back({*options.server, options.direct_tls});
        else if (needs_no_srv(options.domain))
            places.push_back({{.host = bare_host(options.domain), .port = client_port, .path = {}}, false});
        else
            return ask_for_places();
        asio::post(executor, [self = shared_from_this()] { self->guard([&] { self->try_next_place(); }); });
    }

    // Where a callback comes in: memory that is not there is the end of this attempt.
    template <class Work>
    void guard(const Work& work) {
        const auto self = shared_from_this();
        if_memory_lasts(work, [this] { fail("There was no memory to connect."); });
    }

    // ---- where to ----

    void ask_for_places() {
        const auto answers = std::make_shared<std::pair<std::optional<SrvAnswer>, std::optional<SrvAnswer>>>();
        const auto both = [this, answers] {
            if (!answers->first || !answers->second) return;
            guard([&] { take(plan(options.domain, *answers->first, *answers->second)); });
        };
        resolver->srv("_xmpps-client._tcp", options.domain, [answers, both](SrvAnswer answer) {
            answers->first = std::move(answer);
            both();
        });
        resolver->srv("_xmpp-client._tcp", options.domain, [answers, both](SrvAnswer answer) {
            answers->second = std::move(answer);
            both();
        });
    }

    void take(const SrvPlan& planned) {
        if (planned.unavailable)
            return fail("The domain " + options.domain +
                        " says in the DNS that it has no XMPP service for clients (an SRV record of \".\").");
        for (const SrvRecord& target : planned.targets)
            if (!target.direct_tls || options.tls != nullptr)
                places.push_back({{.host = target.target, .port = target.port, .path = {}}, target.direct_tls});
        try_next_place();
    }

    // ---- one place ----

    void try_next_place() {
        if (!done) return;
        if (next_place == places.size()) return fail(trouble_so_far("no address"), off_machine);
        place = places[next_place++];
        RaceOptions how;
        how.limit = options.timeout;
        how.loopback_only = options.tls == nullptr && !options.allow_plaintext;
        race = std::make_unique<AddressRace>(executor, place.where.port, how, [this](RaceEnd end) {
            const auto self = shared_from_this();
            guard([&] { raced(std::move(end)); });
        });
        const auto open = std::make_shared<int>(2);  // questions
        for (const Family family : {Family::ipv6, Family::ipv4})
            resolver->addresses(
                place.where.host, family,
                [this, open, number = next_place](const std::vector<asio::ip::address>& found, const std::string& why) {
                    if (number != next_place || race == nullptr) return;
                    guard([&] {
                        race->add(found);
                        if (--*open == 0) race->complete("the name " + place.where.host + " was not found: " + why);
                    });
                });
    }

    void raced(RaceEnd end) {
        race.reset();
        if (end.socket) {
            tcp::socket socket = std::move(*end.socket);
            if (!place.direct_tls) return connected(make_transport(std::move(socket)));
            return secure(std::move(socket));
        }
        if (end.refused_off_machine) {
            off_machine = true;
            end.why = make_error_code(NetError::plaintext_beyond_loopback).message();
        }
        failed_here("No connection to " + place.where.str() + " (" + end.why + ").");
    }

    void secure(tcp::socket socket) {
        TlsHandshakeOptions how;
        how.limit = options.timeout;
        how.protocol = options.protocol;
        handshake = std::make_unique<TlsHandshake>(
            std::move(socket), options.tls, how, [this](std::unique_ptr<Transport> transport, const std::string& why) {
                const auto self = shared_from_this();
                handshake.reset();
                guard([&] {
                    if (transport == nullptr) return failed_here("No TLS with " + place.where.str() + ": " + why + ".");
                    connected(std::move(transport));
                });
            });
    }

    void connected(std::unique_ptr<Transport> transport) {
        if (!options.websocket) return finish(std::move(transport), {});
        WebSocketClientOptions how;
        const bool usual = place.where.port == (place.direct_tls ? 443 : 80);
        how.host = usual ? place.where.str().substr(0, place.where.str().rfind(':')) : place.where.str();
        how.path = *options.websocket;
        how.limit = options.timeout;
        websocket = std::make_unique<WebSocketHandshake>(
            executor, std::move(transport), how, [this](std::unique_ptr<Transport> made, const std::string& why) {
                const auto self = shared_from_this();
                websocket.reset();
                guard([&] {
                    if (made == nullptr)
                        return failed_here("No WebSocket with " + place.where.str() + ": " + why + ".");
                    finish(std::move(made), {});
                });
            });
    }

    void connect_unix() {
        auto connecting = std::make_shared<local::socket>(executor);
        connecting->async_connect(local::endpoint(options.server->path),
                                  [self = shared_from_this(), connecting](boost::system::error_code error) {
                                      if (!self->done) return;
                                      self->guard([&] {
                                          if (error)
                                              return self->fail("No connection to " + self->options.server->str() +
                                                                " (" + words_for(error) + ").");
                                          self->finish(make_transport(std::move(*connecting)), {});
                                      });
                                  });
    }

    // ---- the end ----

    void failed_here(std::string why) {
        troubles.push_back(std::move(why));
        try_next_place();
    }

    // Of one place: what was wrong with it. Of several: that, for some of them; in an order that is always the same,
    // so that the same trouble is known again.
    std::string trouble_so_far(const std::string& none) {
        std::sort(troubles.begin(), troubles.end());
        const std::string what = options.server ? options.server->str() : "the server of " + options.domain;
        if (troubles.empty()) return "No connection to " + what + " (" + none + ").";
        constexpr std::size_t enough = 3;
        std::string text;
        for (std::size_t i = 0; i < troubles.size() && i < enough; ++i) text += (i == 0 ? "" : " ") + troubles[i];
        if (troubles.size() > enough)
            text += " And so on, at " + std::to_string(troubles.size()) + " places of " + options.domain + ".";
        return text;
    }

    void fail(std::string why, bool fatal = false) { finish(nullptr, ConnectFailure{std::move(why), fatal}); }

    void finish(std::unique_ptr<Transport> transport, ConnectFailure failure) {
        if (!done) return;
        const Done call = std::exchange(done, nullptr);
        abandon();
        call(std::move(transport), std::move(failure));
    }

    void abandon() {
        done = nullptr;
        whole.cancel();
        race.reset();
        handshake.reset();
        websocket.reset();
        resolver.reset();
    }

    asio::any_io_executor executor;
    ConnectOptions options;
    Done done;
    asio::steady_timer whole;
    std::unique_ptr<Resolver> resolver;
    std::vector<Place> places;
    std::size_t next_place = 0;
    Place place;
    std::unique_ptr<AddressRace> race;
    std::unique_ptr<TlsHandshake> handshake;
    std::unique_ptr<WebSocketHandshake> websocket;
    std::vector<std::string> troubles;
    bool off_machine = false;  // a place was left out because plain text may not go there
};

Connector::Connector(const asio::any_io_executor& executor, ConnectOptions options)
    : state_(std::make_shared<State>(executor, std::move(options))) {}

Connector::~Connector() { state_->abandon(); }

void Connector::connect(Done done) { state_->begin(std::move(done)); }

}  // namespace rondel::net
