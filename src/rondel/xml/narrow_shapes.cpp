// Values that never differ: a shape in which they are literals is tried before the one in which they are values, and
// given up when it does not help (docs/decisions/0011-stanzas-alike.md).
#include "rondel/xml/shapes.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace rondel::xml {

namespace {

constexpr int enough_looks = 3;                  // at a shape: what was the same in all of them is thought to stay so
constexpr std::uint32_t tolerated = 16;          // misses, of which half are forgotten with each look
constexpr std::uint32_t longest_rest = 1 << 16;  // looks

}  // namespace

void Shapes::look(std::string_view bytes, const Block& block) {
    Known& known = *known_[last_used_];
    if (known.wide != nullptr) known.wide->misses /= 2;
    if (known.wide != nullptr || known.narrow != nullptr || uses_ < known.rests) return;
    see(known, block);
    if (known.looks < enough_looks) return;
    known.looks = 0;
    const Shape* const learned = known.same == 0 ? nullptr : taken_apart(bytes, block, known.same);
    if (learned == nullptr) return;
    Known& narrow = add(*learned);
    if (&narrow == &known) return;  // which was narrow to one that is gone
    part(narrow);
    narrow.wide = &known;
    known.narrow = &narrow;
    known.misses = 0;
    latest_ = narrow.place;
}

void Shapes::see(Known& known, const Block& block) {
    if (known.looks++ == 0) known.same = ~(~0U << known.named.size());
    for (std::uint32_t i = 0; i < known.named.size(); ++i) {
        const std::string_view value = block.view(block.attributes[i + 1].value);  // the first is nobody
        const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>()(value));
        if (std::exchange(known.seen[i], hash) != hash && known.looks != 1) known.same &= ~(1U << i);
    }
}

void Shapes::missed(Known& wide) {
    latest_ = wide.narrow->place;
    if (++wide.misses <= tolerated) return;
    wide.narrow->used = 0;  // the next to make room
    part(wide);
    wide.rests = uses_ + looked_at * std::min(longest_rest, 2U << std::min(wide.dropped++, 30U));
    latest_ = wide.place;
}

void Shapes::part(Known& known) {
    if (known.wide != nullptr) std::exchange(known.wide, nullptr)->narrow = nullptr;
    if (known.narrow != nullptr) std::exchange(known.narrow, nullptr)->wide = nullptr;
}

}  // namespace rondel::xml
