#include "rondel/net/client.hpp"

#include "rondel/net/descriptors.hpp"
#include "rondel/net/host.hpp"
#include "rondel/net/srv_order.hpp"
#include "rondel/net/websocket_url.hpp"
#include "rondel/stanza/stanza_error.hpp"
#include "rondel/xep/carbons.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace rondel {

using net::TlsOptions;
using stream::ClientStream;
using stream::CloseCause;
using stream::Closed;
using stream::StreamCondition;

namespace {

constexpr std::uint16_t direct_tls_port = 5223;  // by custom
constexpr int most_redirects = 5;                // in a row (V34)

EntityOptions entity_options(EntityOptions options) {
    options.any_from = true;  // which of our addresses it is, the server says (RFC 6120 §8.1.2.1)
    return options;
}

net::HostOptions host_options_of(const ClientOptions& options) {
    net::HostOptions common = net::host_options(options);
    common.entity = entity_options(std::move(common.entity));
    return common;
}

}  // namespace

struct Client::State final : net::Host {
    State(ClientOptions options_, Router router)
        : Host(host_options_of(options_), std::move(router)), options(std::move(options_)), token(options.token) {}

    // ---- where to, and as whom ----

    std::string check(Jid& known) override {
        const Result<Jid> jid = Jid::parse(options.jid);
        if (!jid) return fmt::format("\"{}\" is no address of an account. {}", options.jid, jid.error().message());
        known = jid->bare();
        account = known;
        resource = jid->resource();
        const bool anonymous = account.local().empty();
        if (!anonymous && options.password.empty() && !options.token && options.certificate_file.empty())
            return fmt::format("There is no password for {}.", account.str());
        if (anonymous && !options.password.empty())  // whoever has one means an account
            return fmt::format("There is a password, but \"{}\" names no account: expected NAME@DOMAIN.", options.jid);
        if (options.server.empty()) return {};
        const bool is_url = net::WebSocketUrl::is_one(options.server);
        if (is_url) {
            const Result<net::WebSocketUrl> url = net::WebSocketUrl::parse(options.server);
            if (!url) return not_a_server(url.error());
            if (!url->tls && options.tls.mode != TlsOptions::Mode::off)
                return fmt::format("{} is not encrypted: use wss://, or give up TLS expressly.", options.server);
            place = Place{url->where, url->tls, url->path};
        } else {
            const Result<net::Endpoint> at = net::Endpoint::parse(options.server, usual_port(options.direct_tls));
            if (!at) return not_a_server(at.error());
            if (at->is_unix() && (options.direct_tls || options.tls.mode == TlsOptions::Mode::pin))
                return fmt::format(
                    "{} is a socket of this machine, where there is no TLS: it is safe as it is, but {}.", at->str(),
                    options.direct_tls ? "nothing there begins with TLS"
                                       : "nobody shows a certificate that the pin could be compared with");
            place = Place{*at, options.direct_tls, {}};
        }
        return {};
    }

    std::string not_a_server(const std::error_code& error) const {
        return fmt::format("\"{}\" is no address of a server: {}.", options.server, error.message());
    }

    static std::uint16_t usual_port(bool direct_tls) { return direct_tls ? direct_tls_port : net::client_port; }

    struct Place {
        net::Endpoint where;
        bool direct_tls = false;
        std::optional<std::string> websocket = {};  // the path
    };

    // Where the server told us to go, where it wants to be asked for the session (XEP-0198 §5), where the options say,
    // or nothing: where the DNS says.
    std::optional<Place> next_place() {
        if (redirect) return redirect;
        if (resumption && !resumption->location.empty() && !std::exchange(asked_location, true))
            if (const auto there = follow(resumption->location)) return there;
        return place;
    }

