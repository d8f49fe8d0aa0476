#include "rondel/xml/dense_text.hpp"
#include "rondel/xml/scan.hpp"
#include "rondel/xml/wide_look.hpp"

#if defined(__x86_64__)

#include <cstdint>
#include <cstring>
#include <string_view>

#include <immintrin.h>

namespace rondel::xml {

namespace {

constexpr int step = 32;

RONDEL_AVX2 inline __m256i load(const char* p) noexcept {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
RONDEL_AVX2 inline __m256i every(char c) { return _mm256_set1_epi8(c); }
RONDEL_AVX2 inline std::uint32_t bits(__m256i mask) { return static_cast<std::uint32_t>(_mm256_movemask_epi8(mask)); }
RONDEL_AVX2 inline __m256i any_of(__m256i a, __m256i b, __m256i c) { return _mm256_or_si256(_mm256_or_si256(a, b), c); }

// Bytes below ' ' and, as comparison is signed, those of 0x80 and up: the caller takes the latter out.
RONDEL_AVX2 inline __m256i below_space(__m256i v) { return _mm256_cmpgt_epi8(every(' '), v); }

// `Stops` gives a mask of the bytes to stop at. The last block overlaps the one before it, in which nothing stopped.
template <class Stops>
RONDEL_AVX2 inline const char* find(const char* p, const char* end, bool& high, Stops stops_in,
                                    const char* (*rest)(const char*, const char*, bool&, char, char), char a, char b) {
    if (end - p < step) return rest(p, end, high, a, b);
    std::uint32_t seen = 0;
    for (;;) {
        const __m256i v = load(p);
        const std::uint32_t high_bits = bits(v);
        const std::uint32_t stops = stops_in(v, a, b) & ~high_bits;
        if (stops != 0) {
            high = high || seen != 0 || (high_bits & _blsmsk_u32(stops)) != 0;
            return p + _tzcnt_u32(stops);
        }
        seen |= high_bits;
        p += step;
        if (end - p < step) {
            if (p == end) break;
            p = end - step;
        }
    }
    high = high || seen != 0;
    return end;
}

// What is one of `few`, of which no two end in the same four bits: looked up by those.
struct Few {
    alignas(16) char by_low_half[16] = {'\x7F'};  // nothing is equal to what stands in its place for "none of them"
    constexpr explicit Few(std::string_view few) {
        for (const char c : few) by_low_half[c & 0x0F] = c;
    }
};
RONDEL_AVX2 inline __m256i one_of(__m256i v, const Few& few) {
    const __m256i table =
        _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(few.by_low_half)));
    return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, v), v);
}
RONDEL_AVX2 inline __m256i is_control(__m256i v) { return _mm256_subs_epu8(every(0x20), v); }  // not zero

struct TextStops {
    static constexpr Few markup{"<>&"};
    // Not zero where to look more closely: at TAB and LF as well.
    RONDEL_AVX2 static __m256i wary(__m256i v) { return _mm256_or_si256(one_of(v, markup), is_control(v)); }
    RONDEL_AVX2 std::uint32_t operator()(__m256i v, char, char) const {
        const __m256i line = _mm256_or_si256(_mm256_cmpeq_epi8(v, every('\n')), _mm256_cmpeq_epi8(v, every('\t')));
        return bits(_mm256_or_si256(one_of(v, markup), _mm256_andnot_si256(line, below_space(v))));
    }
};

struct ValueStops {
    static constexpr Few markup{"<&'\""};
    RONDEL_AVX2 static __m256i wary(__m256i v) { return _mm256_or_si256(one_of(v, markup), is_control(v)); }
    RONDEL_AVX2 std::uint32_t operator()(__m256i v, char a, char b) const {
        const __m256i quotes = _mm256_or_si256(_mm256_cmpeq_epi8(v, every(a)), _mm256_cmpeq_epi8(v, every(b)));
        const __m256i open = _mm256_or_si256(_mm256_cmpeq_epi8(v, every('<')), _mm256_cmpeq_epi8(v, every('&')));
        return bits(any_of(quotes, open, below_space(v)));
    }
};

