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
#include <utility>

namespace rondel {

// Owns: the jobs that wait.   Threads: one.
class Turns {
  public:
    bool empty() const { return turns_.empty(); }
    bool taken(std::string_view peer) const { return !turns_.empty() && turns_.contains(peer); }
    void begin(std::string_view peer);  // precondition: !taken(peer)

    // For one more behind what waits already; false: the peer has its share (`each` running or waiting), or, having
    // something waiting, would take more than its share of `bytes`.
    bool make_room(const Job& job, std::size_t each, std::size_t bytes);
    void wait(std::unique_ptr<Job> job);  // there is room

    // The turn is over; it is passed on by next(). Needs no memory: where that ended, turns must not end with it.
    void end(std::string_view peer);
    bool any_ended() const { return first_ended_ != nullptr; }
    // Whose turn it is now, behind the one that ended first; nullptr: nobody waits behind any. Peers for whom nobody
    // waits are forgotten.
    std::unique_ptr<Job> next();

    std::size_t waiting() const { return waiting_; }
    void clear();

  private:
    struct Turn;
    using OfPeer = std::pair<const std::string, Turn>;  // stays where it is
    struct Turn {
        Ring<std::unique_ptr<Job>> waiting;
        OfPeer* next_ended = nullptr;
    };

    std::unordered_map<std::string, Turn, TextHash, std::equal_to<>> turns_;
    OfPeer* first_ended_ = nullptr;
    OfPeer* last_ended_ = nullptr;
    std::size_t waiting_ = 0;
    std::size_t waiting_bytes_ = 0;
};

}  // namespace rondel
