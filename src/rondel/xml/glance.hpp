// The next sixteen bytes at a glance: enough for most names, values and texts of a stanza, and cheaper than a call of
// the kernels of scan.hpp. SSE2 is part of every x86-64; elsewhere the same is done byte by byte.
#pragma once

#include "rondel/xml/characters.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace rondel::xml {

inline constexpr std::ptrdiff_t glance = 16;  // bytes that must be there

// How many of them, from the first on, are plain. The plain ones of
// - a name: ASCII letters, digits, '-', '.', '_';
// - a value: ASCII but for its quote or quotes, '<', '&' and control characters;
// - a text: ASCII but for '<', '>', '&' and control characters; TAB and LF are plain.
// Two different quotes are both of those that XML has.
//
// An attribute is looked at as a whole, twice as many bytes of it: what comes next can only be looked at when the size
// of what comes before is known, and that waiting is what reading costs.
inline constexpr std::ptrdiff_t wide_glance = 32;
struct Marks {                // a bit for each of them, the first the lowest
    std::uint32_t not_name;   // not plain in a name; all but the first sixteen count as not plain
    std::uint32_t not_value;  // not plain in a value; here both quotes are not
};

inline bool is_printable(char c) { return static_cast<unsigned char>(c) - 0x20U < 0x60U; }
inline bool is_plain_in_value(char c) { return is_printable(c) && c != '\'' && c != '"' && c != '<' && c != '&'; }

namespace portable {

template <class Plain>
inline std::size_t count_while(const char* p, Plain plain) {
    std::size_t count = 0;
    while (count < glance && plain(p[count])) ++count;
    return count;
}

inline std::size_t plain_name(const char* p) {
    return count_while(p, [](char c) { return (class_of(c) & byte_class::name) != 0; });
}
inline std::size_t plain_text(const char* p) {
    return count_while(
        p, [](char c) { return (is_printable(c) && c != '<' && c != '>' && c != '&') || c == '\t' || c == '\n'; });
}

// The same as bits: those that are not plain.
inline std::uint32_t text_stops(const char* p) {
    std::uint32_t stops = 0;
    for (int i = 0; i < glance; ++i) {
        const bool plain =
            (is_printable(p[i]) && p[i] != '<' && p[i] != '>' && p[i] != '&') || p[i] == '\t' || p[i] == '\n';
        stops |= static_cast<std::uint32_t>(!plain) << i;
    }
    return stops;
}
inline std::uint32_t longer_bytes(const char* p) {  // of longer characters
    std::uint32_t longer = 0;
    for (int i = 0; i < glance; ++i) longer |= static_cast<std::uint32_t>(static_cast<unsigned char>(p[i]) >> 7) << i;
    return longer;
}
inline std::uint32_t value_stops(const char* p, char quote, char other_quote) {
    std::uint32_t stops = 0;
    for (int i = 0; i < glance; ++i) {
        const bool plain = is_printable(p[i]) && p[i] != quote && p[i] != other_quote && p[i] != '<' && p[i] != '&';
        stops |= static_cast<std::uint32_t>(!plain) << i;
    }
    return stops;
}

inline std::uint32_t differences(const char* p, const char* q) {
    std::uint32_t different = 0;
    for (int i = 0; i < wide_glance; ++i) different |= static_cast<std::uint32_t>(p[i] != q[i]) << i;
    return different;
}

inline Marks marks(const char* p) {
    Marks marks{};
    for (int i = 0; i < wide_glance; ++i) {
        const char c = p[i];
        const bool name = i < glance && (class_of(c) & byte_class::name) != 0;
        const bool value = is_plain_in_value(c);
        marks.not_name |= static_cast<std::uint32_t>(!name) << i;
        marks.not_value |= static_cast<std::uint32_t>(!value) << i;
    }
    return marks;
}

}  // namespace portable

#if defined(__SSE2__)

