#include "rondel/tool/serving.hpp"

#include "rondel/base/digest.hpp"
#include "rondel/base/utf8.hpp"
#include "rondel/net/client_guest.hpp"
#include "rondel/net/component_caller.hpp"
#include "rondel/net/listener.hpp"
#include "rondel/net/spare_memory.hpp"
#include "rondel/net/ticker.hpp"
#include "rondel/net/weak_secret.hpp"
#include "rondel/server/domain.hpp"
#include "rondel/server/memory_storage.hpp"
#include "rondel/store/sqlite.hpp"

#include <algorithm>
#include <fstream>

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace rondel::tool {

namespace {

constexpr auto patience_with_requests = std::chrono::seconds(5);

constexpr std::uint16_t default_port(DoorKind kind) {
    switch (kind) {
        case DoorKind::c2s:
            return 5222;
        case DoorKind::c2s_tls:
            return 5223;
        case DoorKind::component:
            return net::component_port;
        case DoorKind::http:
            return 5281;
        case DoorKind::http_plain:
            return 5280;
    }
    return 0;
}

Jid domain_of(const std::string& text, std::string_view where) {
    Result<Jid> jid = Jid::parse(text);
    if (!jid || jid->domain() != jid->str())
        throw ConfigError(fmt::format("{}: \"{}\" is no domain. {}", where, sanitize_for_log(text),
                                      jid ? "It has more than a domain part." : jid.error().message()));
    return *std::move(jid);
}

// The file of one domain's data.
std::string file_for(const Jid& domain, const std::string& pattern, std::size_t domains) {
    constexpr std::string_view mark = "{domain}";
    const std::size_t at = pattern.find(mark);
    if (at == std::string::npos && domains > 1)
        throw ConfigError(fmt::format(
            "--data {}: several domains need a file each; write {{domain}} where their names shall stand, as in "
            "data-{{domain}}.sqlite.",
            pattern));
    std::string file = pattern;
    return at == std::string::npos ? file : file.replace(at, mark.size(), domain.str());
}

std::unique_ptr<server::Storage> open_storage(const Jid& domain, const ServeOptions& options, std::size_t domains) {
    if (options.data.empty()) return std::make_unique<server::MemoryStorage>();
    try {
        return std::make_unique<store::Sqlite>(file_for(domain, options.data, domains));
    } catch (const server::StorageError& error) {
        throw ConfigError(error.what());
    }
}

}  // namespace

// In the order of dependence: what is below goes first.
struct Serving::State {
    struct Home {
        std::unique_ptr<server::Storage> storage;
        std::unique_ptr<server::Domain> domain;
        std::unique_ptr<net::Ticker> ticker;
    };

    State(const boost::asio::any_io_executor& executor_, ServeOptions options_, LogSink log_,
          net::PeerTrafficSink traffic_)
        : executor(executor_), options(std::move(options_)), log(std::move(log_)), traffic(std::move(traffic_)) {
        if (options.domains.empty()) options.domains.emplace_back("localhost");
        for (const std::string& text : options.domains) names.push_back(domain_of(text, "--domain"));
        for (const Jid& name : names) add_home(name);
        for (const auto& account : options.accounts) add_account(account);
        for (const auto& component : options.components) add_component(component);
        find_certificate();
        open_doors();
    }

    void add_home(const Jid& name) {
        if (board.is_taken(name.str())) throw ConfigError(fmt::format("The domain {} is there twice.", name.str()));
        Home home;
        home.storage = open_storage(name, options, names.size());
        server::DomainOptions how;
        how.name = name;
        how.registration = options.registration;
        how.anonymous = options.anonymous;
        how.admins = options.admins;
        how.log = log;
        how.clock = [] { return Clock::now(); };
        how.calendar = [] {
            return std::chrono::time_point_cast<server::Time::duration>(std::chrono::system_clock::now());
        };
        // In memory, keys last as long as the passwords from the command line beside them: the least that clients take
        // (RFC 5802 §5.1) starts sooner.
        if (options.data.empty()) how.iterations = 4096;
        home.domain = std::make_unique<server::Domain>(board, *home.storage, std::move(how));
        home.ticker = net::keep_time(executor, *home.domain);
        homes.push_back(std::move(home));
    }

    server::Domain* domain_named(std::string_view name) {
        for (const Home& home : homes)
            if (home.domain->options().name.str() == name) return home.domain.get();
        return nullptr;
    }

    void add_account(const ServeOptions::Account& account) {
        const Result<Jid> jid = Jid::parse(account.jid);
        if (!jid || jid->local().empty() || !jid->is_bare())
            throw ConfigError(fmt::format("{}: \"{}\" is no address of a user. {}", account.where,
                                          sanitize_for_log(account.jid),
                                          jid ? "Expected NAME@DOMAIN." : jid.error().message()));
        server::Domain* domain = domain_named(jid->domain());
        if (domain == nullptr)
            throw ConfigError(fmt::format("{}: {} is not in a domain that is served here.", account.where, jid->str()));
        try {
            domain->set_password(jid->local(), account.password);
        } catch (const std::exception& error) {
            throw ConfigError(
                fmt::format("{}: the account {} could not be made: {}", account.where, jid->str(), error.what()));
        }
    }

    void add_component(const ServeOptions::OutsideComponent& component) {
        const Jid domain = domain_of(component.domain, component.where);
        if (domain_named(domain.str()) != nullptr)
            throw ConfigError(fmt::format("{}: {} is a domain of users; a component needs one of its own.",
                                          component.where, domain.str()));
        if (options.allow_plaintext)
            if (const std::string weak = net::weakness_in_plain_text(component.secret); !weak.empty())
                tell(LogLevel::warning, fmt::format("{}: {}", component.where, weak));
        board.expect(domain);
        if (component.connect.empty()) return book.add(domain, component.secret);
        const Result<net::Endpoint> at = net::Endpoint::parse(component.connect);
        if (!at)
            throw ConfigError(fmt::format("{}: \"{}\" is no place to call a component at: {}.", component.where,
                                          sanitize_for_log(component.connect), at.error().message()));
        net::CallerOptions how;
        how.stream = component_stream();
        how.connect.server = *at;
        how.connect.allow_plaintext = options.allow_plaintext;
        how.log = log;
        how.traffic = traffic;
        callers.push_back(std::make_unique<net::ComponentCaller>(
            executor, board, stream::ComponentCredentials{domain, component.secret}, std::move(how)));
    }

    stream::AcceptingOptions component_stream() const {
        stream::AcceptingOptions components;
        components.server = names.front();
        components.opening = std::chrono::seconds(10);
        return components;
    }

    void find_certificate() {
        if (!options.client_ca.empty() && !std::ifstream(options.client_ca))
            throw ConfigError(fmt::format("The authorities of clients could not be read from {}.", options.client_ca));
        if (std::string exposed = exposure_of(options.key, "the private key"); !options.key.empty() && !exposed.empty())
            tell(LogLevel::warning, exposed);
        if (options.certificate.empty() != options.key.empty())
            throw ConfigError("--certificate and --key belong together: give both, or none.");
        try {
            if (options.certificate.empty())
                kept = {net::make_self_signed(names), true};
            else
                kept = net::keep_certificate(options.certificate, options.key, names);
        } catch (const std::runtime_error& error) {
            throw ConfigError(error.what());
        }
        tell_of_faults(kept.certificate);
        if (kept.made && !options.certificate.empty())
            tell(LogLevel::info,
                 fmt::format("A self-signed certificate was made and kept in {}.", options.certificate));
    }

    void tell_of_faults(const net::ServerCertificate& certificate) const {
        for (const std::string& fault : net::faults_of(certificate, names)) tell(LogLevel::warning, fault);
    }

    // Those of a door, counted.
    net::Door door(DoorKind kind) {
        net::Door made = door_for(kind);
        made.welcome = [spare = spare, welcome = std::move(made.welcome)](net::Arrival arrival) {
            arrival.over = [over = std::move(arrival.over), one = spare->one()] { over(); };
            return welcome(std::move(arrival));
        };
        return made;
    }

    net::Door door_for(DoorKind kind) {
        using Tls = net::Door::Tls;
        if (kind == DoorKind::component)
            return {net::welcome_components(board, book, {component_stream(), log, traffic}), Tls::none};
        net::ClientGuestOptions clients;
        clients.stanzas = options.stanzas;
        clients.bytes = options.bytes;
        clients.log = log;
        clients.traffic = traffic;
        clients.stream.opening = std::chrono::seconds(10);
        clients.stream.require_tls = !options.tls_optional && kind != DoorKind::http_plain;
        clients.stream.sasl.anonymous = options.anonymous;
        // Stable as long as the certificate is, and nobody's to guess (V28).
        const Sha256 salt = hmac_sha256(kept.certificate.key, {"salts of users that are none"});
        clients.stream.sasl.fake_salt_key =
            Secret(std::string_view(reinterpret_cast<const char*>(salt.data()), salt.size()));
        clients.stream.sasl.iterations = homes.front().domain->options().iterations;
        std::vector<server::Domain*> domains;
        for (const Home& home : homes) domains.push_back(home.domain.get());
        net::Door made{net::welcome_clients(std::move(domains), std::move(clients))};
        if (kind == DoorKind::c2s || kind == DoorKind::c2s_tls) made.client_ca_file = options.client_ca;
        switch (kind) {
            case DoorKind::c2s_tls:
                made.tls = Tls::first;
                made.protocols = {"xmpp-client"};
                break;
            case DoorKind::http:
                made.http = true;
                made.tls = Tls::first;
                made.protocols = {"http/1.1"};
                break;
            case DoorKind::http_plain:
                made.http = true;
                break;
            default:
                made.tls = options.tls_optional ? Tls::optional : Tls::required;
        }
        return made;
    }

    void open_doors() {
        net::ListenerOptions how;
        static_cast<net::AdmissionLimits&>(how) = options.limits;
        how.certificate = kept.certificate;
        how.allow_plaintext = options.allow_plaintext;
        how.log = log;
        listener = std::make_unique<net::Listener>(executor, std::move(how));
        std::vector<ServeOptions::Place> places = options.places;
        if (places.empty()) places = parse_places("127.0.0.1", "--listen");
        for (const ServeOptions::Place& place : places) {
            const Result<net::Endpoint> at = net::Endpoint::parse(place.at, default_port(place.kind));
            if (!at)
                throw ConfigError(fmt::format("{}: \"{}\" is no place to listen at: {}.", place.where,
                                              sanitize_for_log(place.at), at.error().message()));
            const Result<net::Endpoint> here = listener->listen(*at, door(place.kind));
            if (!here)
                throw ConfigError(fmt::format("{}: nobody can listen at {} ({}): {}.", place.where, at->str(),
                                              to_string(place.kind), problem(here.error(), place.kind)));
            opened.push_back({place.kind, *here});
        }
    }

    static std::string problem(std::error_code error, DoorKind kind) {
        if (error == net::NetError::bad_endpoint)
            return "not a name but an address of this machine is wanted, as in 127.0.0.1, [::1] or 0.0.0.0";
        if (error != net::NetError::plaintext_beyond_loopback) return error.message();
        return fmt::format(
            "{} would be in plain text there, and secrets can be guessed from the traffic; --allow-plaintext allows it",
            kind == DoorKind::component ? "what components say" : "what clients say");
    }

    void reload_certificate() {
        if (options.certificate.empty())
            return tell(LogLevel::info, "The certificate is of this run: nothing to read.");
        try {
            net::KeptCertificate found = net::keep_certificate(options.certificate, options.key, names);
            std::string why;
            if (listener->use(found.certificate, why)) return tell(LogLevel::error, why + " The old one stays in use.");
            kept = std::move(found);
            tell_of_faults(kept.certificate);
            tell(LogLevel::info, "New connections get the certificate " + net::fingerprint_of(kept.certificate) + ".");
        } catch (const std::runtime_error& error) {
            tell(LogLevel::error, std::string(error.what()) + " The old certificate stays in use.");
        }
    }

    // F11: nobody is told that it ends while they wait for an answer that can still come.
    void finish_requests(Instant limit, std::function<void()> then) {
        std::size_t open = board.owed();
        for (const Home& home : homes) open += home.domain->owed();
        if (open > 0 && Clock::now() < limit) {
            pause.expires_after(std::chrono::milliseconds(10));
            return pause.async_wait([this, limit, then = std::move(then)](boost::system::error_code cancelled) mutable {
                if (!cancelled) finish_requests(limit, std::move(then));
            });
        }
        if (open > 0)
            tell(LogLevel::warning, fmt::format("Requests that nobody answered in time were refused: {}.", open));
        for (const Home& home : homes) home.domain->refuse_owed();
        board.bounce_owed();
        then();
    }

    void shut_down(std::function<void()> done) {
        const auto left = std::make_shared<std::size_t>(1 + callers.size());
        const auto one_less = [left, done = std::move(done)] {
            if (--*left == 0) done();
        };
        for (const auto& caller : callers) caller->shut_down(one_less);
        listener->on_empty(one_less);
        listener->shut_down();
    }

    void give_back() const {
        const Instant began = Clock::now();
        net::give_back_memory();
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
        tell(LogLevel::debug,
             fmt::format("What many connections took was given back to the system in {} ms.", took.count()));
    }

    void tell(LogLevel level, std::string_view sentence) const {
        if (log) log(level, sentence);
    }

    boost::asio::any_io_executor executor;
    boost::asio::steady_timer pause{executor};
    ServeOptions options;
    LogSink log;
    net::PeerTrafficSink traffic;
    std::vector<Jid> names;
    server::Switchboard board;
    server::ComponentBook book{board, options.replace_components ? server::DuplicateComponent::replace_old
                                                                 : server::DuplicateComponent::refuse_new};
    std::vector<Home> homes;
    net::KeptCertificate kept;
    std::shared_ptr<net::SpareMemory> spare = std::make_shared<net::SpareMemory>(
        executor, [this] { give_back(); }, std::chrono::seconds(5));
    std::unique_ptr<net::Listener> listener;
    std::vector<std::unique_ptr<net::ComponentCaller>> callers;
    std::vector<Opened> opened;
};

Serving::Serving(const boost::asio::any_io_executor& executor, ServeOptions options, LogSink log,
                 net::PeerTrafficSink traffic)
    : state_(std::make_unique<State>(executor, std::move(options), std::move(log), std::move(traffic))) {}
Serving::~Serving() = default;

const std::vector<Serving::Opened>& Serving::opened() const { return state_->opened; }
const std::vector<Jid>& Serving::domains() const { return state_->names; }
std::string Serving::pin() const { return net::fingerprint_of(state_->kept.certificate); }
bool Serving::made_certificate() const { return state_->kept.made; }
server::Switchboard& Serving::board() { return state_->board; }
void Serving::reload_certificate() { state_->reload_certificate(); }

void Serving::drain(std::function<void()> done) {
    state_->listener->close_doors();
    state_->finish_requests(Clock::now() + patience_with_requests,
                            [this, done = std::move(done)]() mutable { state_->shut_down(std::move(done)); });
}

}  // namespace rondel::tool
