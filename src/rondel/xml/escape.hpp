// What is written instead of a character, and what XML cannot carry. Inside the floor.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace rondel::xml {

enum class Escape { text, attribute };

// Eight bytes to copy, of which `size` count; 0 where nothing need be written instead, or XML cannot carry it.
struct Escaped {
    char bytes[7] = {};
    std::uint8_t size = 0;
};

// By the character, which is below 0x40 if there is anything.
template <Escape kind>
inline constexpr std::array<Escaped, 64> escapes = [] {
    std::array<Escaped, 64> all{};
    const auto set = [&all](char c, std::string_view instead) {
        Escaped& one = all[static_cast<std::size_t>(c)];
        instead.copy(one.bytes, sizeof one.bytes);
        one.size = static_cast<std::uint8_t>(instead.size());
    };
    set('<', "&lt;");
    set('&', "&amp;");
    set('\r', "&#13;");
    if (kind == Escape::text) {
        set('>', "&gt;");
    } else {
        set('\'', "&apos;");
        set('"', "&quot;");
        set('\t', "&#9;");
        set('\n', "&#10;");
    }
    return all;
}();

template <Escape kind>
std::string_view escaped(char c) {
    const auto index = static_cast<unsigned char>(c);
    if (index >= escapes<kind>.size()) return {};
    const Escaped& one = escapes<kind>[index];
    return {one.bytes, one.size};
}

}  // namespace rondel::xml
