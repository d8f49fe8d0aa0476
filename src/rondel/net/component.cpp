#include "rondel/net/component.hpp"

#include "rondel/base/backoff.hpp"
#include "rondel/net/connection.hpp"
#include "rondel/net/connector.hpp"
#include "rondel/service/hosted_entity.hpp"

#include <mutex>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace rondel {

namespace asio = boost::asio;
using net::Direction;
using stream::CloseCause;
using stream::Closed;
using stream::ComponentStream;
using stream::StreamCondition;

namespace {

// Why trying again cannot help, as a sentence; empty where it may.
std::string final_problem(const Closed& closed, const ComponentOptions& options, bool had_session_before) {
    if (!closed.error) return {};
    switch (closed.error->condition) {
        case StreamCondition::not_authorized:
        case StreamCondition::host_unknown:
            if (closed.cause != CloseCause::refused) return {};
            return fmt::format("Not connected to {}. {}", options.server, closed.why);
        case StreamCondition::invalid_namespace:
            return closed.was_open ? std::string() : fmt::format("Not connected to {}. {}", options.server, closed.why);
        case StreamCondition::conflict:
            if (closed.was_open)
                return fmt::format(
                    "Another program took over the name {} at {}: stopping, so that the two do not fight.",
                    options.domain, options.server);
            // After a loss the server may still hold our own dead connection: that passes.
            if (had_session_before) return {};
            return fmt::format("Another program is already connected to {} as {}: stop that one first.", options.server,
                               options.domain);
        default:
            return {};
    }
}

}  // namespace

struct Component::State final : std::enable_shared_from_this<State>, Link, net::ConnectionOwner {
    State(ComponentOptions options_, Router router_) : options(std::move(options_)), router(std::move(router_)) {}

    // From any thread. Calls made before start() wait for it; those after the end are dropped.
    void post(std::function<void(Entity&)> call) {
        const std::lock_guard lock(posting);
        if (post_closed) return;
        posted.push_back(std::move(call));
        if (running && posted.size() == 1) asio::post(executor, [self = shared_from_this()] { self->run_posted(); });
    }

    void run_posted() {
        std::vector<std::function<void(Entity&)>> calls;
        {
            const std::lock_guard lock(posting);
            calls.swap(posted);
        }
        for (auto& call : calls)
            if (!has_ended) entity->post([this, call = std::move(call)] { call(entity->self()); });
    }

    // The life of the host.

    void start(const asio::any_io_executor& on, std::function<void(const Ending&)> call) {
        executor = on;
        ended = std::move(call);
        retry_timer = std::make_unique<asio::steady_timer>(executor);
        drain_timer = std::make_unique<asio::steady_timer>(executor);
        backoff = Backoff(options.reconnect_first, options.reconnect_most);
        const Result<Jid> domain = Jid::parse(options.domain);
        entity = std::make_unique<HostedEntity>(domain ? *domain : Jid(), executor, options.entity, options.log);
        if (!domain || !domain->local().empty() || !domain->is_bare())
            return end_soon(fmt::format("\"{}\" is no domain for a component ({}).", options.domain,
                                        domain ? "it has more than a domain part" : domain.error().message()));
        const Result<net::Endpoint> server = net::Endpoint::parse(options.server);
        if (!server)
            return end_soon(
                fmt::format("\"{}\" is no address of a server: {}.", options.server, server.error().message()));
        if (options.secret.empty()) return end_soon(fmt::format("There is no secret for {}.", options.domain));
        address = *domain;
        endpoint = *server;
        entity->clock([] { return Clock::now(); });
        entity->on_wants_to_read([this] { touched(); });
        entity->on_deadline([this] { touched(); });
        entity->take(std::move(router));
        {
            const std::lock_guard lock(posting);
            running = true;
        }
        asio::post(executor, [self = shared_from_this()] { self->run_posted(); });
        connect();
    }

