// Connections of our own that were lost before they had an answer. What we said there may still lie with the server:
// when it reads that at last, it takes our ghost for a newcomer of our name, and where newcomers win, it ends the
// session that we have meanwhile with <conflict/>. (Found by the simulator: a server that did not read for sixteen
// seconds.)
#pragma once

#include "rondel/base/time.hpp"

#include <cstddef>
#include <vector>

namespace rondel::stream {

// A value.
class OwnGhosts {
  public:
    void lost_unanswered(Instant now) {
        if (ghosts_.size() == most) ghosts_.erase(ghosts_.begin());
        ghosts_.push_back(now);
    }
    // A session has ended with <conflict/>: true if that may have been one of these. Each may have done it once, so
    // that two programs of one name do not take turns for ever.
    bool may_have_done_it(Instant now) {
        std::erase_if(ghosts_, [now](Instant lost) { return now - lost > lasting; });
        if (ghosts_.empty()) return false;
        ghosts_.erase(ghosts_.begin());
        return true;
    }

  private:
    static constexpr Duration lasting = std::chrono::minutes(2);
    static constexpr std::size_t most = 3;
    std::vector<Instant> ghosts_;  // when each was lost
};

}  // namespace rondel::stream
