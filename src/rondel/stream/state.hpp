// Where a stream stands, and every way from one place to another. Both sides of every kind of stream go the same way.
#pragma once

#include <string_view>

namespace rondel::stream {

enum class State {
    idle,             // before start()
    awaiting_header,  // of the peer
    negotiating,      // who we are, and what the stream is to be: the steps of it are those of each kind of stream
    awaiting_tls,     // the transport is being secured: nothing is said, and nothing plain is taken
    awaiting_reason,  // the component: the server's header has no id to make a digest of, so an error should follow
    open,             // stanzas may be sent
    closing,          // we said </stream:stream>: nothing more is sent, but what comes is still taken (RFC 6120 §4.4)
    ended,            // Closed is due
    over,             // Closed has been reported
};
std::string_view to_string(State state);

enum class Turn {
    started,
    greeted,
    greeted_without_id,
    restarted,  // a new header of both sides on the same connection (RFC 6120 §4.3.3)
    tls_wanted,
    secured,
    opened,  // negotiation is over
    closed_by_us,
    ended,
    reported
};

// Throws std::logic_error for a turn that cannot be taken there: a fault of this floor, whatever the peer sends.
State after(State state, Turn turn);

// Whether the peer is listened to.
constexpr bool is_live(State state) { return state != State::idle && state != State::ended && state != State::over; }
constexpr bool is_opening(State state) {
    return state == State::awaiting_header || state == State::negotiating || state == State::awaiting_reason ||
           state == State::awaiting_tls;
}

}  // namespace rondel::stream