// The same with a copy. The last block may reach over `end`, as far as there is something to read.
template <class Stops>
RONDEL_AVX2 inline const char* copy(const char* p, const char* end, const char* readable, char* to, bool& high,
                                    Stops stops_in,
                                    const char* (*rest)(const char*, const char*, const char*, char*, bool&)) {
    std::uint32_t seen = 0;
    for (; p < end; p += step, to += step) {
        __m256i all = _mm256_setzero_si256();
        for (; end - p >= 2 * step; p += 2 * step, to += 2 * step) {
            const __m256i first = load(p);
            const __m256i second = load(p + step);
            const __m256i wary = _mm256_or_si256(Stops::wary(first), Stops::wary(second));
            if (_mm256_testz_si256(wary, wary) == 0) break;
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), first);
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + step), second);
            all = _mm256_or_si256(all, _mm256_or_si256(first, second));
        }
        seen |= bits(all);
        if (p == end) break;
        if (readable - p < step) {
            high = high || seen != 0;
            return rest(p, end, readable, to, high);
        }
        const __m256i v = load(p);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v);
        const std::uint32_t high_bits = bits(v);
        const std::uint32_t within = end - p < step ? ~(~0U << (end - p)) : ~0U;
        const std::uint32_t stops = stops_in(v, '\'', '"') & ~high_bits & within;
        if (stops != 0) {
            high = high || seen != 0 || (high_bits & _blsmsk_u32(stops)) != 0;
            return p + _tzcnt_u32(stops);
        }
        seen |= high_bits & within;
    }
    high = high || seen != 0;
    return end;
}

RONDEL_AVX2 const char* text(const char* p, const char* end, bool& high) {
    return find(
        p, end, high, TextStops{},
        [](const char* q, const char* e, bool& h, char, char) { return portable_kernels.text(q, e, h); }, 0, 0);
}

RONDEL_AVX2 const char* value(const char* p, const char* end, char quote, char other_quote, bool& high) {
    return find(
        p, end, high, ValueStops{},
        [](const char* q, const char* e, bool& h, char a, char b) { return portable_kernels.value(q, e, a, b, h); },
        quote, other_quote);
}

RONDEL_AVX2 const char* copy_text(const char* p, const char* end, const char* readable, char* to, bool& high) {
    return copy(p, end, readable, to, high, TextStops{}, portable_kernels.copy_text);
}

RONDEL_AVX2 const char* copy_value(const char* p, const char* end, const char* readable, char* to, bool& high) {
    return copy(p, end, readable, to, high, ValueStops{}, portable_kernels.copy_value);
}

struct Dense {
    RONDEL_AVX2 static void copy(const char* p, char* to) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), load(p));
    }
    RONDEL_AVX2 static std::uint32_t stops(const char* p, bool& high) {
        const __m256i v = load(p);
        const std::uint32_t high_bits = bits(v);
        high = high || high_bits != 0;
        return TextStops{}(v, 0, 0) & ~high_bits;
    }
};

RONDEL_AVX2 Moved decode_text(const char* p, const char* end, char* to, const char*& run, bool& high) {
    const char* last =
        run;  // a name of its own: as far as the compiler knows, writing to `to` may change what we are given
    bool seen = false;
    const Moved moved = decode_densely<Dense>(p, end, to, last, seen);
    run = last;
    high = high || seen;
    return moved;
}

RONDEL_AVX2 Moved escape_text(const char* p, const char* end, char* to, const char* limit, bool& high) {
    bool seen = false;
    const Moved moved = escape_densely<Dense>(p, end, to, limit, seen);
    high = high || seen;
    return moved;
}