    Obstacle plan(net::ConnectOptions& how) override {
        how.domain = account.domain();
        how.allow_plaintext = options.allow_plaintext;
        how.dns_servers = options.dns_servers;
        const std::optional<Place> to = next_place();
        framing = to && to->websocket ? stream::Framing::websocket : stream::Framing::tcp;
        how.protocol = to && to->websocket ? "http/1.1" : "xmpp-client";
        if (to) {
            how.server = to->where;
            how.direct_tls = to->direct_tls;
            how.websocket = to->websocket;
        }
        if (options.tls.mode == TlsOptions::Mode::off) {
            if (how.direct_tls)
                return {"TLS is wanted from the beginning, and forbidden by the options: that cannot be."};
            return {};
        }
        // Whatever host answers, it has to prove that it serves our domain (RFC 6120 §13.7.2.1).
        std::string why;
        const auto side = net::TlsSide::client(options.tls, {std::string(account.domain()), "xmpp-client"},
                                               {options.certificate_file, options.key_file}, why);
        if (!side) return {std::move(why), net::is_for_now(side.error())};
        how.tls = *side;
        return {};
    }

    std::unique_ptr<stream::Stream> make_stream(const net::Transport& transport) override {
        began_with_tls = transport.secure() && framing == stream::Framing::tcp;
        stream::ClientStreamOptions with = options.stream;
        with.framing = framing;
        with.start_tls = with.require_tls = options.tls.mode != TlsOptions::Mode::off;
        with.sasl.plain = with.sasl.plain || options.allow_plain;
        with.carbons = with.carbons || options.carbons;
        with.exact_resource = true;
        stream::ClientIdentity who{account, resource, options.password, token, {}};
        auto made =
            std::make_unique<ClientStream>(std::move(who), std::move(with), std::exchange(resumption, std::nullopt));
        made->set_active(active);
        return made;
    }

    ClientStream* stream() { return wire() == nullptr ? nullptr : static_cast<ClientStream*>(&wire()->stream()); }

    // ---- sessions ----

    void opened(const stream::Opened& session, Instant now) override {
        redirect.reset();
        redirects = 0;
        asked_location = false;
        session_began(session.address.str());
        entity().rename(session.address);
        if (session.resumed) {
            log(LogLevel::debug, "The session goes on where it was.");
            entity().resumed(*this, now);
            // Before anything is read: a queue that seems full keeps us from reading, and so from hearing that it is
            // not.
            return entity().acknowledged(stream()->stanzas_acknowledged(), now);
        }
        entity().opened(*this, now);
        begin_session(session.carbons);
    }

    // Roster before presence, so that nothing that presence brings meets an empty one (RFC 6121 §2.2).
    void begin_session(bool carbons_are_on) {
        const std::uint64_t mine = ++session_number;
        if (options.carbons && !carbons_are_on) self().spawn(enable_carbons(shared()));
        if (options.roster != nullptr)
            self().spawn(fetch_roster(shared(), mine));
        else
            send_presence();
    }

    // The tasks keep the host until they end, as they do at the latest when it ends.
    std::shared_ptr<State> shared() { return std::static_pointer_cast<State>(shared_from_this()); }

    static task<> enable_carbons(std::shared_ptr<State> host) {
        try {
            co_await carbons::enable(host->self());
        } catch (const StanzaError& error) {
            host->log(LogLevel::warning, fmt::format("The server sends no copies of messages (XEP-0280): {}.",
                                                     to_string(error.condition())));
        }
    }

    static task<> fetch_roster(std::shared_ptr<State> host, std::uint64_t mine) {
        const ClientStream* now = host->stream();
        const bool versions = now != nullptr && std::find(now->features().begin(), now->features().end(),
                                                          roster::ns_versions) != now->features().end();
        try {
            co_await roster::fetch(host->self(), *host->options.roster, versions);
        } catch (const StanzaError& error) {
            if (mine == host->session_number)
                host->log(LogLevel::warning,
                          fmt::format("The roster was not to be had: {}.", to_string(error.condition())));
        }
        if (mine == host->session_number && host->self().in_session()) host->send_presence();
    }

    void send_presence() {
        if (!options.initial_presence) return;
        self().send(options.presence ? options.presence() : Presence(PresenceType::available));
    }

    void take(stream::Event& event, Instant now) override {
        if (const auto* failed = std::get_if<stream::ResumptionFailed>(&event)) {
            log(LogLevel::info, "The server has the session of before no more; a new one begins.");
            entity().forsaken(failed->handled, now);
        } else if (const auto* granted = std::get_if<stream::TokenGranted>(&event)) {
            token = granted->token;
            if (options.keep_token) options.keep_token(granted->token);
        }
    }

