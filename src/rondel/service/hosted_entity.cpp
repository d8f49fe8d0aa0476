#include "rondel/service/hosted_entity.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/service/entity_state.hpp"

#include <fmt/format.h>

namespace rondel {

HostedEntity::HostedEntity(Jid address, const boost::asio::any_io_executor& executor, EntityOptions options,
                           LogSink log)
    : Entity(std::make_shared<State>(std::move(address), executor, std::move(options), std::move(log))) {}

HostedEntity::~HostedEntity() {
    state_->silent = true;
    state_->link = nullptr;
    state_->on_wants_to_read = nullptr;
    state_->on_deadline = nullptr;
    state_->on_drained = nullptr;
    state_->on_unhandled = nullptr;
    state_->clock = nullptr;
    stop(state_->now);
    if (state_->depth > 0) state_->keep = state_;  // destroyed by its own handler
}

Entity& HostedEntity::self() { return state_->face; }

void HostedEntity::clock(std::function<Instant()> now) { state_->clock = std::move(now); }

void HostedEntity::connected(Instant now) {
    const State::Call call(*state_, now);
    state_->connected();
}

void HostedEntity::opened(Link& link, Instant now) {
    const State::Call call(*state_, now);
    state_->opened(link);
}

void HostedEntity::closing(bool for_good, Instant now) {
    const State::Call call(*state_, now);
    state_->closing(for_good);
}

void HostedEntity::lost(const Lost& lost, bool proven, std::size_t kept, Instant now) {
    const State::Call call(*state_, now);
    state_->lost(lost, proven, kept);
}

void HostedEntity::rename(Jid address) { state_->address = std::move(address); }

void HostedEntity::suspended(const Lost& lost, Instant now) {
    const State::Call call(*state_, now);
    state_->suspend(lost);
}

void HostedEntity::resumed(Link& link, Instant now) {
    const State::Call call(*state_, now);
    state_->resume(link);
}

void HostedEntity::forsaken(std::optional<std::size_t> handled, Instant now) {
    const State::Call call(*state_, now);
    state_->forsake(handled);
}

void HostedEntity::acknowledged(std::uint64_t stanzas, Instant now) {
    const State::Call call(*state_, now);
    state_->tell(state_->transit.acknowledge(stanzas));
    state_->flush();  // after a resumption it may count for more than was said to be written
}

// receive() is in receiving.cpp, of which it is a part.

void HostedEntity::refused(ElementView element, std::error_code why, Instant now) {
    const State::Call call(*state_, now);
    state_->ledger.receive();
    state_->ledger.refuse();
    if (state_->log_sink && state_->may_complain())
        state_->log(LogLevel::info,
                    fmt::format("Refused a stanza from {}: {}",
                                sanitize_for_log(element.attribute_or("from", "nobody")), why.message()));
}

void HostedEntity::on_unhandled(std::function<void(const Stanza&)> call) { state_->on_unhandled = std::move(call); }

void HostedEntity::wrote(std::uint64_t stanzas, Instant now) {
    const State::Call call(*state_, now);
    state_->transit.wrote(stanzas);
    state_->flush();
}

[[gnu::hot]] bool HostedEntity::wants_to_read() const {
    const bool reads = state_->readable();
    state_->reading_held = !reads;
    return reads;
}

void HostedEntity::on_wants_to_read(std::function<void()> call) { state_->on_wants_to_read = std::move(call); }

void HostedEntity::expire(Instant now) {
    const State::Call call(*state_, now);
    state_->expire();
}

Instant HostedEntity::deadline() const { return state_->told_deadline = state_->deadline(); }

void HostedEntity::on_deadline(std::function<void()> call) { state_->on_deadline = std::move(call); }

void HostedEntity::drain(Instant now) {
    const State::Call call(*state_, now);
    state_->draining = true;
    state_->told_drained = state_->drained();
}

bool HostedEntity::drained() const { return state_->draining && state_->drained(); }

void HostedEntity::on_drained(std::function<void()> call) { state_->on_drained = std::move(call); }

void HostedEntity::stop(Instant now) {
    const State::Call call(*state_, now);
    state_->stop();
}

}  // namespace rondel