    void connect() {
        net::ConnectOptions how{endpoint, options.tls, options.allow_plaintext, options.connect_timeout};
        connector = std::make_unique<net::Connector>(executor, std::move(how));
        connector->connect([this](std::unique_ptr<net::Transport> transport, const net::ConnectFailure& failure) {
            const auto self = shared_from_this();
            if (transport == nullptr) return lose({failure.why, false, false}, failure.fatal);
            auto stream = std::make_unique<ComponentStream>(stream::ComponentCredentials{address, options.secret},
                                                            options.stream);
            stream->adopt(std::exchange(unsent, {}));
            wire = std::make_unique<net::Connection>(executor, std::move(transport), std::move(stream), *this,
                                                     net::ConnectionOptions{.write_deadline = options.write_deadline});
            wire->start();
        });
    }

    void drain() {
        if (draining || has_ended) return;
        draining = true;
        const auto self = shared_from_this();
        drain_timer->expires_after(options.drain_timeout);
        drain_timer->async_wait([this, self](boost::system::error_code error) {
            if (error || has_ended) return;
            log(LogLevel::warning,
                fmt::format("Work was still in flight after {} s; closing.",
                            std::chrono::duration_cast<std::chrono::seconds>(options.drain_timeout).count()));
            close();
        });
        entity->on_drained([this] { asio::post(executor, [self = shared_from_this()] { self->close(); }); });
        entity->drain(Clock::now());
        if (entity->drained()) close();
    }

    // The stream's end in order; without a stream, the end.
    void close() {
        if (has_ended || closing) return;
        closing = true;
        retry_timer->cancel();
        if (wire == nullptr) return end({false, "Stopped."});
        entity->closing(true, Clock::now());
        wire->stream().close(Clock::now());
        wire->touched();
    }

    void lose(const Lost& lost, bool fatal, bool proven = false) {
        Lost told = lost;
        const bool again = !fatal && !closing && options.reconnect;
        told.final = !again;
        if (!again) unsent = {};
        entity->lost(told, proven, unsent.stanzas(), Clock::now());
        if (closing) return end({false, "Stopped."});
        if (!again) return end({true, lost.why});
        if (lost.why != last_trouble) {
            last_trouble = lost.why;
            log(LogLevel::warning, lost.why + " Trying again until it works.");
        } else {
            log(LogLevel::debug, lost.why);
        }
        const Duration delay = backoff.next();
        log(LogLevel::debug, fmt::format("Next attempt in {} ms.",
                                         std::chrono::duration_cast<std::chrono::milliseconds>(delay).count()));
        retry_timer->expires_after(delay);
        retry_timer->async_wait([this, self = shared_from_this()](boost::system::error_code error) {
            if (!error && !has_ended && !closing) connect();
        });
        touched();
    }

    void end_soon(std::string why) {
        asio::post(executor, [self = shared_from_this(), why = std::move(why)] { self->end({true, why}); });
    }

    void end(Ending ending) {
        if (std::exchange(has_ended, true)) return;
        {
            const std::lock_guard lock(posting);
            post_closed = true;
            posted.clear();
        }
        retry_timer.reset();  // not only cancelled: the loop that they belong to may go before us, as in run()
        drain_timer.reset();
        idle_timer.reset();
        connector.reset();
        entity->stop(Clock::now());
        wire.reset();
        if (ended) std::exchange(ended, nullptr)(ending);
    }

    // net::ConnectionOwner

    void on_event(stream::Event& event, Instant now) override {
        if (auto* received = std::get_if<stream::Received>(&event)) {
            if (options.traffic) options.traffic(Direction::in, net::masked_text(received->stanza.element()));
            entity->receive(std::move(received->stanza), now);
        } else if (auto* refused = std::get_if<stream::Refused>(&event)) {
            if (options.traffic) options.traffic(Direction::in, net::masked_text(refused->element));
            entity->refused(refused->element, refused->why, now);
        } else if (std::holds_alternative<stream::Connected>(event)) {
            entity->connected(now);
        } else if (std::holds_alternative<stream::Opened>(event)) {
            backoff.reset();
            last_trouble.clear();
            had_session = true;
            log(LogLevel::info, fmt::format("Connected to {} as {}.", wire->transport().description(), address.str()));
            entity->opened(*this, now);
        } else if (auto* over = std::get_if<Closed>(&event)) {
            closed = std::move(*over);
            if (closed.was_open) entity->closing(false, now);
        }
    }