    // It was said in the name of a resource, perhaps to a room, that another session does not know.
    bool carries_unsent() const override { return false; }

    bool keep_session(stream::Stream& over) override {
        resumption = static_cast<ClientStream&>(over).take_resumption();
        return resumption.has_value();
    }
    bool session_is_kept() const override { return resumption.has_value(); }
    void forget_session() override { resumption.reset(); }

    void set_active(bool on) {
        active = on;
        if (ClientStream* now = stream()) {
            now->set_active(on);
            wire()->touched();
        }
    }

    // ---- ends ----

    Verdict judge(const Closed& over) override {
        if (over.cause == CloseCause::refused)
            return {fmt::format("Not connected as {}. {}", account.str(), over.why), true};
        if (!over.error) return {over.why};
        switch (over.error->condition) {
            case StreamCondition::conflict:  // R029: two that displace each other would never end
                if (over.was_open && is_own_ghost()) return {over.why};
                return {fmt::format("Another program took over the address {}: stopping, so that the two do not fight.",
                                    self().address().str()),
                        true};
            case StreamCondition::see_other_host:
                return redirected(over);
            default:
                return {over.why};
        }
    }

    // RFC 6120 §4.9.3.19: to another host, never to another identity; not endlessly (V34).
    Verdict redirected(const Closed& over) {
        redirect.reset();
        if (++redirects > most_redirects)
            return {fmt::format("The server sends us from host to host, {} times in a row.", most_redirects)};
        redirect = follow(over.error->other_host);
        if (!redirect) return {over.why};
        return {over.why, false, true};
    }

    // A place that the server named: HOST[:PORT], or the URL of a WebSocket (RFC 7395 §3.6.1).
    std::optional<Place> follow(const std::string& named) const {
        if (net::WebSocketUrl::is_one(named)) {
            const Result<net::WebSocketUrl> url = net::WebSocketUrl::parse(named);
            if (!url || (!url->tls && options.tls.mode != TlsOptions::Mode::off)) return std::nullopt;
            return Place{url->where, url->tls, url->path};
        }
        const Result<net::Endpoint> at = net::Endpoint::parse(named, usual_port(began_with_tls));
        if (!at || at->is_unix() || at->port == 0) return std::nullopt;
        return Place{*at, began_with_tls, {}};
    }

    ClientOptions options;
    Jid account;
    std::string resource;
    std::optional<Place> place;     // of the options
    std::optional<Place> redirect;  // by the server
    int redirects = 0;
    stream::Framing framing = stream::Framing::tcp;
    bool began_with_tls = false;
    std::optional<sasl::Token> token;
    std::optional<stream::Resumption> resumption;
    bool asked_location = false;
    bool active = true;
    std::uint64_t session_number = 0;
};

Client::Client(ClientOptions options, Router router) {
    if (options.fetch_roster && options.roster == nullptr) options.roster = std::make_shared<roster::Roster>();
    const auto roster = options.roster;
    state_ = std::make_shared<State>(std::move(options), std::move(router));
    if (roster == nullptr) return;
    // Behind the routers of the application: what handles pushes there, handles them.
    state_->post([roster](Entity& self) {
        Router pushes;
        roster::install(pushes, roster);
        self.take(std::move(pushes));
    });
}

Client::~Client() { state_->abandon(); }

void Client::start(const boost::asio::any_io_executor& executor, std::function<void(const Ending&)> ended) {
    state_->start(executor, std::move(ended));
}
void Client::drain() { state_->drain(); }
void Client::stop() { state_->end({false, "Stopped."}); }
Entity& Client::entity() { return state_->self(); }
const ClientOptions& Client::options() const { return state_->options; }
void Client::set_active(bool active) { state_->set_active(active); }
const std::vector<std::string>& Client::features() const {
    static const std::vector<std::string> none;
    const auto* stream = state_->stream();
    return stream == nullptr ? none : stream->features();
}

void Client::log_to(LogSink log) {
    if (!state_->options.log) state_->options.log = log;
    state_->log_to(std::move(log));
}

void Client::post(std::function<void(Entity&)> call) { state_->post(std::move(call)); }

}  // namespace rondel
