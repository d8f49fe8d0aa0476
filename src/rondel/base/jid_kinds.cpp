#include "rondel/base/jid_kinds.hpp"

#include <cstddef>

namespace rondel::jid_parts {

namespace {

constexpr Sixteen by_four_bits(unsigned shift) {
    Sixteen table;
    for (unsigned c = 0; c < 128; ++c)
        for (const unsigned i : {0U, 16U}) table.twice[(c >> shift & 0x0F) + i] |= Kind::of(static_cast<char>(c));
    return table;
}

constexpr bool agree(const Sixteen& by_lower, const Sixteen& by_upper) {
    for (unsigned c = 0; c < 256; ++c)
        if ((by_lower.twice[c & 0x0F] & by_upper.twice[c >> 4]) != Kind::of(static_cast<char>(c))) return false;
    return true;
}
static_assert(agree(by_four_bits(0), by_four_bits(4)));

constexpr Sixteen all(std::uint8_t byte) {
    Sixteen table;
    table.twice.fill(byte);
    return table;
}

}  // namespace

const Sixteen kinds_by_lower = by_four_bits(0);
const Sixteen kinds_by_upper = by_four_bits(4);
const Sixteen all_0x0f = all(0x0F);
const Sixteen all_blanks = all(' ');

}  // namespace rondel::jid_parts
