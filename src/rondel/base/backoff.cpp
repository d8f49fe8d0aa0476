#include "rondel/base/backoff.hpp"

#include <algorithm>
#include <limits>

namespace rondel {

namespace {

Duration half_as_long_again(Duration window, Duration cap) {
    const Duration more = std::max(window / 2, Duration(1));
    return window >= cap - more ? cap : window + more;
}

}  // namespace

Backoff::Backoff(Duration first, Duration cap)
    : first_(std::max(first, Duration::zero())),
      cap_(std::max(cap, Duration::zero())),
      window_(std::min(first_, cap_)) {}

Duration Backoff::next(const Uniform& uniform) {
    if (attempts_ == 0) place_ = uniform();
    const Duration into = random_duration(window_, [this] { return place_; });
    // Never beyond the longest, which what is left of the one before and the share of this one cannot pass but by
    // rounding.
    const Duration delay = into > window_ - rest_ ? window_ : rest_ + into;
    rest_ = window_ - into;
    if (window_ > Duration::zero()) window_ = half_as_long_again(window_, cap_);
    if (attempts_ < std::numeric_limits<unsigned>::max()) ++attempts_;
    return delay;
}

}  // namespace rondel
