// A rate with bursts, as a token bucket: so many at once, then so many in a second. Of stanzas, or of bytes.
#pragma once

#include "rondel/base/time.hpp"

#include <algorithm>
#include <cstdint>

namespace rondel {

struct RateLimit {
    std::uint32_t per_second = 0;  // 0: no limit
    std::uint32_t burst = 1;       // at once, after a pause; at least 1
};

// A value.   Threads: one at a time.
class Rate {
  public:
    explicit Rate(RateLimit limit)
        : step_(limit.per_second == 0
                    ? Duration::zero()
                    : std::chrono::duration_cast<Duration>(std::chrono::seconds(1)) / limit.per_second),
          ahead_(step_ * (std::max(limit.burst, 1U) - 1)) {}

    bool is_limited() const { return step_ != Duration::zero(); }
    void took_one(Instant now) { took(1, now); }
    // More than may come at once may be taken where it cannot be divided: then it is longer until the next.
    void took(std::uint64_t count, Instant now) {
        paid_until_ = std::max(paid_until_, now) + step_ * static_cast<Duration::rep>(count);
    }
    Instant next() const { return paid_until_ - ahead_; }             // when another one may come
    bool is_rested(Instant now) const { return paid_until_ <= now; }  // as good as new

  private:
    Duration step_;
    Duration ahead_;  // what may be owed
    Instant paid_until_ = Instant(Duration::zero());
};

}  // namespace rondel
