// Whether a connection that has nothing to read pauses, rather than to be woken by the next bytes
// (docs/decisions/0021-gathering.md). Inside the floor.
//
// A server that sends each stanza by itself wakes whoever reads for each, which costs more than the stanza. Where they
// come that fast, a pause gathers a few of them, and is short beside the time for which they were under way. But a peer
// that waits for each answer would be slowed down by it. So what comes with pauses is held against what came without,
// before and right after: where it is less than both, somebody waits, and there are no more of them.
#pragma once

#include "rondel/base/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace rondel::net {

class Gathering {
  public:
    static constexpr int pieces = 8;                // in a pause, of what came without
    static constexpr int least_pieces = 4;          // in the longest
    static constexpr int most_times = 6;            // the shortest pause is the longest
    static constexpr std::size_t small = 4 * 1024;  // bytes of a piece: larger ones are worth being woken

    explicit Gathering(Duration shortest) : shortest_(shortest), pause_(shortest) {}  // zero: never

    void was_read(std::size_t bytes) { bytes_ += bytes; }

    // There is nothing to read: whether it pauses. Else it is to be told of the next bytes.
    bool pauses(Instant now) {
        if (shortest_ == Duration::zero()) return false;
        return gathers_ ? goes_on(now) : begins(now);
    }
    Duration pause() const { return pause_; }  // how long, once it does

  private:
    static constexpr int window = 256;  // waits in a row, by which it knows what comes
    static constexpr int most_rest = 256 * window;
    static constexpr int worth_it = 256;      // pauses: who had so many was right to begin
    static constexpr int most_pauses = 1024;  // before it looks anew what comes without

    bool begins(Instant now) {
        if (++waits_ == 0) since_ = now, bytes_ = 0;
        if (waits_ < window) return false;
        usual_ = rate(now);
        if (std::exchange(doubts_, false) && 10 * with_ < 9 * usual_) return rest(now), false;
        const Duration between = (now - since_) / window, longest = most_times * shortest_;
        gathers_ = least_pieces * between <= longest && bytes_ <= window * small;
        pause_ = std::clamp(pieces * between, shortest_, longest);
        since_ = now, bytes_ = 0;
        waits_ = 0;
        had_ = 0, seen_ = 0;
        return gathers_;
    }

    // Nine tenths of what came without must come with them; what three pauses bring may be late. Whoever sends may have
    // become slower by itself: so less is but a doubt, and what comes without right after decides.
    bool goes_on(Instant now) {
        const double to_come = usual_ * (0.9 * seconds(now - since_) - 3 * seconds(pause_));
        doubts_ = static_cast<double>(bytes_) < to_come;
        if (doubts_ || ++had_ >= most_pauses) {
            gathers_ = false;
            with_ = rate(now);
            waits_ = -1;
            return false;
        }
        // After a pause in which nothing came, whoever sends may be done.
        return std::exchange(seen_, bytes_) != bytes_;
    }

    void rest(Instant now) {
        rest_ = had_ >= worth_it ? 0 : std::min(2 * rest_ + window, most_rest);
        waits_ = -rest_;
        since_ = now, bytes_ = 0;
    }

    static double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }
    double rate(Instant now) const { return static_cast<double>(bytes_) / seconds(now - since_); }

    Duration shortest_;
    Duration pause_;
    bool gathers_ = false;
    int waits_ = -1;  // in this row; below zero, it rests
    int rest_ = 0;    // waits without a look at them; twice as many each time that pauses did harm
    int had_ = 0;     // pauses
    Instant since_ = {};
    std::size_t bytes_ = 0;  // since then
    std::size_t seen_ = 0;   // of these, before the last pause
    double usual_ = 0;       // bytes in a second, without
    double with_ = 0;        // the same, with pauses
    bool doubts_ = false;    // whether they did harm
};

}  // namespace rondel::net
