// What befalls the lines and the server of a simulated world: at times, in places and of a sort that the seed decides.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "tests/simulator/server.hpp"
#include "tests/simulator/world.hpp"

namespace rondel::simulator {

enum class Fault : std::uint8_t {
    cut,          // reset, both learn of it soon
    cut_unseen,   // reset, one of the two learns only by itself
    cut_after,    // after so many bytes
    vanish_one,   // half-open, in one direction …
    vanish_both,  // … or in both
    stall,        // one side stops reading for a while
    trickle,      // one byte per second for a while
    end_half,     // one direction ends
    shut_down,    // the server, and it starts again
    kill,         // the same without a word
};
inline constexpr std::size_t fault_count = 10;
std::string_view to_string(Fault fault);

struct Climate {
    Duration least = std::chrono::milliseconds(100);  // from one fault to the next
    Duration most = std::chrono::seconds(20);
    std::array<unsigned, fault_count> weights = {8, 3, 6, 2, 2, 4, 1, 3, 1, 1};
    Duration longest_stall = std::chrono::seconds(20);
    Duration longest_outage = std::chrono::seconds(30);  // of the server
};

// Borrows: world and server.   Threads: one.
class Weather {
  public:
    Weather(World& world, Server& server, Climate climate);
    void begin();
    void end() { over_ = true; }  // no new faults; the server comes back if it was away
    std::size_t count(Fault fault) const { return counts_[static_cast<std::size_t>(fault)]; }
    std::size_t disconnects() const;
    void strike();  // with any of them
    void strike(Fault fault);

  private:
    void next();
    Fault draw();
    Side any_side() { return world_.chance.one_in(2) ? Side::caller : Side::server; }

    World& world_;
    Server& server_;
    const Climate climate_;
    std::array<std::size_t, fault_count> counts_{};
    bool over_ = false;
};

}  // namespace rondel::simulator
