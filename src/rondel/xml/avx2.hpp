// Thirty-two bytes at a time, for the kernels of AVX2 (scan.hpp): the words they are written in. Inside the floor.
#pragma once

#include "rondel/xml/wide_look.hpp"

#if defined(__x86_64__)

#include <array>
#include <cstddef>
#include <cstdint>

namespace rondel::xml::avx2 {

constexpr std::ptrdiff_t step = 32;

RONDEL_AVX2 inline __m256i load(const char* p) noexcept {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
RONDEL_AVX2 inline __m256i load(const Every& every) { return Avx2Look::load(every); }
RONDEL_AVX2 inline void store(char* to, __m256i v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v); }
RONDEL_AVX2 inline __m256i every(char c) { return _mm256_set1_epi8(c); }
RONDEL_AVX2 inline std::uint32_t bits(__m256i mask) { return static_cast<std::uint32_t>(_mm256_movemask_epi8(mask)); }
RONDEL_AVX2 inline __m256i any_of(__m256i a, __m256i b, __m256i c) { return _mm256_or_si256(_mm256_or_si256(a, b), c); }

// Bytes below ' ' and, as comparison is signed, those of 0x80 and up: the caller takes the latter out.
RONDEL_AVX2 inline __m256i below_space(__m256i v) { return _mm256_cmpgt_epi8(every(' '), v); }

// What is looked up by four bits of each byte, for both halves of a vector.
struct Table {
    alignas(32) std::uint8_t entries[32];
    constexpr explicit Table(const std::array<std::uint8_t, 16>& once) : entries{} {
        for (std::size_t i = 0; i < once.size(); ++i) entries[i] = entries[i + once.size()] = once[i];
    }
};
RONDEL_AVX2 inline __m256i look_up(const Table& table, __m256i by) {
    return _mm256_shuffle_epi8(_mm256_load_si256(reinterpret_cast<const __m256i*>(table.entries)), by);
}

// Kernels, in utf8_avx2.cpp.
const char* utf8(const char* begin, const char* end);
std::ptrdiff_t copy_piece(const char* p, const char* end, char* to, std::size_t half);

}  // namespace rondel::xml::avx2

#endif
