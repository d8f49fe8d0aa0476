// What libecho_counting.so counts in a contestant, in a file that both map: made by the feeder, written by the
// contestant, by whatever thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace echo_bench {

inline constexpr const char* counters_variable = "ECHO_COUNTERS";  // the environment's name for the file's path

struct Counters {
    std::atomic<std::uint64_t> allocations;  // malloc, calloc, realloc, aligned ones, operator new through them
    std::atomic<std::uint64_t> bytes;        // asked for
    std::atomic<std::uint64_t> frees;
    std::atomic<std::uint64_t> writes;  // write, writev, send, sendto, sendmsg, of any file
    std::atomic<std::uint64_t> reads;   // read, readv, recv, recvfrom, recvmsg
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && sizeof(Counters) == 40);

}  // namespace echo_bench
