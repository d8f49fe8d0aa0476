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
            if (state == State::awaiting_header) return State::negotiating;
            break;
        case Turn::greeted_without_id:
            if (state == State::awaiting_header) return State::awaiting_reason;
            break;
        case Turn::restarted:
            if (state == State::negotiating) return State::awaiting_header;
            break;
        case Turn::tls_wanted:
            if (state == State::negotiating) return State::awaiting_tls;
            break;
        case Turn::secured:
            if (state == State::awaiting_tls) return State::awaiting_header;
            break;
        case Turn::opened:
            if (state == State::negotiating) return State::open;
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
        case State::negotiating:
            return "negotiating";
        case State::awaiting_tls:
            return "awaiting_tls";
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
