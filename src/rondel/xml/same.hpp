// Whether two short texts are the same, without a call: names and namespaces are compared for every stanza.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace rondel::xml {

template <class Word>
inline Word word_at(const char* p) {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
}
template <class Word>
inline bool same_word(const char* a, const char* b) {
    return word_at<Word>(a) == word_at<Word>(b);
}

// The two words at the ends overlap where the text is shorter than both.
inline bool same_text(std::string_view a, std::string_view b) {
    const std::size_t size = a.size();
    if (size != b.size()) return false;
    const char* const p = a.data();
    const char* const q = b.data();
    if (size > 16) return std::memcmp(p, q, size) == 0;
    if (size >= 8) return same_word<std::uint64_t>(p, q) && same_word<std::uint64_t>(p + size - 8, q + size - 8);
    if (size >= 4) return same_word<std::uint32_t>(p, q) && same_word<std::uint32_t>(p + size - 4, q + size - 4);
    return size == 0 || (p[0] == q[0] && p[size / 2] == q[size / 2] && p[size - 1] == q[size - 1]);
}

}  // namespace rondel::xml
