// Whether a connection that has nothing to read pauses, rather than to be woken by the next bytes
// (docs/decisions/0021-gathering.md). Inside the floor.
//
// A server that sends each stanza by itself wakes whoever reads for each, which costs more than the stanza. Where they
// come that fast, a pause gathers a few of them, and is short beside the time for which they were under way. But a peer
// that waits for each answer would be slowed down by it. So what comes with pauses is held against what came without:
// where it is less, somebody waits, and there are no more of them.
#pragma once

#include "rondel/base/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace rondel::net {

class Gathering {
  public:
    static constexpr int least_pieces = 3;          // for a pause, of what came without
    static constexpr std::size_t small = 4 * 1024;  // bytes of a piece: larger ones are worth being woken

    explicit Gathering(Duration pause) : pause_(pause) {}  // zero: never

    void was_read(std::size_t bytes) { bytes_ += bytes; }

    // There is nothing to read: whether it pauses. Else it is to be told of the next bytes.
    bool pauses(Instant now) {
        if (pause_ == Duration::zero()) return false;
        return gathers_ ? goes_on(now) : begins(now);
    }

  private:
    static constexpr int window = 256;  // waits in a row, by which it knows what comes
    static constexpr int most_rest = 256 * window;
    static constexpr int worth_it = 256;      // pauses: who had so many was right to begin
    static constexpr int most_pauses = 1024;  // before it looks anew what comes without

    double pauses_since(Instant then, Instant now) const {
        return std::chrono::duration<double>(now - then) / std::chrono::duration<double>(pause_);
    }

    bool begins(Instant now) {
        if (++waits_ == 0) since_ = now, bytes_ = 0;
        if (waits_ < window) return false;
        const double pauses = pauses_since(since_, now);
        usual_bytes_ = static_cast<double>(bytes_) / pauses;
        gathers_ = window >= least_pieces * pauses && bytes_ <= window * small;
        since_ = now, bytes_ = 0;
        waits_ = 0;
        had_ = 0, seen_ = 0;
        return gathers_;
    }

    // Nine tenths of what came without must come with them; what two pauses bring may be late.
    bool goes_on(Instant now) {
        const double to_come = usual_bytes_ * (0.9 * pauses_since(since_, now) - 2);
        if (static_cast<double>(bytes_) < to_come || ++had_ >= most_pauses) return end(), false;
        // After a pause in which nothing came, whoever sends may be done.
        return std::exchange(seen_, bytes_) != bytes_;
    }

    void end() {
        gathers_ = false;
        rest_ = had_ >= worth_it ? 0 : std::min(2 * rest_ + window, most_rest);
        waits_ = -1 - rest_;
    }

    Duration pause_;
    bool gathers_ = false;
    int waits_ = -1;  // in this row; below zero, it rests
    int rest_ = 0;    // waits without a look at them; twice as many each time that pauses did harm
    int had_ = 0;     // pauses
    Instant since_ = {};
    std::size_t bytes_ = 0;   // since then
    std::size_t seen_ = 0;    // of these, before the last pause
    double usual_bytes_ = 0;  // that come without in the time of a pause
};

}  // namespace rondel::net
