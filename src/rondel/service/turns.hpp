// Turns: whose stanzas wait because a task of the same bare JID runs. Others never wait, and nothing is remembered of a
// peer that has no task running: presence of fifty thousand strangers leaves nothing behind.
#pragma once

#include "rondel/service/job.hpp"
#include "rondel/service/ring.hpp"
#include "rondel/service/rooms.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rondel {

// Owns: the jobs that wait.   Threads: one.
class Turns {
  public:
    bool empty() const { return turns_.empty(); }
    bool taken(std::string_view peer) const { return !turns_.empty() && turns_.contains(peer); }
    void begin(std::string_view peer);  // precondition: !taken(peer)

    // Behind what waits already; false: the peer has its share (`each` running or waiting), or, having something
    // waiting, would take more than its share of `bytes`.
    bool wait(std::unique_ptr<Job>& job, std::size_t each, std::size_t bytes);

    // The turn is over: the next one's, which has it now; nullptr: nobody waits, and the peer is forgotten.
    std::unique_ptr<Job> next(const std::string& peer);

    std::size_t waiting() const { return waiting_; }
    void clear();

  private:
    std::unordered_map<std::string, Ring<std::unique_ptr<Job>>, TextHash, std::equal_to<>> turns_;
    std::size_t waiting_ = 0;
    std::size_t waiting_bytes_ = 0;
};

}  // namespace rondel
