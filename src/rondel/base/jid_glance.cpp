// Is this address already what preparation would make of it? For ASCII one pass answers, if one look (jid_look.hpp) has
// not.
#include "rondel/base/jid_parts.hpp"

#include <array>
#include <cstdint>

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

}  // namespace

Glance glance(std::string_view text, std::size_t& domain_end) {
    const Scanner scan(text);
    std::size_t position = scan.run(0, local_char);
    if (scan.at(position, '@')) {
        if (position == 0 || position > part_limit) return Glance::unprepared;
        ++position;
    } else if (scan.stopped_at(position) == Glance::unclear) {
        return Glance::unclear;
    } else {
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
