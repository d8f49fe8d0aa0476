// The attributes that nearly every tag has, known at sight: the first eight bytes of one, as a word, tell its name and
// that "=" follows. Inside the floor.
#pragma once

#include "rondel/xml/common_attributes.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace rondel::xml {

// A poor hash, but the attributes that stand together in the stanzas of the XEPs have different ones.
constexpr std::uint64_t bit_of(std::string_view name) {
    const auto first = static_cast<unsigned char>(name.front());
    const auto last = static_cast<unsigned char>(name.back());
    return std::uint64_t{1} << ((first + 5U * last + 8U * static_cast<unsigned>(name.size())) & 63U);
}

// The names that nearly every tag has, each with the sign behind it as the beginning of one word.
struct Usual {
    std::uint64_t word = 1;  // of an entry that is free: nothing masked by 0 is this
    std::uint64_t mask = 0;
    std::uint8_t size = 0;
    Common common = Common::none;
    std::uint64_t bit = 0;
};

constexpr Usual usual(std::string_view name, Common common) {
    std::array<char, 8> word{};
    std::array<char, 8> mask{};
    for (std::size_t i = 0; i < name.size(); ++i) word[i] = name[i];
    word[name.size()] = '=';
    for (std::size_t i = 0; i <= name.size(); ++i) mask[i] = '\xFF';
    return {std::bit_cast<std::uint64_t>(word), std::bit_cast<std::uint64_t>(mask),
            static_cast<std::uint8_t>(name.size()), common, bit_of(name)};
}

constexpr std::size_t place_of(char first, char second) {
    return (2U * static_cast<unsigned char>(first) + static_cast<unsigned char>(second)) & 15U;
}

inline constexpr auto usual_names = [] {
    std::array<Usual, 16> names{};
    const auto add = [&](std::string_view name, Common common) {
        Usual& place = names[place_of(name[0], name[1])];
        if (place.size != 0) throw std::logic_error("Two names have one place.");
        place = usual(name, common);
    };
    add("to", Common::to), add("from", Common::from), add("id", Common::id), add("type", Common::type);
    add("xmlns", Common::none);
    return names;
}();

// The one that begins at `p`, where at least eight bytes stand; null if it is none of them.
inline const Usual* usual_at(const char* p) {
    const Usual& usual = usual_names[place_of(p[0], p[1])];
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    return (word & usual.mask) == usual.word ? &usual : nullptr;
}

}  // namespace rondel::xml
