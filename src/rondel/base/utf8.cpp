#include "rondel/base/utf8.hpp"

#include <cstdint>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

namespace rondel {

namespace {

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// The number of leading bytes that are ASCII, eight at a time.
std::size_t ascii_prefix(std::string_view text) {
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + i, 8);
        if ((word & 0x8080808080808080) != 0) break;
    }
    while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
    return i;
}

bool is_xml_char(char32_t c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return c != 0xFFFE && c != 0xFFFF;
}

// Characters that a terminal or a log viewer acts upon, or that show something else than what is there.
bool is_unsafe_to_show(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F)          // C0, DEL, C1: U+009B starts an escape sequence, U+0085 a line
           || c == 0x2028 || c == 0x2029                 // line and paragraph separator
           || c == 0x061C || c == 0x200E || c == 0x200F  // marks and overrides that reorder the line (CVE-2021-42574)
           || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x00AD || c == 0x200B ||
           (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF  // invisible
           || (c >= 0xE0000 && c <= 0xE007F)            // invisible tags
           || (c >= 0xFFF9 && c <= 0xFFFB) || (c & 0xFFFE) == 0xFFFE;
}

void append_escaped(std::string& out, char32_t c) {
    switch (c) {
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (c < 0x80)
                fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(c));
            else
                fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<unsigned>(c));
    }
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& position) {
    const auto byte = [&](std::size_t offset) { return static_cast<unsigned char>(text[position + offset]); };
    const unsigned char lead = byte(0);
    const std::size_t left = text.size() - position;
    std::size_t length = 0;
    char32_t c = utf8_error;
    if (lead < 0x80) {
        length = 1;
        c = lead;
    } else if (lead >= 0xC2 && lead <= 0xDF) {  // C0 and C1 could only start overlong forms
        if (left >= 2 && is_continuation(byte(1))) {
            length = 2;
            c = (lead & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
        }
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        if (left >= 3 && is_continuation(byte(1)) && is_continuation(byte(2))) {
            length = 3;
            c = (lead & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
            if (c < 0x800 || (c >= 0xD800 && c <= 0xDFFF)) c = utf8_error;
        }
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        if (left >= 4 && is_continuation(byte(1)) && is_continuation(byte(2)) && is_continuation(byte(3))) {
            length = 4;
            c = (lead & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
            if (c < 0x10000 || c > 0x10FFFF) c = utf8_error;
        }
    }
    position += c == utf8_error ? 1 : length;
    return c;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = ascii_prefix(text); i < text.size(); i += ascii_prefix(text.substr(i)))
        if (next_code_point(text, i) == utf8_error) return false;
    return true;
}

bool is_xml_text(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte < 0x80) {
            ++i;
            continue;
        }
        const char32_t c = next_code_point(text, i);
        if (c == utf8_error || !is_xml_char(c)) return false;
    }
    return true;
}

std::string sanitize_for_log(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t start = i;
        const char32_t c = next_code_point(text, i);
        if (c == utf8_error)
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[start]));
        else if (c == '\\')
            out += "\\\\";
        else if (is_unsafe_to_show(c))
            append_escaped(out, c);
        else
            out += text.substr(start, i - start);
    }
    return out;
}

}  // namespace rondel
