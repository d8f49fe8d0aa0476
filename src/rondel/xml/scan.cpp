#include "rondel/xml/scan.hpp"

#include "rondel/xml/dense_text.hpp"
#include "rondel/xml/wide_look.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rondel::xml {

namespace {

// Looked up, and not asked one after the other: so many branches so close together are foretold well or badly, as
// chance has placed them in memory.
constexpr std::array<bool, 256> stops_at(std::string_view markup, std::string_view blanks) {
    std::array<bool, 256> stops{};
    for (std::size_t control = 0; control < ' '; ++control) stops[control] = true;
    for (const char blank : blanks) stops[static_cast<unsigned char>(blank)] = false;
    for (const char c : markup) stops[static_cast<unsigned char>(c)] = true;
    return stops;
}
constexpr std::array<bool, 256> text_stops_at = stops_at("<>&", "\t\n");
constexpr std::array<bool, 256> value_stops_at = stops_at("<&", "");

const char* portable_text(const char* p, const char* end, bool& high) {
    unsigned char seen = 0;
    for (; p != end; ++p) {
        const auto byte = static_cast<unsigned char>(*p);
        if (text_stops_at[byte]) break;
        seen |= byte;
    }
    high = high || seen >= 0x80;
    return p;
}

const char* portable_value(const char* p, const char* end, char quote, char other_quote, bool& high) {
    unsigned char seen = 0;
    for (; p != end; ++p) {
        const auto byte = static_cast<unsigned char>(*p);
        if (value_stops_at[byte] || *p == quote || *p == other_quote) break;
        seen |= byte;
    }
    high = high || seen >= 0x80;
    return p;
}

const char* portable_utf8(const char* p, const char* end) {
    while (p != end) {
        if (static_cast<unsigned char>(*p) < 0x80) {
            ++p;
            continue;
        }
        char32_t c = 0;
        if (read_character(p, end, c) != Verdict::good) break;
    }
    return p;
}

const char* portable_copy_text(const char* p, const char* end, const char*, char* to, bool& high) {
    const char* const stop = portable_text(p, end, high);
    std::copy(p, stop, to);
    return stop;
}

const char* portable_copy_value(const char* p, const char* end, const char*, char* to, bool& high) {
    const char* const stop = portable_value(p, end, '\'', '"', high);
    std::copy(p, stop, to);
    return stop;
}

std::ptrdiff_t portable_copy_piece(const char* p, const char* end, char* to, std::size_t half) {
    bool high = half != 0;
    if (end - p > most_piece || portable_text(p, end, high) != end) return not_plain;
    const char* const behind = std::copy(p, end, to);
    if (!high) return 0;
    const char* cut = portable_utf8(to - half, behind);
    const std::ptrdiff_t left = behind - cut;
    char32_t c = 0;
    return left == 0 || read_character(cut, behind, c) == Verdict::cut ? left : not_plain;
}

Moved portable_decode_text(const char* p, const char* end, char* to, const char*& run, bool& high) {
    return decode_densely<PortableBlock>(p, end, to, run, high);
}

Moved portable_escape_text(const char* p, const char* end, char* to, const char* limit, bool& high) {
    return escape_densely<PortableBlock>(p, end, to, limit, high);
}

}  // namespace

#if defined(__x86_64__)

namespace {
constexpr Every times_32(char c) {
    Every every{};
    for (char& one : every.bytes) one = c;
    return every;
}
constexpr Every by_low_half(std::string_view markup) {
    Every table{};
    for (const char c : markup) table.bytes[c & 0x0F] = table.bytes[(c & 0x0F) + 16] = c;
    return table;
}
}  // namespace

const Every every_one = times_32(1);
const Every every_two = times_32(2);
const Every every_apos = times_32('\'');
const Every every_quote = times_32('"');
const Every every_amp = times_32('&');
const Every every_less = times_32('<');
const Every every_greater = times_32('>');
const Every every_space = times_32(' ');
const Every every_line_feed = times_32('\n');
const Every every_tab = times_32('\t');
const Every every_low_half = times_32('\x0F');
const Every every_0x60 = times_32('\x60');
const Every every_0x70 = times_32('\x70');
const Every every_0x80 = times_32('\x80');
const Every every_0xef = times_32('\xEF');
const Every markup_by_low_half[2] = {by_low_half("<&'\""), by_low_half("<>&")};

#endif

const Kernels portable_kernels{"portable",           false,
                               portable_text,        portable_value,
                               portable_utf8,        portable_copy_text,
                               portable_copy_value,  portable_copy_piece,
                               portable_decode_text, portable_escape_text};

const Kernels& fastest_kernels() {
    static const Kernels& fastest = avx2_kernels() != nullptr ? *avx2_kernels() : portable_kernels;
    return fastest;
}

}  // namespace rondel::xml
