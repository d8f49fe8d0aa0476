#include "rondel/xml/avx2.hpp"
#include "rondel/xml/dense_text.hpp"
#include "rondel/xml/scan.hpp"

#if defined(__x86_64__)

#include <cstdint>
#include <cstring>
#include <string_view>

namespace rondel::xml {

namespace avx2 {

namespace {

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
    // Not zero where to look more closely: at TAB and LF as well.
    RONDEL_AVX2 static __m256i wary(__m256i v) {
        return _mm256_or_si256(Avx2Look::is_markup(Part::text, v), is_control(v));
    }
    RONDEL_AVX2 std::uint32_t operator()(__m256i v, char, char) const {
        const __m256i line = _mm256_or_si256(_mm256_cmpeq_epi8(v, every('\n')), _mm256_cmpeq_epi8(v, every('\t')));
        return bits(_mm256_or_si256(Avx2Look::is_markup(Part::text, v), _mm256_andnot_si256(line, below_space(v))));
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

}  // namespace

}  // namespace avx2

const Kernels* avx2_kernels() {
    using namespace avx2;
    static const Kernels kernels{"avx2",    true,       text,       value,       utf8,
                                 copy_text, copy_value, copy_piece, decode_text, escape_text};
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") ? &kernels : nullptr;
}

}  // namespace rondel::xml

#else

namespace rondel::xml {
const Kernels* avx2_kernels() { return nullptr; }
}  // namespace rondel::xml

#endif
