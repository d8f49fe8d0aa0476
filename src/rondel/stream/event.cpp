#include "rondel/stream/event.hpp"

namespace rondel::stream {

std::string_view to_string(CloseCause cause) {
    switch (cause) {
        case CloseCause::closed_by_us:
            return "closed_by_us";
        case CloseCause::closed_by_peer:
            return "closed_by_peer";
        case CloseCause::connection_lost:
            return "connection_lost";
        case CloseCause::error_from_peer:
            return "error_from_peer";
        case CloseCause::error_from_us:
            return "error_from_us";
        case CloseCause::refused:
            return "refused";
        case CloseCause::timed_out:
            return "timed_out";
    }
    return {};
}

}  // namespace rondel::stream
