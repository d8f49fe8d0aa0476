// Ways to do the same thing, each with the best time that it took, in rounds in which all take turns: what else the
// machine does meets all of them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace rondel::bench {

struct Row {
    const char* name;
    std::function<void()> round;
    double best = std::numeric_limits<double>::max();  // ns for each of what a round does
};

inline void take_turns(std::vector<Row>& rows, int rounds, std::size_t in_a_round) {
    for (int i = 0; i < rounds; ++i)
        for (Row& row : rows) {
            const auto before = std::chrono::steady_clock::now();
            row.round();
            const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - before;
            row.best = std::min(row.best, took.count() / static_cast<double>(in_a_round));
        }
}

}  // namespace rondel::bench
