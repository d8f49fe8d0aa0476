// The kind of each character of an address, as vectors find it: in two tables. Inside the floor.
#pragma once

#include <array>
#include <cstdint>

namespace rondel::jid_parts {

// A bit for each kind, so chosen that it is what the tables say of its lower and of its upper four bits. The signs of
// these bytes count, too.
struct Kind {
    static constexpr std::uint8_t dot = 0x80;
    static constexpr std::uint8_t dash = 0x40;
    static constexpr std::uint8_t underscore = 0x20;
    static constexpr std::uint8_t plus = 0x10;
    static constexpr std::uint8_t digit = 0x04;
    static constexpr std::uint8_t a_to_o = 0x02;
    static constexpr std::uint8_t p_to_z = 0x01;

    static constexpr std::uint8_t of(char c) {
        if (c >= 'a' && c <= 'z') return c <= 'o' ? a_to_o : p_to_z;
        if (c >= '0' && c <= '9') return digit;
        return c == '.' ? dot : c == '-' ? dash : c == '_' ? underscore : c == '+' ? plus : 0;
    }
};

// Sixteen bytes, twice. Defined where the compiler does not see what they are: what it knows it makes anew each time.
struct alignas(32) Sixteen {
    std::array<std::uint8_t, 32> twice{};
};
extern const Sixteen kinds_by_lower, kinds_by_upper;
extern const Sixteen all_0x0f, all_blanks;

}  // namespace rondel::jid_parts
