// All chance of a simulated world, from one seed. The distributions are ours: those of the standard library may differ
// from one library to the next, and a seed has to mean the same everywhere.
#pragma once

#include "rondel/base/time.hpp"

#include <cstdint>
#include <random>

namespace rondel::simulator {

// A value.   Threads: one.
class Seeded {
  public:
    explicit Seeded(std::uint64_t seed) : engine_(seed) {}

    std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : engine_() % limit; }
    std::uint64_t between(std::uint64_t least, std::uint64_t most) { return least + below(most - least + 1); }
    bool one_in(std::uint64_t many) { return below(many) == 0; }
    double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }  // [0, 1)
    Duration up_to(Duration limit) {
        return Duration(static_cast<Duration::rep>(below(static_cast<std::uint64_t>(limit.count()) + 1)));
    }
    Duration between(Duration least, Duration most) { return least + up_to(most - least); }

  private:
    std::mt19937_64 engine_;
};

}  // namespace rondel::simulator
