// What is done where memory ends in a callback of the loop (docs/decisions/0009-memory.md). Not for applications.
#pragma once

#include <new>

namespace rondel::net {

// Does the work; where memory ends in the middle of it, `otherwise` too.
template <class Work, class Otherwise>
void if_memory_lasts(const Work& work, const Otherwise& otherwise) {
    try {
        work();
    } catch (const std::bad_alloc&) {
        otherwise();
    }
}

// What has to be done at the end of something that may have taken all memory: what was begun there is given back by
// then, or a moment later. Precondition: the work does nothing that it has done already.
template <class Work>
void at_worst_twice(const Work& work) {
    if_memory_lasts(work, work);
}

}  // namespace rondel::net
