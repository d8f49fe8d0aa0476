#include "rondel/xml/reference.hpp"

#include "rondel/xml/characters.hpp"

#include <algorithm>
#include <string_view>

namespace rondel::xml {

namespace {

Verdict read_number(const char*& p, const char* end, char32_t& c) {
    const bool hex = p != end && *p == 'x';
    if (hex) ++p;
    const char* const first = p;
    for (; p != end && *p != ';'; ++p) {
        const char digit = *p;
        const bool decimal = digit >= '0' && digit <= '9';
        const char lower = static_cast<char>(digit | 0x20);
        if (!decimal && !(hex && lower >= 'a' && lower <= 'f')) return Verdict::not_well_formed;
        const auto value = static_cast<char32_t>(decimal ? digit - '0' : lower - 'a' + 10);
        c = std::min<char32_t>(c * (hex ? 16 : 10) + value, 0x110000);  // stays out of range once it is
    }
    if (p == end) return Verdict::cut;
    return p == first || !is_xml_character(c) ? Verdict::not_well_formed : Verdict::good;
}

}  // namespace

Verdict read_reference(const char*& at, const char* end, char*& to) {
    if (end - at >= predefined_glance)
        if (const std::size_t size = predefined(at, *to); size != 0) {
            at += size;
            ++to;
            return Verdict::good;
        }
    const char* p = at + 1;
    if (p == end) return Verdict::cut;
    if (*p == '#') {
        char32_t c = 0;
        if (const Verdict v = read_number(++p, end, c); v != Verdict::good) return v;
        to += encode(c, to);
    } else {
        if (const Verdict v = read_ncname(p, end); v != Verdict::good) return v;
        if (*p != ';') return Verdict::not_well_formed;
        char whole[predefined_glance] = {};
        const std::string_view written(at, static_cast<std::size_t>(p + 1 - at));
        if (written.copy(whole, sizeof whole) != written.size()) return Verdict::restricted_xml;
        if (predefined(whole, *to) == 0) return Verdict::restricted_xml;
        ++to;
    }
    at = p + 1;
    return Verdict::good;
}

}  // namespace rondel::xml
