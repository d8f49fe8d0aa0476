// Whether a connection that has nothing to read looks once more before it sleeps
// (docs/decisions/0014-look-before-sleep.md). Inside the floor.
//
// To sleep, and to be woken, takes some microseconds. Where the next bytes come sooner than that, as from a server on
// the same machine that waits for each answer, it is quicker to look until they are there; and it takes hardly more of
// the processor than sleeping would. So that nobody looks in vain for long, it is done only after a row of short waits,
// and each time that it was in vain a row twice as long is asked for.
#pragma once

#include "rondel/base/time.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rondel::net {

class Patience {
  public:
    static constexpr Duration longest = std::chrono::microseconds(15);  // to look for; a wait up to that is a short one

    bool looks() const { return row_ >= asked_; }
    // There was nothing at first, and it has looked for so long now: whether it goes on.
    bool goes_on(Duration looked) {
        if (looked < longest) return true;
        asked_ = std::min(2 * asked_, most_asked);
        return false;
    }
    void found() { asked_ = least_asked; }

    void sleeps(Instant since) { since_ = since, waits_ = true; }  // when it began to wait
    void wakes(Instant now) {                                      // without that, it has not waited
        if (std::exchange(waits_, false)) row_ = now - since_ < longest ? std::min(row_ + 1, most_asked) : 0;
    }

  private:
    static constexpr int least_asked = 8;
    static constexpr int most_asked = 1024;

    int row_ = 0;  // of short waits, without a long one
    int asked_ = least_asked;
    Instant since_ = {};
    bool waits_ = false;
};

}  // namespace rondel::net
