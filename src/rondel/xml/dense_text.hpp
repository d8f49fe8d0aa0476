// Text in which something must be replaced every few bytes. Thirty-two bytes are looked at together, and all that
// stands out in them is known before the first of it is replaced: the search for the next does not wait for where the
// last one ended. Inside the floor.
#pragma once

#include "rondel/xml/escape.hpp"
#include "rondel/xml/glance.hpp"
#include "rondel/xml/reference.hpp"
#include "rondel/xml/scan.hpp"

#include <bit>
#include <cstring>

namespace rondel::xml {

// Both go on while 64 bytes are there. `Block` is how a processor looks at 32 bytes: its `stops` tells which of them
// stand out, as a bit for each, and sets `high` when there are any of longer characters; its `copy` copies them.
struct PortableBlock {
    static std::uint32_t stops(const char* p, bool& high) { return text_stops_twice(p, high); }
    static void copy(const char* p, char* to) { std::memcpy(to, p, wide_glance); }
};

// Kernels::decode_text.
template <class Block>
[[gnu::always_inline]] inline Moved decode_densely(const char* p, const char* end, char* to, const char*& run,
                                                   bool& high) {
    while (end - p >= 2 * wide_glance) {
        const char* const begin = p;
        // Within a reference nothing stands out but its '&': so where it ends need not be known to find the next one.
        for (std::uint32_t stops = Block::stops(p, high); stops != 0; stops &= stops - 1) {
            const char* const stop = begin + std::countr_zero(stops);
            Block::copy(p, to);
            to += stop - p;
            p = stop;
            const std::size_t size = predefined(p, *to);
            if (size == 0) return {p, to};
            ++to;
            p += size;
            run = p;
        }
        if (p - begin >= wide_glance) continue;
        Block::copy(p, to);
        to += begin + wide_glance - p;
        p = begin + wide_glance;
    }
    return {p, to};
}

// Kernels::escape_text.
template <class Block>
[[gnu::always_inline]] inline Moved escape_densely(const char* p, const char* end, char* to, const char* limit,
                                                   bool& high) {
    while (end - p >= 2 * wide_glance && limit - to >= escape_room) {
        const char* const behind = p + wide_glance;
        for (std::uint32_t stops = Block::stops(p, high); stops != 0; stops &= stops - 1) {
            const char* const stop = behind - wide_glance + std::countr_zero(stops);
            Block::copy(p, to);
            to += stop - p;
            p = stop;
            const Escaped& instead = escapes<Escape::text>[static_cast<unsigned char>(*p)];
            if (instead.size == 0) return {p, to};
            std::memcpy(to, &instead, sizeof instead);
            to += instead.size;
            ++p;
        }
        Block::copy(p, to);
        to += behind - p;
        p = behind;
    }
    return {p, to};
}

}  // namespace rondel::xml
