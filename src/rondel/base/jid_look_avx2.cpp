// The look at an address by AVX2: thirty-two characters at once.
#include "rondel/base/jid_look.hpp"

#if defined(__x86_64__)

#include "rondel/base/jid_few.hpp"
#include "rondel/base/jid_kinds.hpp"

#include <immintrin.h>

#define RONDEL_AVX2 __attribute__((target("avx2,bmi,bmi2")))

namespace rondel::jid_parts {

namespace {

constexpr std::size_t half = 16;
constexpr std::size_t whole = 32;

// Loaded from so many bytes behind its beginning: the places from which characters come that go down by as many. What
// comes from behind the last is zero.
constexpr std::array<std::uint8_t, 2 * half> down = [] {
    std::array<std::uint8_t, 2 * half> places{};
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::uint8_t>(i < half ? i : 0x80);
    return places;
}();

RONDEL_AVX2 inline __m128i load_half(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
RONDEL_AVX2 inline __m256i load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
RONDEL_AVX2 inline __m256i load(const Sixteen& all) { return load(all.twice.data()); }
RONDEL_AVX2 inline std::uint64_t bits(__m256i mask) { return static_cast<std::uint32_t>(_mm256_movemask_epi8(mask)); }

RONDEL_AVX2 inline __m256i kinds(__m256i v) {
    const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(v, 4), load(all_0x0f));
    return _mm256_and_si256(_mm256_shuffle_epi8(load(kinds_by_lower), v),
                            _mm256_shuffle_epi8(load(kinds_by_upper), upper));
}

RONDEL_AVX2 inline Seen see(__m256i v, __m256i kind) {
    const __m256i none = _mm256_cmpeq_epi8(kind, _mm256_setzero_si256());
    const __m256i next = _mm256_sub_epi8(v, _mm256_set1_epi8(-1));  // so that DEL is negative, as what is not ASCII
    return {.local = static_cast<std::uint32_t>(~bits(none)),
            .dot = bits(kind),
            .wary = bits(_mm256_cmpgt_epi8(kind, load(all_0x0f))),
            .printable = bits(_mm256_cmpgt_epi8(next, load(all_blanks)))};
}
RONDEL_AVX2 inline std::uint64_t dashes(__m256i kind) { return bits(_mm256_add_epi8(kind, kind)); }

// At most thirty-two characters, and zeros behind them.
[[gnu::always_inline]] RONDEL_AVX2 inline bool look_at(std::string_view text, __m256i v) {
    const __m256i kind = kinds(v);
    return is_prepared(text, see(v, kind), [kind]() RONDEL_AVX2 { return dashes(kind); });
}

[[gnu::noinline]] RONDEL_AVX2 bool look_at_few(std::string_view text) {
    return look_at(text, _mm256_zextsi128_si256(few_characters(text)));
}

// Those in the middle are seen twice.
[[gnu::noinline]] RONDEL_AVX2 bool look_at_many(std::string_view text) {
    const std::size_t at = text.size() - whole;
    const __m256i v = load(text.data());
    const __m256i last_v = load(text.data() + at);
    const __m256i kind = kinds(v);
    const __m256i last_kind = kinds(last_v);
    Seen seen = see(v, kind);
    const Seen last = see(last_v, last_kind);
    seen.local |= last.local << at;
    seen.dot |= last.dot << at;
    seen.wary |= last.wary << at;
    seen.printable |= last.printable << at;
    return is_prepared(text, seen, [=]() RONDEL_AVX2 { return dashes(kind) | dashes(last_kind) << at; });
}

[[gnu::hot]] RONDEL_AVX2 bool look(std::string_view text) {
    const std::size_t size = text.size();
    if (size < half) return size >= fewest_seen && look_at_few(text);
    if (size > whole) return size <= most_seen && look_at_many(text);
    const __m128i last = load_half(text.data() + size - half);  // some of which are of the first half, too
    const __m128i behind = _mm_shuffle_epi8(last, load_half(down.data() + (whole - size)));
    return look_at(text, _mm256_set_m128i(behind, load_half(text.data())));
}

bool is_there() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

}  // namespace

Look avx2_look() { return is_there() ? look : nullptr; }

}  // namespace rondel::jid_parts

#else

namespace rondel::jid_parts {

Look avx2_look() { return nullptr; }

}  // namespace rondel::jid_parts

#endif
