#include "tests/simulator/program.hpp"

#include <utility>

#include <fmt/format.h>

namespace rondel::simulator {

using stream::CloseCause;
using stream::StreamCondition;

Program::Program(World& world, Network& network, DoorKind door, const Jid& address, Router router,
                 ProgramOptions options)
    : world_(world),
      network_(network),
      door_(door),
      options_(std::move(options)),
      backoff_(options_.reconnect_first, options_.reconnect_most),
      entity_(std::make_unique<HostedEntity>(address, world.loop.executor(), options_.entity,
                                             [this](LogLevel, std::string_view line) { world_.say(line); })) {
    entity_->clock([this] { return world_.time.now(); });
    entity_->on_wants_to_read([this] { touched(); });
    entity_->on_deadline([this] { touched(); });
    entity_->take(std::move(router));
}

Program::~Program() {
    *alive_ = false;
    wire_.reset();
}

// ---- as net::Host ----

void Program::connect() {
    const std::uint64_t attempt = ++attempt_;
    const auto mine = [this, alive = std::weak_ptr(alive_), attempt] {
        return !alive.expired() && !ended_ && attempt_ == attempt;
    };
    world_.time.after(options_.connect_timeout, [this, mine] {
        if (mine() && wire_ == nullptr) ++attempt_, lose(false, false, "Connecting took too long.");
    });
    network_.connect(door_, [this, mine](std::shared_ptr<Line> line) {
        if (mine() && line != nullptr) return begin(std::move(line));
        if (line != nullptr) return line->close(Side::caller);
        if (mine()) ++attempt_, lose(false, false, "Connection refused.");
    });
}

void Program::begin(std::shared_ptr<Line> line) {
    ++connects_;
    auto stream = make_stream();
    stream->adopt(std::exchange(unsent_, {}));
    wire_ = std::make_unique<Carrier>(world_.time, std::move(line), Side::caller, std::move(stream),
                                      static_cast<net::ConnectionOwner&>(*this), options_.carrying);
    wire_->start();
}

void Program::drain() {
    if (std::exchange(draining_, true) || ended_) return;
    entity_->on_drained([this] {
        world_.time.soon([this, alive = std::weak_ptr(alive_)] {
            if (!alive.expired()) close();
        });
    });
    entity_->drain(world_.time.now());
    if (entity_->drained()) close();
}

void Program::close() {
    if (ended_ || std::exchange(closing_, true)) return;
    if (wire_ == nullptr) {
        ended_ = true;
        return entity_->stop(world_.time.now());
    }
    entity_->closing(true, world_.time.now());
    wire_->stream().close(world_.time.now());
    wire_->touched();
}

void Program::lose(bool had_session, bool proven, const std::string& why) {
    const bool again = !closing_;
    if (!again) {
        unsent_ = {};
        forget_session();
    }
    const Lost told{why, had_session, !again};
    const Instant now = world_.time.now();
    if (session_is_kept())
        entity_->suspended(told, now);
    else
        entity_->lost(told, proven, unsent_.stanzas(), now);
    if (!again) {
        ended_ = true;
        return entity_->stop(now);
    }
    world_.time.after(backoff_.next([this] { return world_.chance.uniform(); }), [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired() && !ended_ && !closing_ && wire_ == nullptr) connect();
    });
    touched();
}

bool Program::gives_up_on(const stream::Closed& over) {
    const bool unanswered = over.cause == CloseCause::connection_lost || over.cause == CloseCause::timed_out;
    if (!over.was_open && unanswered) ghosts_.lost_unanswered(world_.time.now());
    if (!over.error) return false;
    if (over.cause == CloseCause::refused && over.error->condition != StreamCondition::conflict) return true;
    return over.error->condition == StreamCondition::conflict && over.was_open &&
           !ghosts_.may_have_done_it(world_.time.now());
}

void Program::on_event(stream::Event& event, Instant now) {
    if (auto* received = std::get_if<stream::Received>(&event)) {
        entity_->receive(std::move(received->stanza), now);
    } else if (auto* refused = std::get_if<stream::Refused>(&event)) {
        world_.books.fault(fmt::format("A stanza was refused: {}", refused->why.message()));
        entity_->refused(refused->element, refused->why, now);
    } else if (std::holds_alternative<stream::Connected>(event)) {
        entity_->connected(now);
    } else if (auto* session = std::get_if<stream::Opened>(&event)) {
        backoff_.reset();
        opened(*session, now);
    } else if (auto* over = std::get_if<stream::Closed>(&event)) {
        closed_ = std::move(*over);
        if (closed_.was_open) entity_->closing(false, now);
    } else {
        take(event, now);
    }
}

