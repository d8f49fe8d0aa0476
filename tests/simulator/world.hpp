// What all parts of a simulated world share.
#pragma once

#include "rondel/service/loop.hpp"

#include <functional>
#include <memory>
#include <string>

#include "tests/simulator/books.hpp"
#include "tests/simulator/line.hpp"
#include "tests/simulator/seeded.hpp"
#include "tests/simulator/timeline.hpp"

namespace rondel::simulator {

// Owns: clock, chance, books.   Threads: one.
struct World {
    World(std::uint64_t seed, std::size_t most) : chance(seed), books(most) {}

    void run_until(Instant until) {
        do {
            while (loop.run_ready() != 0) continue;
        } while (time.step(until));
    }

    Seeded chance;
    Timeline time;
    Books books;
    Loop loop;
    std::function<void(std::string_view)> log = {};  // for whoever looks into a seed …
    bool shows_bytes = false;                        // … and what is written in it
    void say(std::string_view sentence) const {
        if (log) log(sentence);
    }
};

enum class DoorKind : std::uint8_t { components, clients };

// Makes lines to the server; nullptr where there is none.
class Network {
  public:
    virtual ~Network() = default;
    virtual void connect(DoorKind door, std::function<void(std::shared_ptr<Line>)> done) = 0;
};

}  // namespace rondel::simulator
