// Where memory ends, nothing of some work was done, and the caller says so (docs/decisions/0009-memory.md).
#pragma once

#include <new>
#include <system_error>

namespace rondel {

// Work that returns what was wrong with it.
template <class Work>
std::error_code or_lack_of_memory(const Work& work) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

// Work that can go wrong in no other way.
template <class Work>
bool lacks_memory(const Work& work) {
    try {
        work();
        return false;
    } catch (const std::bad_alloc&) {
        return true;
    }
}

}  // namespace rondel