// UTF-8 by table look-up (Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte", 2021). Of each
// byte and the one before it three four-bit halves are looked up; a bit that is set in all three is one kind of error.
enum Fault : std::uint8_t {
    too_short = 1 << 0,       // a lead byte, and then no continuation
    too_long = 1 << 1,        // ASCII, and then a continuation
    overlong_3 = 1 << 2,      // E0 80..9F
    too_large = 1 << 3,       // F4 90 and up
    surrogate = 1 << 4,       // ED A0..BF
    overlong_2 = 1 << 5,      // C0, C1
    too_large_1000 = 1 << 6,  // F5 and up, 8x as second; F0 80..8F: overlong_4
    two_continuations = 1 << 7,
};
constexpr std::uint8_t overlong_4 = too_large_1000;
constexpr std::uint8_t carry =
    too_short | too_long | two_continuations;  // what the first byte's low half says nothing about

alignas(16) constexpr std::uint8_t first_high[16] = {too_long,
                                                     too_long,
                                                     too_long,
                                                     too_long,
                                                     too_long,
                                                     too_long,
                                                     too_long,
                                                     too_long,
                                                     two_continuations,
                                                     two_continuations,
                                                     two_continuations,
                                                     two_continuations,
                                                     too_short | overlong_2,
                                                     too_short,
                                                     too_short | overlong_3 | surrogate,
                                                     too_short | too_large | too_large_1000 | overlong_4};
alignas(16) constexpr std::uint8_t first_low[16] = {carry | overlong_3 | overlong_2 | overlong_4,
                                                    carry | overlong_2,
                                                    carry,
                                                    carry,
                                                    carry | too_large,
                                                    carry | too_large | too_large_1000,
                                                    carry | too_large | too_large_1000,
                                                    carry | too_large | too_large_1000,
                                                    carry | too_large | too_large_1000,
                                                    carry | too_large | too_large_1000,
                                                    carry | too_large | too_large_1000,
                                                    carry | too_large | too_large_1000,
                                                    carry | too_large | too_large_1000,
                                                    carry | too_large | too_large_1000 | surrogate,
                                                    carry | too_large | too_large_1000,
                                                    carry | too_large | too_large_1000};
alignas(16) constexpr std::uint8_t second_high[16] = {
    too_short,
    too_short,
    too_short,
    too_short,
    too_short,
    too_short,
    too_short,
    too_short,
    too_long | overlong_2 | two_continuations | overlong_3 | too_large_1000 | overlong_4,
    too_long | overlong_2 | two_continuations | overlong_3 | too_large,
    too_long | overlong_2 | two_continuations | surrogate | too_large,
    too_long | overlong_2 | two_continuations | surrogate | too_large,
    too_short,
    too_short,
    too_short,
    too_short};

RONDEL_AVX2 inline __m256i table(const std::uint8_t (&entries)[16]) {
    return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(entries)));
}

// The bytes that stand N before those of `v`.
template <int N>
RONDEL_AVX2 inline __m256i earlier(__m256i v, __m256i before) {
    return _mm256_alignr_epi8(v, _mm256_permute2x128_si256(before, v, 0x21), 16 - N);
}

// Of the characters that end in a block: non-zero bytes of `wrong` where one is not UTF-8, of `wary` where one begins
// that may be U+FFFE or U+FFFF. One that the block cuts is judged in the next.
struct Judged {
    __m256i wrong;
    __m256i wary;
};
[[gnu::always_inline]] RONDEL_AVX2 inline Judged judge(__m256i v, __m256i before) noexcept {
    const __m256i low_half = every(0x0F);
    const __m256i one = earlier<1>(v, before);
    const __m256i two = earlier<2>(v, before);
    const __m256i three = earlier<3>(v, before);
    const __m256i special = _mm256_and_si256(
        _mm256_and_si256(_mm256_shuffle_epi8(table(first_high), _mm256_and_si256(_mm256_srli_epi16(one, 4), low_half)),
                         _mm256_shuffle_epi8(table(first_low), _mm256_and_si256(one, low_half))),
        _mm256_shuffle_epi8(table(second_high), _mm256_and_si256(_mm256_srli_epi16(v, 4), low_half)));
    // A third or fourth byte must be a continuation after a continuation, and only there may it be one.
    const __m256i third = _mm256_subs_epu8(two, every(static_cast<char>(0xE0 - 0x80)));
    const __m256i fourth = _mm256_subs_epu8(three, every(static_cast<char>(0xF0 - 0x80)));
    const __m256i must = _mm256_and_si256(_mm256_or_si256(third, fourth), every(static_cast<char>(0x80)));
    return {_mm256_xor_si256(must, special), _mm256_cmpeq_epi8(two, every(static_cast<char>(0xEF)))};
}

