// Which characters may stand where: XML 1.0 §2.2 (Char) and §2.3 (white space), names of its fourth edition, as
// Namespaces in XML cuts them at the colon (NCName). The fourth edition and not the fifth, because that is what expat,
// and so most of the servers in use, goes by.
#pragma once

#include "rondel/xml/verdict.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rondel::xml {

namespace byte_class {
inline constexpr std::uint8_t name_start = 1;  // ASCII only
inline constexpr std::uint8_t name = 2;        // ASCII only
inline constexpr std::uint8_t space = 4;
inline constexpr std::uint8_t control = 8;  // refused everywhere
inline constexpr std::uint8_t high = 16;    // a byte of a longer character
}  // namespace byte_class

inline constexpr std::array<std::uint8_t, 256> byte_classes = [] {
    std::array<std::uint8_t, 256> classes{};
    for (int c = 0; c < 0x20; ++c) classes[c] = byte_class::control;
    for (const int c : {' ', '\t', '\n', '\r'}) classes[c] = byte_class::space;
    for (int c = 0x80; c < 0x100; ++c) classes[c] = byte_class::high;
    for (int c = '0'; c <= '9'; ++c) classes[c] = byte_class::name;
    for (const int c : {'-', '.'}) classes[c] = byte_class::name;
    for (int c = 'a'; c <= 'z'; ++c) classes[c] = classes[c - 'a' + 'A'] = byte_class::name | byte_class::name_start;
    classes['_'] = byte_class::name | byte_class::name_start;
    return classes;
}();

inline std::uint8_t class_of(char c) { return byte_classes[static_cast<unsigned char>(c)]; }
inline bool is_space(char c) { return (class_of(c) & byte_class::space) != 0; }

// Of one character. Those beyond U+FFFF are in no name of the fourth edition.
bool is_name_start(char32_t c);
bool is_name(char32_t c);

// A qualified name where it stands: prefix:local, or local alone.
struct Name {
    const char* begin = nullptr;
    const char* local = nullptr;  // begin, when there is no prefix
    const char* end = nullptr;

    bool prefixed() const { return local != begin; }
    std::string_view prefix() const {
        return prefixed() ? std::string_view(begin, static_cast<std::size_t>(local - 1 - begin)) : std::string_view();
    }
    std::string_view local_part() const { return {local, static_cast<std::size_t>(end - local)}; }
};

// Reads a qualified name from `p` and moves `p` behind it. `cut` when all of [p, end) may be the beginning of a longer
// one.
Verdict read_name(const char*& p, const char* end, Name& name);

// The same for a name without colon, an NCName: one that ends before a colon is good.
Verdict read_ncname(const char*& p, const char* end);

// Whether all of `text` is one NCName.
bool is_ncname(std::string_view text);

// One character of UTF-8 at `p`, which it is moved behind: `cut` when [p, end) is a proper beginning of one, bad_utf8
// when it is none, not_well_formed when XML does not allow it.
Verdict read_character(const char*& p, const char* end, char32_t& character);

// Whether XML allows the character at all (§2.2).
constexpr bool is_xml_character(char32_t c) {
    return c < 0x20 ? c == '\t' || c == '\n' || c == '\r'
                    : c < 0xD800 || (c > 0xDFFF && c != 0xFFFE && c != 0xFFFF && c <= 0x10FFFF);
}

// Writes the UTF-8 of `c` to `to`, at most four bytes; how many.
std::size_t encode(char32_t c, char* to);

}  // namespace rondel::xml
