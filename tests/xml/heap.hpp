// What this test program has on the heap.
#pragma once

#include <cstddef>

namespace rondel::test {

struct Heap {
    std::size_t bytes = 0;        // now
    std::size_t most = 0;         // at once, since the last reset
    std::size_t allocations = 0;  // ever

    static Heap now();
    static void forget_most();  // from here on, of what is there now
};

}  // namespace rondel::test
