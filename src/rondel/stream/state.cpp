#include "rondel/stream/state.hpp"

#include <stdexcept>
#include <string>

namespace rondel::stream {

State after(State state, Turn turn) {
    switch (turn) {
        case Turn::started:
            if (state == State::idle) return State::awaiting_header;
            break;
        case Turn::greeted:
            if (state == State::awaiting_header) return State::awaiting_handshake;
            break;
        case Turn::greeted_without_id:
            if (state == State::awaiting_header) return State::awaiting_reason;
            break;
        case Turn::authenticated:
            if (state == State::awaiting_handshake) return State::open;
            break;
        case Turn::closed_by_us:
            if (state == State::open) return State::closing;
            break;
        case Turn::ended:
            if (state == State::idle || is_live(state)) return State::ended;
            break;
        case Turn::reported:
            if (state == State::ended) return State::over;
            break;
    }
    throw std::logic_error("A stream that is " + std::string(to_string(state)) + " cannot take that turn.");
}

std::string_view to_string(State state) {
    switch (state) {
        case State::idle:
            return "idle";
        case State::awaiting_header:
            return "awaiting_header";
        case State::awaiting_handshake:
            return "awaiting_handshake";
        case State::awaiting_reason:
            return "awaiting_reason";
        case State::open:
            return "open";
        case State::closing:
            return "closing";
        case State::ended:
            return "ended";
        case State::over:
            return "over";
    }
    return {};
}

}  // namespace rondel::stream
