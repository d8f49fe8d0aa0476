#include "rondel/base/jid_look.hpp"

#if defined(__SSE2__)
#include "rondel/base/jid_few.hpp"
#endif

namespace rondel::jid_parts {

#if defined(__SSE2__)

namespace {

constexpr std::size_t step = 16;

__m128i load(const char* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }

struct SeenAll : Seen {
    std::uint64_t dash = 0;
};

[[gnu::always_inline]] inline void see(__m128i v, std::size_t at, SeenAll& seen) {
    const auto is = [v](char c) { return _mm_cmpeq_epi8(v, _mm_set1_epi8(c)); };
    const auto within = [v](char first, char last) {
        const __m128i from = _mm_sub_epi8(v, _mm_set1_epi8(first));
        return _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(static_cast<char>(last - first))), from);
    };
    const auto put = [at](std::uint64_t& all, __m128i mask) {
        all |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(mask))) << at;
    };
    const __m128i dot = is('.');
    const __m128i dash = is('-');
    const __m128i wary = _mm_or_si128(dash, _mm_or_si128(is('_'), is('+')));
    const __m128i letter_or_digit = _mm_or_si128(within('a', 'z'), within('0', '9'));
    put(seen.local, _mm_or_si128(letter_or_digit, _mm_or_si128(dot, wary)));
    put(seen.dot, dot);
    put(seen.dash, dash);
    put(seen.wary, wary);
    put(seen.printable, within(' ', '~'));
}

}  // namespace

bool portable_look(std::string_view text) {
    if (text.size() < fewest_seen || text.size() > most_seen) return false;
    const char* const p = text.data();
    SeenAll seen;
    if (text.size() < step) {
        see(few_characters(text), 0, seen);
    } else {
        see(load(p), 0, seen);
        std::size_t at = step;
        for (; text.size() - at >= step; at += step) see(load(p + at), at, seen);
        if (at != text.size()) see(load(p + text.size() - step), text.size() - step, seen);  // some of them again
    }
    return is_prepared(text, seen, [&seen] { return seen.dash; });
}

#else

bool portable_look(std::string_view) { return false; }

#endif

Look fastest_look() {
    static const Look fastest = avx2_look() != nullptr ? avx2_look() : portable_look;
    return fastest;
}

}  // namespace rondel::jid_parts
