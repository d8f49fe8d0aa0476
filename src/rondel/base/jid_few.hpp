// A short text in a vector. For x86-64. Inside the floor.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include <emmintrin.h>

namespace rondel::jid_parts {

template <class Word>
inline std::uint64_t word(const char* p) {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

// From four to sixteen characters, and zeros behind them. Nothing else is read.
inline __m128i few_characters(std::string_view text) {
    const char* const p = text.data();
    const std::size_t size = text.size();
    if (size <= 8)
        return _mm_cvtsi64_si128(
            static_cast<long long>(word<std::uint32_t>(p) | word<std::uint32_t>(p + size - 4) << 8 * (size - 4)));
    return _mm_set_epi64x(static_cast<long long>(word<std::uint64_t>(p + size - 8) >> 8 * (16 - size)),
                          static_cast<long long>(word<std::uint64_t>(p)));
}

}  // namespace rondel::jid_parts
