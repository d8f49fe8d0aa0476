// The common attributes of stanzas (RFC 6120 §8.1). Whoever receives or sends a stanza asks for them several times: so
// a block knows where those of its root stand, and nothing is compared to find one.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace rondel::xml {

enum class Common : std::uint8_t { to, from, id, type, none };
inline constexpr std::size_t common_count = 4;

// The name as one word: which of them it is.
inline Common common_of(std::string_view name) {
    if (name.size() == 2) {
        if (name[0] == 't' && name[1] == 'o') return Common::to;
        if (name[0] == 'i' && name[1] == 'd') return Common::id;
    } else if (name.size() == 4) {
        const auto is = [name](const char(&word)[5]) { return std::memcmp(name.data(), word, 4) == 0; };
        if (is("from")) return Common::from;
        if (is("type")) return Common::type;
    }
    return Common::none;
}

}  // namespace rondel::xml
