// Deadlines. Not for other floors.
#pragma once

#include "rondel/base/time.hpp"

namespace rondel::stream {

// `delay` after `instant`: never, if the delay is zero (which turns a thing off) or ends past the end of time.
constexpr Instant later(Instant instant, Duration delay) {
    return delay <= Duration::zero() || delay > never - instant ? never : instant + delay;
}

}  // namespace rondel::stream
