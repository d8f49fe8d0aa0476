// The question asked of every stanza: is this address already what preparation would make of it? For ASCII one pass
// answers.
#include "rondel/base/jid_parts.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace rondel::jid_parts {

namespace {

enum : std::uint8_t { local_char = 1, domain_char = 2, resource_char = 4, beyond_ascii = 8 };

// RFC 7622 §3.3.1 excludes eight printable characters; upper case is mapped, so it is not prepared.
constexpr bool is_local(unsigned c) {
    if (c >= 'A' && c <= 'Z') return false;
    constexpr std::string_view excluded = "\"&'/:<>@";
    return c >= 0x21 && c <= 0x7E && excluded.find(static_cast<char>(c)) == std::string_view::npos;
}
constexpr bool is_domain(unsigned c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

constexpr auto classes = [] {
    std::array<std::uint8_t, 256> table{};
    for (unsigned c = 0; c < 256; ++c)
        table[c] =
            static_cast<std::uint8_t>((is_local(c) ? local_char : 0) | (is_domain(c) ? domain_char : 0) |
                                      (c >= 0x20 && c <= 0x7E ? resource_char : 0) | (c >= 0x80 ? beyond_ascii : 0));
    return table;
}();

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    std::size_t run(std::size_t from, std::uint8_t kind) const {
        while (from < text_.size() && (classes[static_cast<unsigned char>(text_[from])] & kind) != 0) ++from;
        return from;
    }
    bool at(std::size_t position, char c) const { return position < text_.size() && text_[position] == c; }
    Glance stopped_at(std::size_t position) const {
        const bool unclear =
            position < text_.size() && (classes[static_cast<unsigned char>(text_[position])] & beyond_ascii) != 0;
        return unclear ? Glance::unclear : Glance::unprepared;
    }

    // Moves `position` over an NR-LDH label (RFC 5890 §2.3.1). One with "--" in the third and fourth place is an
    // A-label, which preparation would convert, or reserved.
    bool skip_label(std::size_t& position) const {
        const std::size_t start = position;
        position = run(position, domain_char);
        const std::size_t length = position - start;
        if (length == 0 || length > 63 || text_[start] == '-' || text_[position - 1] == '-') return false;
        return length < 4 || text_[start + 2] != '-' || text_[start + 3] != '-';
    }

  private:
    std::string_view text_;
};

#if defined(__SSE2__)

constexpr std::size_t step = 16;
constexpr std::size_t least = 4;
constexpr std::size_t most_at_once = 63;

// A bit for each character of a text of that size, the first the lowest.
struct Bits {
    std::uint64_t label = 0;  // a domain_char
    std::uint64_t dot = 0;
    std::uint64_t dash = 0;
    std::uint64_t other = 0;      // of the other local_chars those that people use: '_' and '+'
    std::uint64_t printable = 0;  // a resource_char

    explicit Bits(std::string_view text) {
        const char* const p = text.data();
        if (text.size() < step) {
            look(few(text), 0);
            return;
        }
        look(load(p), 0);
        std::size_t at = step;
        for (; text.size() - at >= step; at += step) look(load(p + at), at);
        if (at != text.size()) look(load(p + text.size() - step), text.size() - step);  // over some of them again
    }

  private:
    static __m128i load(const char* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }

    // At least `least` characters and less than `step`, and zeros behind them. Nothing else is read.
    static __m128i few(std::string_view text) {
        const char* const p = text.data();
        const std::size_t size = text.size();
        if (size <= 8)
            return _mm_cvtsi64_si128(
                static_cast<long long>(word<std::uint32_t>(p) | word<std::uint32_t>(p + size - 4) << 8 * (size - 4)));
        return _mm_set_epi64x(static_cast<long long>(word<std::uint64_t>(p + size - 8) >> 8 * (step - size)),
                              static_cast<long long>(word<std::uint64_t>(p)));
    }
    template <class Word>
    static std::uint64_t word(const char* p) {
        Word word;
        std::memcpy(&word, p, sizeof word);
        return word;
    }

