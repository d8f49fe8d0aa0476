#include "rondel/net/host.hpp"

#include "rondel/net/scarce_memory.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

namespace rondel::net {

namespace asio = boost::asio;
using stream::Closed;

Host::Host(HostOptions options, Router router) : common_(std::move(options)), router_(std::move(router)) {}

// ---- calls from outside ----

// From any thread. Calls made before start() wait for it; those after the end are dropped.
void Host::post(std::function<void(Entity&)> call) {
    const std::lock_guard lock(posting_);
    if (post_closed_) return;
    posted_.push_back(std::move(call));
    if (running_ && posted_.size() == 1) asio::post(executor_, [self = shared_from_this()] { self->run_posted(); });
}

void Host::run_posted() {
    std::vector<std::function<void(Entity&)>> calls;
    {
        const std::lock_guard lock(posting_);
        calls.swap(posted_);
    }
    for (auto& call : calls)
        if (!has_ended_) at_worst_twice([&] { entity_->post([this, call] { call(entity_->self()); }); });
}

void Host::log_to(LogSink log) {
    if (!common_.log) common_.log = std::move(log);
}

// ---- the life of the host ----

void Host::start(const asio::any_io_executor& on, std::function<void(const Ending&)> call) {
    executor_ = on;
    ended_ = std::move(call);
    retry_timer_ = std::make_unique<asio::steady_timer>(executor_);
    drain_timer_ = std::make_unique<asio::steady_timer>(executor_);
    backoff_ = Backoff(common_.reconnect_first, common_.reconnect_most);
    Jid address;
    const std::string wrong = check(address);
    entity_ = std::make_unique<HostedEntity>(address, executor_, common_.entity, common_.log);
    if (!wrong.empty()) return end_soon(wrong);
    warn_of_insecurity();
    entity_->clock([] { return Clock::now(); });
    entity_->on_wants_to_read([this] { touched(); });
    entity_->on_deadline([this] { touched(); });
    entity_->take(std::move(router_));
    {
        const std::lock_guard lock(posting_);
        running_ = true;
    }
    asio::post(executor_, [self = shared_from_this()] { self->run_posted(); });
    connect();
}

void Host::warn_of_insecurity() const {
    if (common_.tls == TlsOptions::Mode::insecure)
        log(LogLevel::warning,
            "TLS is INSECURE, as the options want it: the server's certificate is not checked. Whoever stands between "
            "us "
            "and the server can pretend to be it, and read, change and make up everything, the password included.");
}

void Host::connect() {
    if_memory_lasts([this] { connect_once(); }, [this] { lack_memory(); });
}

void Host::connect_once() {
    ConnectOptions how;
    how.timeout = common_.connect_timeout;
    if (Obstacle wrong = plan(how); !wrong.why.empty()) {
        // Options that were good once are so still: a file of theirs is being replaced.
        const bool fatal = !wrong.for_now && !had_session_;
        return asio::post(executor_, [self = shared_from_this(), why = std::move(wrong.why), fatal] {
            if (!self->has_ended_) self->lose({why, fatal}, false, false);
        });
    }
    tls_ = how.tls;
    connector_ = std::make_unique<Connector>(executor_, std::move(how));
    connector_->connect([this](std::unique_ptr<Transport> transport, const ConnectFailure& failure) {
        const auto self = shared_from_this();
        const auto go_on = [&] {
            if (transport == nullptr) return lose({failure.why, failure.fatal}, false, false);
            begin(std::move(transport));
        };
        if_memory_lasts(go_on, [this] { lack_memory(); });
    });
}

void Host::begin(std::unique_ptr<Transport> transport) {
    auto stream = make_stream(*transport);
    ConnectionOptions carrying;
    carrying.write_deadline = common_.write_deadline;
    carrying.tls = tls_;
    carrying.tls_limit = common_.connect_timeout;
    wire_ = std::make_unique<Connection>(executor_, std::move(transport), std::move(stream),
                                         static_cast<ConnectionOwner&>(*this), carrying);
    wire_->stream().adopt(std::exchange(unsent_, {}));
    wire_->start();
}

// Before there was a session. What was carried over from the one before has gone to the stream already, or waits still.
void Host::lack_memory() {
    if (wire_ != nullptr) {
        at_worst_twice([&] { keep_session(wire_->stream()); });
        if (carries_unsent()) at_worst_twice([&] { unsent_ = wire_->stream().take_unsent(); });
    }
    const auto old = std::exchange(wire_, nullptr);
    connector_.reset();  // which may have begun, and would come back
    at_worst_twice([&] { lose({"There was no memory for a connection."}, false, false); });
}

void Host::drain() {
    if (draining_ || has_ended_) return;
    drain_timer_->expires_after(common_.drain_timeout);
    drain_timer_->async_wait([this, self = shared_from_this()](boost::system::error_code error) {
        if (error || has_ended_) return;
        close();
        log(LogLevel::warning,
            fmt::format("Work was still in flight after {} s; closing.",
                        std::chrono::duration_cast<std::chrono::seconds>(common_.drain_timeout).count()));
    });
    draining_ = true;
    entity_->on_drained(
        [this] { at_worst_twice([this] { asio::post(executor_, [self = shared_from_this()] { self->close(); }); }); });
    at_worst_twice([&] { entity_->drain(Clock::now()); });
    if (entity_->drained()) close();
}

// The stream's end in order; without a stream, the end.
void Host::close() {
    if (has_ended_ || closing_) return;
    closing_ = true;
    retry_timer_->cancel();
    if (wire_ == nullptr) return end({false, "Stopped."});
    at_worst_twice([&] { entity_->closing(true, Clock::now()); });
    at_worst_twice([&] { wire_->stream().close(Clock::now()); });
    wire_->touched();
}

void Host::lose(const Verdict& verdict, bool had_session, bool proven) {
    const bool again = !verdict.fatal && !closing_ && common_.reconnect;
    if (!again) {
        unsent_ = {};
        forget_session();
    }
    const Lost told{verdict.why, had_session, !again};
    at_worst_twice([&] {
        if (session_is_kept())
            entity_->suspended(told, Clock::now());
        else
            entity_->lost(told, proven, unsent_.stanzas(), Clock::now());
    });
    if (closing_) return end({false, "Stopped."});
    if (!again) return end({true, verdict.why});
    at_worst_twice([&] { try_again(verdict); });
}

void Host::try_again(const Verdict& verdict) {
    if (verdict.why != last_trouble_) {
        last_trouble_ = verdict.why;
        log(LogLevel::warning, verdict.why + (verdict.at_once ? " Going there." : " Trying again until it works."));
    } else {
        log(LogLevel::debug, verdict.why);
    }
    const Duration delay = verdict.at_once ? Duration::zero() : backoff_.next();
    log(LogLevel::debug,
        fmt::format("Next attempt in {} ms.", std::chrono::duration_cast<std::chrono::milliseconds>(delay).count()));
    retry_timer_->expires_after(delay);
    retry_timer_->async_wait([this, self = shared_from_this()](boost::system::error_code error) {
        if (!error && !has_ended_ && !closing_) connect();
    });
    touched();
}

void Host::end_soon(std::string why) {
    asio::post(executor_, [self = shared_from_this(), why = std::move(why)] { self->end({true, why}); });
}

void Host::end(const Ending& ending) {
    if (std::exchange(has_ended_, true)) return;
    {
        const std::lock_guard lock(posting_);
        post_closed_ = true;
        posted_.clear();
    }
    retry_timer_.reset();  // not only cancelled: the loop that they belong to may go before us, as in run()
    drain_timer_.reset();
    idle_timer_.reset();
    connector_.reset();
    at_worst_twice([&] { entity_->stop(Clock::now()); });
    wire_.reset();
    if (ended_) std::exchange(ended_, nullptr)(ending);
}

void Host::abandon() {
    if (entity_ != nullptr && !has_ended_) {
        ended_ = nullptr;
        end({});
    }
    wire_.reset();
}

// ---- ConnectionOwner ----

[[gnu::hot]] void Host::on_event(stream::Event& event, Instant now) {
    auto* const received = std::get_if<stream::Received>(&event);
    if (received == nullptr || common_.traffic) return on_unusual_event(event, now);
    entity_->receive(std::move(received->stanza), now);
}

// Anything but a stanza, unless what comes is shown.
void Host::on_unusual_event(stream::Event& event, Instant now) {
    if (auto* received = std::get_if<stream::Received>(&event)) {
        if (!show(Direction::in, received->stanza.element())) return;
        entity_->receive(std::move(received->stanza), now);
    } else if (auto* refused = std::get_if<stream::Refused>(&event)) {
        if (common_.traffic && !show(Direction::in, refused->element)) return;
        entity_->refused(refused->element, refused->why, now);
    } else if (std::holds_alternative<stream::Connected>(event)) {
        entity_->connected(now);
    } else if (auto* session = std::get_if<stream::Opened>(&event)) {
        opened(*session, now);
    } else if (auto* over = std::get_if<Closed>(&event)) {
        closed_ = std::move(*over);
        if (closed_.was_open) entity_->closing(false, now);
    } else {
        take(event, now);
    }
}

void Host::on_taken(Instant now) {
    const stream::Stream& stream = wire_->stream();
    if (stream.is_managed() && stream.is_open()) entity_->acknowledged(stream.stanzas_acknowledged(), now);
}

void Host::session_began(std::string_view address) {
    backoff_.reset();
    last_trouble_.clear();
    had_session_ = true;
    log(LogLevel::info, fmt::format("Connected to {} as {}.", wire_->transport().description(), address));
}

void Host::on_written(Instant now) {
    if (wire_->stream().is_open()) entity_->wrote(wire_->stream().stanzas_written(), now);
}

void Host::on_finished() {
    if (has_ended_) return;
    const auto self = shared_from_this();
    const Closed over = std::exchange(closed_, {});
    const Instant now = Clock::now();
    stream::Stream& stream = wire_->stream();
    at_worst_twice([&] {
        if (!over.was_open) return;
        if (stream.is_managed()) entity_->acknowledged(stream.stanzas_acknowledged(), now);
        entity_->wrote(stream.stanzas_written(), now);
    });
    at_worst_twice([&] { keep_session(stream); });
    unsent_ = {};
    if (carries_unsent()) at_worst_twice([&] { unsent_ = stream.take_unsent(); });
    const bool unanswered =
        over.cause == stream::CloseCause::connection_lost || over.cause == stream::CloseCause::timed_out;
    if (!over.was_open && unanswered) ghosts_.lost_unanswered(now);
    Verdict verdict;
    at_worst_twice([&] { verdict = judge(over); });
    const auto old = std::exchange(wire_, nullptr);
    at_worst_twice([&] { lose(verdict, over.was_open, over.proven); });
}

// ---- Link ----

[[gnu::hot]] std::error_code Host::transmit(Stanza& stanza) {
    if (const std::error_code refused = wire_->stream().send(stanza)) return refused;
    wire_->touched();
    return no_error;
}

[[gnu::hot]] void Host::transmitted(const Stanza& stanza) {
    if (common_.traffic) show(Direction::out, stanza.element());
}

bool Host::show(Direction direction, xml::ElementView element) {
    const auto self = shared_from_this();  // it may let go of us
    show_traffic(common_.traffic, direction, element, common_.log);
    return !has_ended_;
}

// ---- between ----

// The entity's deadline needs a timer between connections, too.
void Host::touched() {
    if (wire_ != nullptr) return wire_->touched();
    if (has_ended_ || executor_ == asio::any_io_executor()) return;
    const Instant next = entity_->deadline();
    if (next == never) return;
    at_worst_twice([&] {
        if (idle_timer_ == nullptr) idle_timer_ = std::make_unique<asio::steady_timer>(executor_);
        idle_timer_->expires_at(next);
        idle_timer_->async_wait([this, self = shared_from_this()](boost::system::error_code error) {
            if (error || has_ended_ || wire_ != nullptr) return;
            at_worst_twice([this] { entity_->expire(Clock::now()); });
            touched();
        });
    });
}

void Host::log(LogLevel level, std::string_view sentence) const {
    if (common_.log) common_.log(level, sentence);
}

}  // namespace rondel::net
