#include "rondel/base/backoff.hpp"

#include <algorithm>
#include <limits>

namespace rondel {

Backoff::Backoff(Duration first, Duration cap)
    : first_(std::max(first, Duration::zero())), cap_(std::max(cap, Duration::zero())) {}

Duration Backoff::longest_next() const {
    Duration longest = std::min(first_, cap_);
    for (unsigned i = 0; i < attempts_ && longest < cap_ && longest > Duration::zero(); ++i)
        longest = longest > cap_ / 2 ? cap_ : longest * 2;
    return longest;
}

Duration Backoff::next(const Uniform& uniform) {
    const Duration delay = random_duration(longest_next(), uniform);
    if (attempts_ < std::numeric_limits<unsigned>::max()) ++attempts_;
    return delay;
}

}  // namespace rondel
