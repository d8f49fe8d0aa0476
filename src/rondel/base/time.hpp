// Time is an argument: nothing below net/ asks for it.
#pragma once

#include <chrono>

namespace rondel {

using Clock = std::chrono::steady_clock;  // monotonic; tests make their own instants
using Instant = Clock::time_point;
using Duration = Clock::duration;

inline constexpr Instant never = Instant::max();

}  // namespace rondel
