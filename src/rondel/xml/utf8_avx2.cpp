// Whether bytes are UTF-8 that XML allows, by AVX2.
#include "rondel/xml/avx2.hpp"
#include "rondel/xml/bytes.hpp"
#include "rondel/xml/scan.hpp"

#if defined(__x86_64__)

#include <cstdint>
#include <cstring>

namespace rondel::xml::avx2 {

namespace {

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

constexpr Table first_high{{too_long, too_long, too_long, too_long, too_long, too_long, too_long, too_long,
                            two_continuations, two_continuations, two_continuations, two_continuations,
                            too_short | overlong_2, too_short, too_short | overlong_3 | surrogate,
                            too_short | too_large | too_large_1000 | overlong_4}};
constexpr Table first_low{{carry | overlong_3 | overlong_2 | overlong_4, carry | overlong_2, carry, carry,
                           carry | too_large, carry | too_large | too_large_1000, carry | too_large | too_large_1000,
                           carry | too_large | too_large_1000, carry | too_large | too_large_1000,
                           carry | too_large | too_large_1000, carry | too_large | too_large_1000,
                           carry | too_large | too_large_1000, carry | too_large | too_large_1000,
                           carry | too_large | too_large_1000 | surrogate, carry | too_large | too_large_1000,
                           carry | too_large | too_large_1000}};
constexpr Table second_high{{too_short, too_short, too_short, too_short, too_short, too_short, too_short, too_short,
                             too_long | overlong_2 | two_continuations | overlong_3 | too_large_1000 | overlong_4,
                             too_long | overlong_2 | two_continuations | overlong_3 | too_large,
                             too_long | overlong_2 | two_continuations | surrogate | too_large,
                             too_long | overlong_2 | two_continuations | surrogate | too_large, too_short, too_short,
                             too_short, too_short}};

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
    const __m256i low_half = load(every_low_half);
    const __m256i one = earlier<1>(v, before);
    const __m256i two = earlier<2>(v, before);
    const __m256i three = earlier<3>(v, before);
    const __m256i special =
        _mm256_and_si256(_mm256_and_si256(look_up(first_high, _mm256_and_si256(_mm256_srli_epi16(one, 4), low_half)),
                                          look_up(first_low, _mm256_and_si256(one, low_half))),
                         look_up(second_high, _mm256_and_si256(_mm256_srli_epi16(v, 4), low_half)));
    // A third or fourth byte must be a continuation after a continuation, and only there may it be one.
    const __m256i third = _mm256_subs_epu8(two, load(every_0x60));
    const __m256i fourth = _mm256_subs_epu8(three, load(every_0x70));
    const __m256i must = _mm256_and_si256(_mm256_or_si256(third, fourth), load(every_0x80));
    return {_mm256_xor_si256(must, special), _mm256_cmpeq_epi8(two, load(every_0xef))};
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

}  // namespace

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

namespace {

// What plain text may not hold, by both halves of a byte: such a one has a bit in both. A byte of a longer character
// has none in the first.
constexpr Table stop_by_low_half{{3, 3, 3, 3, 3, 3, 3 | 4, 3, 3, 2, 2, 3, 3 | 8, 3, 3 | 8, 3}};
constexpr Table stop_by_high_half{{1, 2, 4, 8}};
RONDEL_AVX2 inline __m256i not_in_text(__m256i v) noexcept {
    const __m256i high_half = _mm256_and_si256(_mm256_srli_epi16(v, 4), load(every_low_half));
    return _mm256_and_si256(look_up(stop_by_low_half, v), look_up(stop_by_high_half, high_half));
}

RONDEL_AVX2 inline std::uint32_t plain_in_text(__m256i v) noexcept {
    return bits(_mm256_cmpeq_epi8(not_in_text(v), _mm256_setzero_si256()));
}

// How many bytes at the end are a character that is cut; not_plain if the last is no byte that one begins with, which
// judge() would tell with the next. All else is sound.
inline std::ptrdiff_t half_a_character(const char* end) {
    const auto byte = [end](int back) { return static_cast<unsigned char>(end[-back]); };
    if (byte(1) >= 0xC0) return byte(1) >= 0xC2 && byte(1) <= 0xF4 ? 1 : not_plain;
    return byte(2) >= 0xE0 ? 2 : byte(3) >= 0xF0 ? 3 : 0;
}

// Characters of a piece that end in the last 64 bytes before `end`, judged from the copy: there the text before it
// stands before it as well.
[[gnu::noinline]] RONDEL_AVX2 std::ptrdiff_t judge_end(const char* end) noexcept {
    const bool sound = is_sound(load(end - 3 * step), load(end - 2 * step), load(end - step));
    return sound ? half_a_character(end) : not_plain;
}

}  // namespace

RONDEL_AVX2 std::ptrdiff_t copy_piece(const char* p, const char* end, char* to, std::size_t half) {
    if (end - p > most_piece) return not_plain;
    const bool is_short = end - p < step;
    __m256i before = half == 0 ? _mm256_setzero_si256() : load(to - step);  // whole characters are all the same to it
    for (; end - p >= 2 * step; p += 2 * step, to += 2 * step) {
        const __m256i first = load(p);
        const __m256i second = load(p + step);
        store(to, first);
        store(to + step, second);
        const __m256i stops = _mm256_or_si256(not_in_text(first), not_in_text(second));
        if (_mm256_testz_si256(stops, stops) == 0) return not_plain;
        if (bits(any_of(before, first, second)) != 0 && !is_sound(before, first, second)) return not_plain;
        before = second;
    }
    if (p == end) return half_a_character(to);

    // What is left, together with bytes before it: nothing behind the piece may be looked at.
    const std::size_t left = static_cast<std::size_t>(end - p) % (2 * step);
    char* const to_end = to + left;
    std::uint32_t within = ~0U;
    if (left > step) {
        const __m256i first = load(p);
        store(to, first);
        if (~plain_in_text(first) != 0) return not_plain;
        before = _mm256_or_si256(before, first);
    }
    if (is_short) {
        xml::copy_text(to, p, left);
        within <<= step - left;
    } else {
        store(to_end - step, load(end - step));
    }
    const __m256i last = load(is_short ? to_end - step : end - step);
    if ((~plain_in_text(last) & within) != 0) return not_plain;
    return bits(_mm256_or_si256(before, last)) == 0 ? 0 : judge_end(to_end);
}

}  // namespace rondel::xml::avx2

#endif