void Program::on_taken(Instant now) {
    const stream::Stream& stream = wire_->stream();
    if (stream.is_managed() && stream.is_open()) entity_->acknowledged(stream.stanzas_acknowledged(), now);
}

void Program::on_written(Instant now) {
    if (wire_->stream().is_open()) entity_->wrote(wire_->stream().stanzas_written(), now);
}

void Program::on_finished() {
    const stream::Closed over = std::exchange(closed_, {});
    const Instant now = world_.time.now();
    stream::Stream& stream = wire_->stream();
    if (over.was_open) {
        if (stream.is_managed()) entity_->acknowledged(stream.stanzas_acknowledged(), now);
        entity_->wrote(stream.stanzas_written(), now);
    }
    keep_session(stream);
    unsent_ = carries_unsent() ? stream.take_unsent() : stream::Unsent();
    if (!over.was_open) wire_->line().forgo_read(Side::caller);
    if (gives_up_on(over)) world_.books.fault("A program would have given up: " + over.why);
    world_.say(fmt::format("{}: {}", entity_->address().str(), over.why));
    const auto old = std::exchange(wire_, nullptr);
    lose(over.was_open, over.proven, over.why);
}

std::error_code Program::transmit(Stanza& stanza) {
    if (const std::error_code refused = wire_->stream().send(stanza)) return refused;
    wire_->touched();
    return {};
}

void Program::after(Duration delay, std::function<void()> call) {
    world_.time.after(delay, [this, alive = std::weak_ptr(alive_), call = std::move(call)] {
        if (!alive.expired() && !ended_) call();
    });
}

void Program::touched() {
    if (wire_ != nullptr) return wire_->touched();
    const Instant next = entity_->deadline();
    if (ended_ || next >= armed_for_) return;
    armed_for_ = next;
    world_.time.at(next, [this, next, alive = std::weak_ptr(alive_)] {
        if (alive.expired() || armed_for_ != next) return;
        armed_for_ = never;
        if (ended_) return;
        if (wire_ == nullptr) entity_->expire(world_.time.now());
        touched();
    });
}

// ---- as net::Client ----

ClientProgram::ClientProgram(World& world, Network& network, const Jid& account, std::string resource, Router router,
                             ProgramOptions options, stream::ClientStreamOptions stream)
    : Program(world, network, DoorKind::clients, account, std::move(router), std::move(options)),
      account_(account),
      resource_(std::move(resource)),
      stream_(std::move(stream)) {}

std::unique_ptr<stream::Stream> ClientProgram::make_stream() {
    return std::make_unique<stream::ClientStream>(stream::ClientIdentity{account_, resource_, "secret", token_, {}},
                                                  stream_, std::exchange(resumption_, std::nullopt));
}

void ClientProgram::opened(const stream::Opened& session, Instant now) {
    entity().rename(session.address);
    if (session.resumed) {
        session_resumed();
        entity().resumed(*this, now);
        return entity().acknowledged(stream().stanzas_acknowledged(), now);
    }
    session_began();
    entity().opened(*this, now);
    appear(this->session());
}

// A queue that was filled while there was no session turns even this away; and without it nobody sees us.
void ClientProgram::appear(std::uint16_t in_session) {
    if (in_session != session() || entity().self().send(Presence(PresenceType::available))) return;
    after(std::chrono::seconds(1), [this, in_session] { appear(in_session); });
}

void ClientProgram::take(stream::Event& event, Instant now) {
    if (const auto* failed = std::get_if<stream::ResumptionFailed>(&event))
        entity().forsaken(failed->handled, now);
    else if (const auto* granted = std::get_if<stream::TokenGranted>(&event))
        token_ = granted->token;
}

bool ClientProgram::keep_session(stream::Stream& over) {
    resumption_ = static_cast<stream::ClientStream&>(over).take_resumption();
    return resumption_.has_value();
}

}  // namespace rondel::simulator
