#include "rondel/stream/stream.hpp"

#include "rondel/stream/core.hpp"

#include <utility>

namespace rondel::stream {

Stream::Stream(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Stream::~Stream() = default;

void Stream::start(Instant now) { core_->start(now); }
void Stream::secured(TlsFacts facts, Instant now) { core_->secured(std::move(facts), now); }
void Stream::receive(std::string_view bytes, Instant now) { core_->receive(bytes, now); }
void Stream::peer_closed(Instant now) { core_->peer_closed(now); }
void Stream::close(Instant now) { core_->close(std::nullopt, now); }
void Stream::close(const StreamError& error, Instant now) { core_->close(error, now); }
void Stream::break_off(Untaken untaken, std::string why, Instant now) {
    core_->break_off(untaken, std::move(why), now);
}
void Stream::expire(Instant now) { core_->expire(now); }
Instant Stream::deadline() const { return core_->deadline(); }
void Stream::listening(bool on, Instant now) { core_->listening(on, now); }
[[gnu::hot]] std::optional<Event> Stream::next_event() { return core_->next_event(); }
[[gnu::hot]] std::error_code Stream::send(const Stanza& stanza) { return core_->send(stanza); }
void Stream::watch_sent(std::function<void(const Stanza&)> call) { core_->watch_sent(std::move(call)); }
void Stream::adopt(Unsent unsent) { core_->adopt(std::move(unsent)); }
std::string_view Stream::output() const { return core_->bytes_to_write(); }
void Stream::wrote(std::size_t bytes) { core_->output().wrote(bytes); }
[[gnu::hot]] std::size_t Stream::backlog() const { return core_->output().bytes().size(); }
std::uint64_t Stream::stanzas_sent() const { return core_->stanzas_sent(); }
std::uint64_t Stream::stanzas_written() const { return core_->stanzas_written(); }
std::uint64_t Stream::stanzas_acknowledged() const { return core_->stanzas_acknowledged(); }
bool Stream::is_managed() const { return core_->is_managed(); }
Unsent Stream::take_unsent() { return core_->take_unsent(); }
bool Stream::is_open() const { return core_->is_open(); }

}  // namespace rondel::stream
