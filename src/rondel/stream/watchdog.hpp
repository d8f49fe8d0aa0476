// Notices a silent peer, and keeps our own side from being silent (RFC 6120 §4.6). Knows durations; does nothing
// itself.
#pragma once

#include "rondel/base/time.hpp"

#include <cstdint>

namespace rondel::stream {

// A value.
class Watchdog {
  public:
    struct Times {
        Duration ping_after;    // of the peer's silence; zero: never
        Duration ping_timeout;  // after the ping, until the peer is given up
        Duration space_after;   // of our own silence; zero: never
    };
    enum class Due { nothing, ping, space, giving_up };

    explicit Watchdog(const Times& times) : times_(times) {}

    void start(Instant now, std::uint64_t said);
    void heard(Instant now) { heard_ = now, pinged_ = false; }  // any byte is a sign of life
    bool is_listening() const { return listening_; }
    void listening(bool on, Instant now);  // while we do not listen, the peer cannot be blamed for its silence

    Instant deadline() const;

    // What is to be done now; to be asked until it is nothing. `said` counts the bytes that we have said so far:
    // whether we were silent is only looked at here, so that sending needs no clock. A space so comes after one to two
    // times space_after.
    Due due(Instant now, std::uint64_t said);

  private:
    Instant silence_deadline() const;

    Times times_;
    bool started_ = false;
    bool listening_ = true;
    bool pinged_ = false;
    Instant heard_;
    Instant pinged_at_;
    Instant looked_at_said_;
    std::uint64_t said_ = 0;
};

}  // namespace rondel::stream
