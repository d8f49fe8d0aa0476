// Where blocks come from and go to (docs/decisions/0001-one-block-per-stanza.md). For those by whom every stanza goes,
// the reader and who makes answers: all others say new_block().
#pragma once

#include "rondel/xml/block.hpp"

#include <array>
#include <cstddef>

namespace rondel::xml {

// The cache of one thread. It keeps what a service in its steady state has in flight, not what a burst once needed; of
// large blocks one or two, because the system takes and gives such memory page by page, and that costs more than to
// read into it. Of small ones nobody keeps an account: at most 1,024 of 4 KiB, so 4 MiB beside the 4 of the others.
struct BlockCache {
    static constexpr std::size_t most_blocks = 1024;
    static constexpr std::size_t small = 4 * 1024;
    static constexpr std::size_t most_bytes = 4 * 1024 * 1024;  // of those that are not small
    static constexpr std::size_t most_bytes_each = most_bytes / 2 + 64 * 1024;

    static constinit thread_local BlockCache* here;  // null before the thread's first block, and at its end

    std::array<Block*, most_blocks> blocks;
    std::size_t count = 0;  // of them
    std::size_t bytes = 0;  // of those that are not small
};

[[gnu::cold]] BlockPtr one_more_block();

// As new_block(), in line.
[[gnu::always_inline]] inline BlockPtr block_from_cache() {
    BlockCache* const kept = BlockCache::here;
    if (kept == nullptr || kept->count == 0) [[unlikely]]
        return one_more_block();
    Block* const block = kept->blocks[--kept->count];
    if (block->kept_bytes != 0) kept->bytes -= block->kept_bytes;
    block->clear();
    return BlockPtr(block);
}

}  // namespace rondel::xml