    void on_written(Instant now) override {
        if (wire->stream().is_open()) entity->wrote(wire->stream().stanzas_written(), now);
    }

    void on_finished() override {
        if (has_ended) return;
        const auto self = shared_from_this();
        const Closed over = std::exchange(closed, {});
        unsent = wire->stream().take_unsent();
        if (over.was_open) entity->wrote(wire->stream().stanzas_written(), Clock::now());
        const auto old = std::exchange(wire, nullptr);
        const std::string problem = final_problem(over, options, had_session);
        lose({problem.empty() ? over.why : problem, over.was_open, false}, !problem.empty(), over.proven);
    }

    bool wants_to_read() const override { return entity->wants_to_read() || closing; }
    void expire(Instant now) override { entity->expire(now); }
    Instant deadline() const override { return entity->deadline(); }

    // Link

    std::error_code transmit(Stanza& stanza) override {
        if (const std::error_code refused = wire->stream().send(stanza)) return refused;
        if (options.traffic) options.traffic(Direction::out, net::masked_text(stanza.element()));
        wire->touched();
        return {};
    }

    std::size_t backlog() const override { return wire->stream().backlog(); }

    // The entity's deadline needs a timer between connections, too.
    void touched() {
        if (wire != nullptr) return wire->touched();
        if (has_ended || executor == asio::any_io_executor()) return;
        const Instant next = entity->deadline();
        if (next == never) return;
        if (idle_timer == nullptr) idle_timer = std::make_unique<asio::steady_timer>(executor);
        idle_timer->expires_at(next);
        idle_timer->async_wait([this, self = shared_from_this()](boost::system::error_code error) {
            if (error || has_ended || wire != nullptr) return;
            entity->expire(Clock::now());
            touched();
        });
    }

    void log(LogLevel level, std::string_view sentence) const {
        if (options.log) options.log(level, sentence);
    }

    ComponentOptions options;
    Router router;
    asio::any_io_executor executor;
    std::function<void(const Ending&)> ended;
    Jid address;
    net::Endpoint endpoint;
    Backoff backoff;
    std::unique_ptr<HostedEntity> entity;
    std::unique_ptr<net::Connector> connector;
    std::unique_ptr<net::Connection> wire;
    std::unique_ptr<asio::steady_timer> retry_timer, drain_timer, idle_timer;
    stream::Unsent unsent;
    Closed closed;
    std::mutex posting;  // guards the next three
    std::vector<std::function<void(Entity&)>> posted;
    bool running = false;
    bool post_closed = false;
    std::string last_trouble;  // said once, not at every attempt
    bool had_session = false;
    bool draining = false;
    bool closing = false;
    bool has_ended = false;
};

Component::Component(ComponentOptions options, Router router)
    : state_(std::make_shared<State>(std::move(options), std::move(router))) {}

Component::~Component() {
    if (state_->entity != nullptr && !state_->has_ended) {
        state_->ended = nullptr;
        state_->end({});
    }
    state_->wire.reset();
}

void Component::start(const asio::any_io_executor& executor, std::function<void(const Ending&)> ended) {
    state_->start(executor, std::move(ended));
}
void Component::drain() { state_->drain(); }
void Component::stop() { state_->end({false, "Stopped."}); }
Entity& Component::entity() { return state_->entity->self(); }
const ComponentOptions& Component::options() const { return state_->options; }

void Component::log_to(LogSink log) {
    if (!state_->options.log) state_->options.log = std::move(log);
}

void Component::post(std::function<void(Entity&)> call) { state_->post(std::move(call)); }

}  // namespace rondel
