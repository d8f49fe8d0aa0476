// Whether a value that somebody gives us may be written as it is: ASCII, and nothing in it to be escaped. Inside the
// floor, but for stanzas, which are given ids.
#pragma once

#include "rondel/xml/glance.hpp"
#include "rondel/xml/same.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace rondel::xml {

// Of fewer than sixteen bytes. The two words at the ends overlap where there are fewer than both hold.
inline bool are_plain(std::string_view few) {
#if defined(__SSE2__)
    const char* const p = few.data();
    const auto none_stops = [](__m128i v) { return sse2::bits(sse2::in_value(v, '\'', '"')) == 0; };
    const auto vector = [](std::uint64_t first, std::uint64_t last) {
        return _mm_set_epi64x(static_cast<long long>(last), static_cast<long long>(first));
    };
    if (few.size() >= 8)
        return none_stops(vector(word_at<std::uint64_t>(p), word_at<std::uint64_t>(p + few.size() - 8)));
    if (few.size() >= 4) {
        const std::uint64_t last = word_at<std::uint32_t>(p + few.size() - 4);
        const std::uint64_t both = word_at<std::uint32_t>(p) | last << 32;
        return none_stops(vector(both, both));
    }
#endif
    return std::all_of(few.begin(), few.end(), [](char c) { return is_plain_in_value(c); });
}

// Nothing before or behind it is read.
inline bool is_plain_value(std::string_view value) {
    if (value.size() < static_cast<std::size_t>(glance)) return are_plain(value);
    const char* const last = value.data() + value.size() - glance;
    for (const char* p = value.data(); p < last; p += glance)
        if (value_stops(p, '\'', '"') != 0) return false;
    return value_stops(last, '\'', '"') == 0;
}

}  // namespace rondel::xml
