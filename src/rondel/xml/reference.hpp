// References: &lt; and the other four of XML 1.0 §4.6, &#10; and &#xA; (§4.1). XMPP knows no others (RFC 6120 §11.1).
// Inside the floor.
#pragma once

#include "rondel/xml/verdict.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rondel::xml {

// One of the five that have names, looked up by the two bytes behind its '&': as eight bytes of which `mask` counts.
struct Predefined {
    std::uint64_t bytes = 1;  // no bytes under a mask of 0 are equal to this
    std::uint64_t mask = 0;
    std::uint8_t size = 0;
    char character = 0;
};
constexpr std::size_t predefined_slot(char first, char second) {
    return static_cast<std::size_t>((first ^ second) & 0x0F);
}
inline constexpr std::array<Predefined, 16> predefined_references = [] {
    std::array<Predefined, 16> all{};
    const auto set = [&all](std::string_view written, char character) {
        std::array<char, 8> bytes{}, mask{};
        written.copy(bytes.data(), bytes.size());
        for (std::size_t i = 0; i < written.size(); ++i) mask[i] = '\xFF';
        all[predefined_slot(written[1], written[2])] = {std::bit_cast<std::uint64_t>(bytes),
                                                        std::bit_cast<std::uint64_t>(mask),
                                                        static_cast<std::uint8_t>(written.size()), character};
    };
    set("&lt;", '<');
    set("&gt;", '>');
    set("&amp;", '&');
    set("&apos;", '\'');
    set("&quot;", '"');
    return all;
}();

inline constexpr std::ptrdiff_t predefined_glance = 8;  // bytes that must be there

// The size of the one at `p`, and what it stands for at `character`; 0 if there is another kind, or none.
inline std::size_t predefined(const char* p, char& character) {
    const Predefined& one = predefined_references[predefined_slot(p[1], p[2])];
    std::uint64_t there = 0;
    std::memcpy(&there, p, sizeof there);
    if ((there & one.mask) != one.bytes) return 0;
    character = one.character;
    return one.size;
}

// The reference at `p`, which is moved behind it; `to` behind its character, which has four bytes at most.
Verdict read_reference(const char*& p, const char* end, char*& to);

}  // namespace rondel::xml
