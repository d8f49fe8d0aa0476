// Where a fuzzer cuts its input: told by the input itself, so that what it saves is a plain document and still behaves
// the same again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/support/expat_events.hpp"

namespace rondel::test {

inline std::uint64_t digest(std::string_view data) {
    std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
    for (const char c : data) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

// Mostly small pieces, now and then a large one.
inline Cutter cuts(std::uint64_t seed) {
    return [state = seed | 1]() mutable {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        const std::size_t most = (state & 7) == 0 ? 300 : (state & 8) == 0 ? 3 : 20;
        return 1 + static_cast<std::size_t>(state >> 32) % most;
    };
}

}  // namespace rondel::test
