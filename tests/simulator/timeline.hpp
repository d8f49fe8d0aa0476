// The virtual clock, and everything that is to happen at a time. What happens at the same time happens in the order in
// which it was asked for, so that a run is the same each time.
#pragma once

#include "rondel/base/time.hpp"

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace rondel::simulator {

// Owns: the calls that are still to come.   Threads: one.
class Timeline {
  public:
    Timeline() = default;
    Timeline(const Timeline&) = delete;
    Timeline& operator=(const Timeline&) = delete;

    Instant now() const { return now_; }
    void at(Instant when, std::function<void()> call);  // the past is now
    void after(Duration delay, std::function<void()> call) { at(now_ + delay, std::move(call)); }
    void soon(std::function<void()> call) { at(now_, std::move(call)); }

    bool step(Instant until);  // the next call, if it is due by then; else the clock goes there: false
    std::size_t waiting() const { return calls_.size(); }

    // What happened so far, as one number: two runs of a seed have the same, or something but the seed had a say.
    void note(std::uint64_t what);
    std::uint64_t fingerprint() const { return fingerprint_; }

  private:
    struct Call {
        Instant when;
        std::uint64_t number = 0;
        std::function<void()> call;
        bool operator<(const Call& other) const {  // the earliest is the greatest: it stands first in the heap
            return std::pair(other.when, other.number) < std::pair(when, number);
        }
    };

    Instant now_{std::chrono::hours(24)};
    std::uint64_t number_ = 0;
    std::uint64_t fingerprint_ = 14695981039346656037U;
    std::vector<Call> calls_;
};

}  // namespace rondel::simulator
