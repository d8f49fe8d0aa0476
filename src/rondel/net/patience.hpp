// Whether a connection that has nothing to read looks once more before it sleeps
// (docs/decisions/0014-look-before-sleep.md, 0022-as-long-as-a-wake-up.md). Inside the floor.
//
// To sleep, and to be woken, takes from a few microseconds to some dozens, as the machine is. Where the next bytes come
// sooner than that, as from a server on the same machine that waits for each answer, it is quicker to look until they
// are there; and it takes hardly more of the processor than sleeping would. How soon they come cannot be known from
// waits that were slept through. So after a row of short ones it tries: what it finds must come that much sooner. Each
// time that it looked in vain a row twice as long is asked for.
#pragma once

#include "rondel/base/time.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rondel::net {

class Patience {
  public:
    static constexpr Duration longest = std::chrono::microseconds(100);  // to look for; a wait up to that is short
    static constexpr Duration brief = std::chrono::microseconds(15);     // to look for so long is always right

    bool looks() const { return row_ >= asked_; }
    // There was nothing at first, and it has looked for so long now: whether it goes on.
    bool goes_on(Duration looked) {
        if (looked < bound_) return true;
        in_vain();
        return false;
    }
    void found(Duration after) {
        if (after <= brief) asked_ = trial;
        looked_ += after;
        if (++found_ < trial) return;
        const Duration mean = std::exchange(looked_, {}) / std::exchange(found_, 0);
        if (mean > brief && 5 * mean > 4 * usual_) return in_vain();
        asked_ = trial;
    }

    void sleeps(Instant since) { since_ = since, waits_ = true; }  // when it began to wait
    void wakes(Instant now) {                                      // without that, it has not waited
        if (!std::exchange(waits_, false)) return;
        const Duration waited = now - since_;
        if (waited >= longest) return begin_row();
        slept_ += waited;
        if (++row_ < asked_) return;
        usual_ = slept_ / row_;
        bound_ = std::clamp(2 * usual_, brief, longest);
    }

  private:
    static constexpr int trial = 8;  // finds, and waits of the first row
    static constexpr int most_asked = 1024;

    void in_vain() {
        asked_ = std::min(2 * asked_, most_asked);
        begin_row();
    }
    void begin_row() {
        row_ = 0, found_ = 0;
        slept_ = looked_ = {};
    }

    int row_ = 0;  // of short waits, without a long one
    int asked_ = trial;
    int found_ = 0;         // while it looked
    Duration slept_ = {};   // in the waits of this row
    Duration looked_ = {};  // until it had found these
    Duration usual_ = {};   // a wait of the row that has led to looking
    Duration bound_ = {};
    Instant since_ = {};
    bool waits_ = false;
};

}  // namespace rondel::net