// EF BF BE, EF BF BF.
[[gnu::noinline]] RONDEL_AVX2 bool ends_noncharacter(__m256i v, __m256i before) noexcept {
    const __m256i lead = _mm256_cmpeq_epi8(earlier<2>(v, before), every(static_cast<char>(0xEF)));
    const __m256i middle = _mm256_cmpeq_epi8(earlier<1>(v, before), every(static_cast<char>(0xBF)));
    const __m256i top = _mm256_cmpeq_epi8(_mm256_max_epu8(v, every(static_cast<char>(0xBE))), v);
    return _mm256_testz_si256(_mm256_and_si256(lead, middle), top) == 0;
}

// Two blocks, and the one before them.
[[gnu::always_inline]] RONDEL_AVX2 inline bool is_sound(__m256i before, __m256i first, __m256i second) noexcept {
    const Judged one = judge(first, before);
    const Judged other = judge(second, first);
    const __m256i wrong = _mm256_or_si256(one.wrong, other.wrong);
    const __m256i any = _mm256_or_si256(wrong, _mm256_or_si256(one.wary, other.wary));
    if (_mm256_testz_si256(any, any) != 0) return true;
    return _mm256_testz_si256(wrong, wrong) != 0 && !ends_noncharacter(first, before) &&
           !ends_noncharacter(second, first);
}

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Where the last character begins, if `end` cuts it; else `end`.
const char* before_half_a_character(const char* begin, const char* end) {
    for (int back = 1; back <= 3 && end - begin >= back; ++back) {
        const auto byte = static_cast<unsigned char>(end[-back]);
        if (byte >= 0xC0) return (byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2) > back ? end - back : end;
        if (byte < 0x80) break;
    }
    return end;
}

RONDEL_AVX2 const char* utf8(const char* const begin, const char* const end) {
    const char* p = begin;
    __m256i before = _mm256_setzero_si256();
    while (end - p >= 2 * step) {
        const __m256i second = load(p + step);
        if (!is_sound(before, load(p), second)) break;
        before = second;
        p += 2 * step;
    }
    // The rest, as if zeros came behind it: they cut a character as `end` does.
    const char* const whole = before_half_a_character(begin, end);
    if (end - p < 2 * step && p <= whole) {
        alignas(step) char rest[2 * step] = {};
        std::memcpy(rest, p, static_cast<std::size_t>(whole - p));
        if (is_sound(before, load(rest), load(rest + step))) return whole;
    }
    // Where something is wrong, one by one; from its beginning, if a character lies across.
    for (int back = 1; back <= 3 && p - begin >= back; ++back) {
        if (continues(p[-back])) continue;
        if (static_cast<unsigned char>(p[-back]) >= 0xC0) p -= back;
        break;
    }
    return portable_kernels.utf8(p, end);
}

}  // namespace

const Kernels* avx2_kernels() {
    static const Kernels kernels{"avx2", true, text, value, utf8, copy_text, copy_value, decode_text, escape_text};
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") ? &kernels : nullptr;
}

}  // namespace rondel::xml

#else

namespace rondel::xml {
const Kernels* avx2_kernels() { return nullptr; }
}  // namespace rondel::xml

#endif
