// Thirty-two bytes at a glance: what comparing a stanza with a shape is made of, for each kind of processor. A bit for
// each byte, the first the lowest. Inside the floor.
#pragma once

#include "rondel/xml/glance.hpp"

#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rondel::xml {

// What is gone over: the value of an attribute, or a text.
enum class Part : std::uint8_t { value, text };

struct PortableLook {
    static std::uint32_t differences(const char* p, const char* q) { return xml::differences(p, q); }
    static std::uint32_t in_value(const char* p) {  // what is not plain in a value, of either quote
        return value_stops(p, '\'', '"') | value_stops(p + glance, '\'', '"') << glance;
    }
    static std::uint32_t in_text(const char* p) { return text_stops(p) | text_stops(p + glance) << glance; }
    // Where it may end: if the first of them is the byte that ends it, it is the end. Else look closer, by the above.
    static std::uint32_t ends(Part part, const char* p) { return part == Part::text ? in_text(p) : in_value(p); }
    static bool ends_in_two(Part part, const char* p) { return (ends(part, p) | ends(part, p + wide_glance)) != 0; }
};

#if defined(__x86_64__)

#define RONDEL_AVX2 __attribute__((target("avx2,bmi")))

// Thirty-two times the same byte, defined where the compiler does not see which: of one that it knows it makes the
// vector anew each time, which takes longer than what the vector is for. In scan.cpp.
struct alignas(32) Every {
    char bytes[32];
};
extern const Every every_one, every_two, every_apos, every_quote, every_amp, every_less, every_greater, every_space,
    every_line_feed, every_tab, every_low_half, every_0x60, every_0x70, every_0x80, every_0xef;
// What a value, a text may not hold, in the place that its lower four bits say; twice.
extern const Every markup_by_low_half[2];

struct Avx2Look {
    RONDEL_AVX2 static __m256i load(const char* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
    RONDEL_AVX2 static __m256i load(const Every& every) {
        return _mm256_load_si256(reinterpret_cast<const __m256i*>(every.bytes));
    }
    RONDEL_AVX2 static __m256i is(__m256i v, const Every& every) { return _mm256_cmpeq_epi8(v, load(every)); }
    // Comparison is signed, so this holds for the bytes of longer characters as well.
    RONDEL_AVX2 static __m256i below_space(__m256i v) { return _mm256_cmpgt_epi8(load(every_space), v); }
    RONDEL_AVX2 static __m256i either(__m256i a, __m256i b) { return _mm256_or_si256(a, b); }
    RONDEL_AVX2 static std::uint32_t bits(__m256i mask) {
        return static_cast<std::uint32_t>(_mm256_movemask_epi8(mask));
    }

    RONDEL_AVX2 static std::uint32_t differences(const char* p, const char* q) {
        return ~bits(_mm256_cmpeq_epi8(load(p), load(q)));
    }
    RONDEL_AVX2 static std::uint32_t in_value(const char* p) {
        const __m256i v = load(p);
        const __m256i apos_or_amp = is(either(v, load(every_one)), every_apos);  // they are neighbours
        return bits(either(either(is(v, every_less), below_space(v)), either(apos_or_amp, is(v, every_quote))));
    }
    RONDEL_AVX2 static std::uint32_t in_text(const char* p) {
        const __m256i v = load(p);
        const __m256i angle = is(either(v, load(every_two)), every_greater);  // '<' and '>' differ in that bit
        const std::uint32_t wary = bits(either(either(angle, is(v, every_amp)), below_space(v)));
        return wary == 0 ? 0 : wary & ~bits(either(is(v, every_line_feed), is(v, every_tab)));
    }
    RONDEL_AVX2 static __m256i is_markup(Part part, __m256i v) {
        const Every& markup = markup_by_low_half[static_cast<std::size_t>(part)];
        return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(load(markup), v), v);
    }
    RONDEL_AVX2 static std::uint32_t ends(Part part, const char* p) {  // at TAB and LF, too
        const __m256i v = load(p);
        return bits(either(is_markup(part, v), below_space(v)));
    }
    RONDEL_AVX2 static bool ends_in_two(Part part, const char* p) { return !are_plain(part, load(p), load(p + 32)); }
    RONDEL_AVX2 static bool are_plain(Part part, __m256i a, __m256i b) {
        const __m256i markup = either(is_markup(part, a), is_markup(part, b));
        return bits(either(markup, below_space(_mm256_min_epi8(a, b)))) == 0;
    }
    // Copies twice 32 bytes, which may overlap, from `p` and from `q`. Whether all are plain in a text.
    [[gnu::always_inline]] RONDEL_AVX2 static bool copy_plain(const char* p, const char* q, char* to_p, char* to_q) {
        const __m256i first = load(p);
        const __m256i last = load(q);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to_p), first);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to_q), last);
        return are_plain(Part::text, first, last) || (in_text(p) | in_text(q)) == 0;
    }
};

#endif

}  // namespace rondel::xml
