// UTF-8 as the specifications want it, and text that is safe to show. Portable and simple; the xml floor scans with its
// own. Threads: free functions without state, call them anywhere.
#pragma once

#include <string>
#include <string_view>

namespace rondel {

// Well-formed UTF-8 (RFC 3629 §4): no overlong forms, no surrogates, nothing above U+10FFFF. Empty text is well-formed.
bool is_utf8(std::string_view text);

// Well-formed UTF-8 of XML characters only (XML 1.0 §2.2): no control characters but TAB, LF and CR, no U+FFFE, no
// U+FFFF.
bool is_xml_text(std::string_view text);

// Text of a peer, fit for a log or a terminal: one line in which nothing can move a cursor, start an escape sequence,
// hide or reorder what follows, or pretend to be another line. Other characters stay as they are. Escapes look like
// "\n", "\x1b" (a byte) and "\u{202e}" (a character); a backslash becomes "\\", so the escapes cannot be forged.
std::string sanitize_for_log(std::string_view text);

// Reads one well-formed character at `position` and moves past it; returns utf8_error, and moves past one byte, at bad
// input. Precondition: position < text.size().
inline constexpr char32_t utf8_error = 0xFFFFFFFF;
char32_t next_code_point(std::string_view text, std::size_t& position);

}  // namespace rondel
