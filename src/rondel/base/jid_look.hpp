// Most addresses, seen as a whole: a bit for each character, of up to 63 at once. What is certain is told; all else is
// for the scanner in jid_glance.cpp. Inside the floor, and for the reader.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rondel::jid_parts {

// Whether the text is a prepared JID. False says nothing.
using Look = bool (*)(std::string_view text);
bool portable_look(std::string_view text);
Look avx2_look();     // null where the processor has none, or it is another kind of processor
Look fastest_look();  // of this processor

inline constexpr std::size_t fewest_seen = 4;
inline constexpr std::size_t most_seen = 63;

// The first character has the lowest bit; behind the last there are zeros.
struct Seen {
    std::uint64_t local = 0;      // those of a localpart that people use: what a label may hold, '.', '_' and '+'
    std::uint64_t dot = 0;        //
    std::uint64_t wary = 0;       // '-', which may not stand everywhere in a label, '_' and '+', which may not at all
    std::uint64_t printable = 0;  // what is ASCII and may stand in a resourcepart, as all of the above
};

[[gnu::always_inline]] inline std::uint64_t bit(std::size_t place) { return std::uint64_t{1} << place; }

// Whether no label of [start, end), which is a domainpart but for that, begins or ends with one of `dashes`, or has
// "--" in its third and fourth place: so A-labels begin, and reserved ones.
inline bool may_have(std::uint64_t dashes, std::uint64_t dots, std::size_t start, std::size_t end) {
    const std::uint64_t first = bit(start) | dots << 1;  // of each label
    const std::uint64_t last = (bit(end) | dots) >> 1;
    return (((first | last) & dashes) | (first << 2 & dashes & dashes >> 1)) == 0;
}

// `dashes()` is asked only if there is something to be wary of in the domainpart.
template <class Dashes>
[[gnu::always_inline]] inline bool is_prepared(std::string_view text, const Seen& seen, const Dashes& dashes) {
    std::size_t start = 0;  // of the domainpart
    auto end = static_cast<std::size_t>(std::countr_one(seen.local));
    if (end < text.size() && text[end] == '@') {
        if (end == 0) return false;
        start = end + 1;
        end = start + static_cast<std::size_t>(std::countr_one(seen.local >> start));
    }
    if (end == start) return false;
    if (end != text.size() && (text[end] != '/' || end + 1 == text.size() || seen.printable != bit(text.size()) - 1))
        return false;
    const std::uint64_t domain = bit(end) - bit(start);
    const std::uint64_t dots = seen.dot & domain;
    if ((dots & (dots << 1 | bit(start) | bit(end) >> 1)) != 0) return false;  // an empty label
    const std::uint64_t wary = seen.wary & domain;
    return wary == 0 || ((wary & ~dashes()) == 0 && may_have(wary, dots, start, end));
}

}  // namespace rondel::jid_parts
