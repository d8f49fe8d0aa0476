// From the stream to the owner: one event after the other, for as long as the owner wants to read, so that stanza and
// handler share a warm cache. Inside the floor.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/net/connection_owner.hpp"
#include "rondel/stream/event.hpp"
#include "rondel/stream/stream.hpp"

#include <cstddef>
#include <new>
#include <optional>
#include <utility>
#include <variant>

namespace rondel::net {

// Threads: one. An owner that is gone is null, which it may become in any call to it.
class Delivery {
  public:
    // With `in_any_case`, whether the owner wants to read or not. Each event is looked at before it is handed over.
    template <class Look>
    [[gnu::hot]] void run(stream::Stream& stream, ConnectionOwner* const& owner, bool in_any_case, Instant now,
                          const Look& look) {
        is_drained_ = false;
        events_ = 0;
        while (owner != nullptr && (in_any_case || owner->wants_to_read())) {
            std::optional<stream::Event> event = next(stream);
            if (!event) {
                is_drained_ = true;
                break;
            }
            look(*event);
            hand_over(*event, *owner, now);
            ++events_;
        }
    }
    bool is_drained() const { return is_drained_; }  // the stream has no event left in the bytes that it was given
    std::size_t events() const { return events_; }   // of the last run
    void tell(stream::Stream& stream, ConnectionOwner* const& owner, Instant now) {
        if (owner != nullptr && is_drained_) owner->on_taken(now);
        if (owner != nullptr && listening_ != is_drained_) stream.listening(listening_ = is_drained_, now);
    }

    // What memory ended at, since this was asked last (docs/decisions/0009-memory.md).
    stream::Untaken untaken() { return std::exchange(untaken_, stream::Untaken::nothing); }

  private:
    std::optional<stream::Event> next(stream::Stream& stream) {
        try {
            return stream.next_event();
        } catch (const std::bad_alloc&) {
            untaken_ = stream::Untaken::unread;
            throw;
        }
    }

    void hand_over(stream::Event& event, ConnectionOwner& owner, Instant now) {
        try {
            owner.on_event(event, now);
        } catch (const std::bad_alloc&) {
            if (std::holds_alternative<stream::Opened>(event)) untaken_ = stream::Untaken::opening;
            if (std::holds_alternative<stream::Received>(event)) untaken_ = stream::Untaken::stanza;
            throw;
        }
    }

    std::size_t events_ = 0;
    bool is_drained_ = false;
    bool listening_ = true;  // what the stream believes of us
    stream::Untaken untaken_ = stream::Untaken::nothing;
};

}  // namespace rondel::net
