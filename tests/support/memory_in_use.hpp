// How much is allocated and not freed: of the sanitizer's own heap, of which mallinfo2() knows nothing, or of glibc's.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
extern "C" std::size_t
__sanitizer_get_current_allocated_bytes();  // NOLINT(bugprone-reserved-identifier): g++ 12 has no header
#else
#include <malloc.h>
#endif

namespace rondel::testing {

inline std::size_t memory_in_use() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return __sanitizer_get_current_allocated_bytes();
#else
    const struct mallinfo2 now = mallinfo2();
    return now.uordblks + now.hblkhd;
#endif
}

}  // namespace rondel::testing
