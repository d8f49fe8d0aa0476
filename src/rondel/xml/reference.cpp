#include "rondel/xml/reference.hpp"

#include "rondel/xml/characters.hpp"
#include "rondel/xml/same.hpp"

#include <algorithm>
#include <string_view>

namespace rondel::xml {

namespace {

struct Entity {
    std::string_view name;
    char character;
};
constexpr Entity entities[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"apos", '\''}, {"quot", '"'}};
constexpr std::size_t longest = 6;  // "&apos;"

// The usual kind, whole: its size, or 0.
std::size_t predefined(const char* p, char& character) {
    const auto is = [&](const Entity& entity) {
        const std::size_t size = entity.name.size();
        if (p[size + 1] != ';' || !same_text({p + 1, size}, entity.name)) return std::size_t{0};
        character = entity.character;
        return size + 2;
    };
    switch (p[1]) {
        case 'l':
            return is(entities[0]);
        case 'g':
            return is(entities[1]);
        case 'a':
            return is(entities[p[2] == 'm' ? 2 : 3]);
        case 'q':
            return is(entities[4]);
        default:
            return 0;
    }
}

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
    if (static_cast<std::size_t>(end - at) >= longest)
        if (const std::size_t size = predefined(at, *to); size != 0) {
            at += size;
            ++to;
            return Verdict::good;
        }
    const char* p = at + 1;
    if (p == end) return Verdict::cut;
    char32_t c = 0;
    if (*p == '#') {
        if (const Verdict v = read_number(++p, end, c); v != Verdict::good) return v;
    } else {
        const char* const name = p;
        if (const Verdict v = read_ncname(p, end); v != Verdict::good) return v;
        if (*p != ';') return Verdict::not_well_formed;
        const std::string_view entity(name, static_cast<std::size_t>(p - name));
        const auto* found = std::find_if(std::begin(entities), std::end(entities),
                                         [&](const Entity& one) { return one.name == entity; });
        if (found == std::end(entities)) return Verdict::restricted_xml;
        c = static_cast<unsigned char>(found->character);
    }
    to += encode(c, to);
    at = p + 1;
    return Verdict::good;
}

}  // namespace rondel::xml
