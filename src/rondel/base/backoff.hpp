// How long to wait before the next attempt: exponential, with full jitter, so that a thousand programs that lost the
// same server do not come back at the same moment (RFC 6120 §3.3).
#pragma once

#include "rondel/base/random.hpp"
#include "rondel/base/time.hpp"

namespace rondel {

// The n-th delay in a row is even over [0, min(first * 2^(n-1), cap)]. A value; knows no clock.
class Backoff {
  public:
    // RFC 6120 §3.3 wants the first delay between 0 and 60 seconds. Negative durations count as zero; a cap below
    // `first` wins.
    explicit Backoff(Duration first = std::chrono::seconds(5), Duration cap = std::chrono::minutes(2));

    Duration next(const Uniform& uniform = random_uniform);
    void reset() { attempts_ = 0; }

    unsigned attempts() const { return attempts_; }  // since the start or the last reset
    Duration longest_next() const;                   // the upper end of what next() will give

    friend bool operator==(const Backoff&, const Backoff&) = default;

  private:
    Duration first_;
    Duration cap_;
    unsigned attempts_ = 0;
};

}  // namespace rondel