namespace sse2 {

inline __m128i load(const char* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }
inline __m128i is(__m128i v, char c) { return _mm_cmpeq_epi8(v, _mm_set1_epi8(c)); }
inline __m128i within(__m128i v, char first, char last) {
    const __m128i from = _mm_sub_epi8(v, _mm_set1_epi8(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(static_cast<char>(last - first))), from);
}
// Comparison is signed, so this holds for the bytes of longer characters as well.
inline __m128i below_space(__m128i v) { return _mm_cmplt_epi8(v, _mm_set1_epi8(' ')); }

inline std::uint32_t bits(__m128i mask) { return static_cast<std::uint32_t>(_mm_movemask_epi8(mask)); }

inline __m128i name_bytes(__m128i v) {
    const __m128i letter = within(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 'z');
    const __m128i digit = _mm_andnot_si128(is(v, '/'), within(v, '-', '9'));
    return _mm_or_si128(_mm_or_si128(letter, digit), is(v, '_'));
}
inline std::size_t first_of(std::uint32_t stops) {
    return static_cast<std::size_t>(std::countr_zero(stops | 0x10000U));
}
inline __m128i in_value(__m128i v, char quote, char other_quote) {
    const __m128i open = _mm_or_si128(is(v, '<'), below_space(v));
    if (quote == other_quote) return _mm_or_si128(_mm_or_si128(open, is(v, '&')), is(v, quote));
    const __m128i apos_or_amp = is(_mm_or_si128(v, _mm_set1_epi8(1)), '\'');  // they are neighbours
    return _mm_or_si128(_mm_or_si128(open, apos_or_amp), is(v, '"'));
}

inline std::uint32_t value_stops(const char* p, char quote, char other_quote) {
    return bits(in_value(load(p), quote, other_quote));
}
inline std::uint32_t longer_bytes(const char* p) { return bits(load(p)); }
inline std::uint32_t text_stops(const char* p) {
    const __m128i v = load(p);
    const __m128i markup = _mm_or_si128(_mm_or_si128(is(v, '<'), is(v, '>')), is(v, '&'));
    const __m128i line = _mm_or_si128(is(v, '\n'), is(v, '\t'));
    return bits(_mm_or_si128(markup, _mm_andnot_si128(line, below_space(v))));
}

inline std::uint32_t differences(const char* p, const char* q) {
    const std::uint32_t first = bits(_mm_cmpeq_epi8(load(p), load(q)));
    return ~(first | bits(_mm_cmpeq_epi8(load(p + glance), load(q + glance))) << glance);
}
inline std::size_t plain_name(const char* p) {
    return static_cast<std::size_t>(std::countr_zero(~bits(name_bytes(load(p)))));
}
inline Marks marks(const char* p) {
    const __m128i low = load(p);
    const __m128i high = load(p + glance);
    return {~bits(name_bytes(low)), bits(in_value(low, '\'', '"')) | bits(in_value(high, '\'', '"')) << glance};
}
inline std::size_t plain_text(const char* p) { return first_of(text_stops(p)); }

}  // namespace sse2

using namespace sse2;

#else

using namespace portable;

#endif

// The stops in twice as many bytes of a text; longer characters are let pass, and tell by `high` that they are there.
inline std::uint32_t text_stops_twice(const char* p, bool& high) {
    const std::uint32_t longer = longer_bytes(p) | longer_bytes(p + glance) << glance;
    high = high || longer != 0;
    return (text_stops(p) | text_stops(p + glance) << glance) & ~longer;
}

// A name that is plain and ends within the glance; null when it must be read more slowly (or is none).
inline const char* glance_name(const char* p, const char* end) {
    if (end - p < glance || (class_of(*p) & byte_class::name_start) == 0) return nullptr;
    const std::size_t size = plain_name(p);
    if (size == glance || (class_of(p[size]) & byte_class::high) != 0) return nullptr;
    return p + size;
}

inline constexpr int most_glances = 4;  // of one value or text; what is longer is for the kernels

// The quote at the end of a value, of either kind; null when the value holds anything but plain bytes, or is long.
inline const char* glance_value(const char* p, const char* end) {
    for (int i = 0; i < most_glances && end - p >= glance; ++i, p += glance)
        if (const std::uint32_t stops = value_stops(p, '\'', '"'); stops != 0) {
            p += std::countr_zero(stops);
            return *p == '\'' || *p == '"' ? p : nullptr;
        }
    return nullptr;
}

// The '<' at the end of a text; null as above.
inline const char* glance_text(const char* p, const char* end) {
    for (int i = 0; i < most_glances && end - p >= glance; ++i) {
        const std::size_t size = plain_text(p);
        p += size;
        if (size < glance) return *p == '<' ? p : nullptr;
    }
    return nullptr;
}

}  // namespace rondel::xml
