// Counts the heap allocations of this thread. Linking it replaces operator new for the whole test program.
#pragma once

#include <cstddef>

namespace rondel::testing {

std::size_t heap_allocations();  // so far

template <class Work>
std::size_t allocations_of(Work work) {
    const std::size_t before = heap_allocations();
    work();
    return heap_allocations() - before;
}

}  // namespace rondel::testing