    [[gnu::always_inline]] void look(__m128i v, std::size_t at) {
        const auto is = [v](char c) { return _mm_cmpeq_epi8(v, _mm_set1_epi8(c)); };
        const auto within = [v](char first, char last) {
            const __m128i from = _mm_sub_epi8(v, _mm_set1_epi8(first));
            return _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(static_cast<char>(last - first))), from);
        };
        const auto put = [at](std::uint64_t& all, __m128i mask) {
            all |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(mask))) << at;
        };
        const __m128i hyphen = is('-');
        put(label, _mm_or_si128(_mm_or_si128(within('a', 'z'), within('0', '9')), hyphen));
        put(dot, is('.'));
        put(dash, hyphen);
        put(other, _mm_or_si128(is('_'), is('+')));
        put(printable, within(' ', '~'));
    }
};

// Most addresses, seen as a whole. False says nothing.
bool is_plainly_prepared(std::string_view text, std::size_t& local_end, std::size_t& domain_end) {
    if (text.size() < least || text.size() > most_at_once) return false;
    const Bits bits(text);
    const auto end_of_run = [](std::uint64_t kind, std::size_t from) {
        return from + static_cast<std::size_t>(std::countr_one(kind >> from));
    };
    const std::uint64_t domain_chars = bits.label | bits.dot;
    std::size_t start = 0;
    local_end = 0;
    if (const std::size_t end = end_of_run(domain_chars | bits.other, 0); end < text.size() && text[end] == '@') {
        if (end == 0) return false;
        local_end = end;
        start = end + 1;
    }
    domain_end = end_of_run(domain_chars, start);
    if (domain_end == start) return false;
    if (domain_end != text.size()) {
        const std::size_t resource = domain_end + 1;
        if (text[domain_end] != '/' || resource == text.size() || end_of_run(bits.printable, resource) != text.size())
            return false;
    }
    const std::uint64_t domain = ((std::uint64_t{1} << domain_end) - 1) >> start << start;
    const std::uint64_t dots = bits.dot & domain;
    const std::uint64_t dashes = bits.dash & domain;
    const std::uint64_t first = (std::uint64_t{1} << start) | dots << 1;  // of each label
    const std::uint64_t last = (std::uint64_t{1} << (domain_end - 1)) | dots >> 1;
    const std::uint64_t third = first << 2;  // with "--" from there on it is an A-label, or reserved
    return ((first | last) & (dots | dashes)) == 0 && (third & dashes & dashes >> 1) == 0;
}

#else

bool is_plainly_prepared(std::string_view, std::size_t&, std::size_t&) { return false; }

#endif

}  // namespace

[[gnu::hot]] Glance glance(std::string_view text, std::size_t& local_end, std::size_t& domain_end) {
    if (is_plainly_prepared(text, local_end, domain_end)) return Glance::prepared;
    const Scanner scan(text);
    std::size_t position = scan.run(0, local_char);
    if (scan.at(position, '@')) {
        if (position == 0 || position > part_limit) return Glance::unprepared;
        local_end = position++;
    } else if (scan.stopped_at(position) == Glance::unclear) {
        return Glance::unclear;
    } else {
        local_end = 0;
        position = 0;
    }

    const std::size_t domain = position;
    if (scan.at(position, '[')) return Glance::unclear;
    while (true) {
        if (!scan.skip_label(position)) return scan.stopped_at(position);
        if (!scan.at(position, '.')) break;
        ++position;
    }
    if (position - domain > part_limit) return Glance::unprepared;
    domain_end = position;
    if (position == text.size()) return Glance::prepared;
    if (text[position] != '/') return scan.stopped_at(position);

    const std::size_t resource = position + 1;
    position = scan.run(resource, resource_char);
    if (position != text.size())
        return scan.stopped_at(position) == Glance::unclear ? Glance::unclear_resource : Glance::unprepared;
    const std::size_t length = position - resource;
    return length == 0 || length > part_limit ? Glance::unprepared : Glance::prepared;
}

}  // namespace rondel::jid_parts
