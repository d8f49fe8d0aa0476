#include "tests/simulator/timeline.hpp"

#include <algorithm>

namespace rondel::simulator {

void Timeline::at(Instant when, std::function<void()> call) {
    calls_.push_back({std::max(when, now_), ++number_, std::move(call)});
    std::push_heap(calls_.begin(), calls_.end());
}

bool Timeline::step(Instant until) {
    if (calls_.empty() || calls_.front().when > until) {
        now_ = std::max(now_, until);
        return false;
    }
    std::pop_heap(calls_.begin(), calls_.end());
    const Call next = std::move(calls_.back());
    calls_.pop_back();
    now_ = next.when;
    next.call();
    return true;
}

void Timeline::note(std::uint64_t what) {
    for (const auto part : {what, static_cast<std::uint64_t>(now_.time_since_epoch().count())})
        fingerprint_ = (fingerprint_ ^ part) * 1099511628211U;
}

}  // namespace rondel::simulator
