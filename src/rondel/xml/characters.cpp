#include "rondel/xml/characters.hpp"

#include "rondel/xml/name_tables.hpp"

#include <algorithm>
#include <span>

namespace rondel::xml {

namespace {

bool within(std::span<const CharacterRange> ranges, char32_t c) {
    const auto after = std::upper_bound(ranges.begin(), ranges.end(), c,
                                        [](char32_t value, CharacterRange range) { return value < range.first; });
    return after != ranges.begin() && c <= std::prev(after)->last;
}

bool continues(unsigned char byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

bool is_name_start(char32_t c) {
    if (c < 0x80) return (byte_classes[c] & byte_class::name_start) != 0;
    return within(name_starts, c);
}

bool is_name(char32_t c) {
    if (c < 0x80) return (byte_classes[c] & byte_class::name) != 0;
    return within(name_characters, c);
}

Verdict read_ncname(const char*& p, const char* end) {
    bool first = true;
    for (;;) {
        if (p == end) return Verdict::cut;
        const std::uint8_t kind = class_of(*p);
        if ((kind & (first ? byte_class::name_start : byte_class::name)) != 0) {
            ++p;
        } else if ((kind & byte_class::high) != 0) {
            const char* after = p;
            char32_t c = 0;
            if (const Verdict v = read_character(after, end, c); v != Verdict::good) return v;
            if (first ? !is_name_start(c) : !is_name(c)) return Verdict::not_well_formed;
            p = after;
        } else {
            return first ? Verdict::not_well_formed : Verdict::good;
        }
        first = false;
    }
}

Verdict read_name(const char*& p, const char* end, Name& name) {
    name.begin = name.local = p;
    if (const Verdict v = read_ncname(p, end); v != Verdict::good) return v;
    if (*p == ':') {
        name.local = ++p;
        if (const Verdict v = read_ncname(p, end); v != Verdict::good) return v;
        if (*p == ':') return Verdict::not_well_formed;
    }
    name.end = p;
    return Verdict::good;
}

bool is_ncname(std::string_view text) {
    const char* p = text.data();
    const char* const end = p + text.size();
    return read_ncname(p, end) == Verdict::cut && p == end && !text.empty();
}

Verdict read_character(const char*& p, const char* end, char32_t& character) {
    // RFC 3629 §4, by the ranges of its table: the second byte is what tells overlong forms and surrogates.
    const auto lead = static_cast<unsigned char>(*p);
    if (lead < 0x80) {
        character = lead;
        ++p;
        return is_xml_character(lead) ? Verdict::good : Verdict::not_well_formed;
    }
    if (lead < 0xC2 || lead > 0xF4) return Verdict::bad_utf8;
    const int more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    char32_t c = lead & (0x3F >> more);
    for (int i = 1; i <= more; ++i) {
        if (end - p == i) return Verdict::cut;
        const auto byte = static_cast<unsigned char>(p[i]);
        if (!continues(byte) || (i == 1 && (byte < low || byte > high))) return Verdict::bad_utf8;
        c = c << 6 | (byte & 0x3FU);
    }
    if (!is_xml_character(c)) return Verdict::not_well_formed;
    p += more + 1;
    character = c;
    return Verdict::good;
}

std::size_t encode(char32_t c, char* to) {
    const auto tail = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3F)); };
    if (c < 0x80) {
        to[0] = static_cast<char>(c);
        return 1;
    }
    if (c < 0x800) {
        to[0] = static_cast<char>(0xC0 | c >> 6);
        to[1] = tail(0);
        return 2;
    }
    if (c < 0x10000) {
        to[0] = static_cast<char>(0xE0 | c >> 12);
        to[1] = tail(6);
        to[2] = tail(0);
        return 3;
    }
    to[0] = static_cast<char>(0xF0 | c >> 18);
    to[1] = tail(12);
    to[2] = tail(6);
    to[3] = tail(0);
    return 4;
}

}  // namespace rondel::xml
