// How long to wait before the next attempt, so that a thousand programs that lost the same server do not come back at
// the same moment (RFC 6120 §3.3), whenever it is that the server is there again.
//
// Time is cut into windows, one behind the other, each half as long again as the one before, up to a cap; there is one
// attempt in each. A program makes it at the same place of every window: say, three tenths into it. That place is drawn
// at random, anew after each success. So at any moment the attempts of many programs are spread evenly over the window,
// and whoever has not come back in this window comes back in the next: as evenly, and in order. Delays that are drawn
// one by one (“full jitter”) have not that property: who drew short ones tries often, and nearly all of them are there
// in the first second after the server is.
#pragma once

#include "rondel/base/random.hpp"
#include "rondel/base/time.hpp"

namespace rondel {

// A value; knows no clock.
class Backoff {
  public:
    // The first window, and the cap. RFC 6120 §3.3 wants the first delay between 0 and 60 seconds. Negative durations
    // count as zero; a cap below `first` wins.
    explicit Backoff(Duration first = std::chrono::seconds(5), Duration cap = std::chrono::minutes(2));

    // From the attempt that failed to the next one; the first time from the loss on. `uniform` is asked then.
    Duration next(const Uniform& uniform = random_uniform);
    void reset() { *this = Backoff(first_, cap_); }

    unsigned attempts() const { return attempts_; }    // since the start or the last reset
    Duration longest_next() const { return window_; }  // the upper end of what next() will give

    friend bool operator==(const Backoff&, const Backoff&) = default;

  private:
    Duration first_;
    Duration cap_;
    Duration window_;   // that of the next attempt
    double place_ = 0;  // in each window, from 0 to 1
    Duration rest_{};   // of the last window, behind its attempt
    unsigned attempts_ = 0;
};

}  // namespace rondel
