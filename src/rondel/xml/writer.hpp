// Writes elements as bytes of a stream. Escapes what must be escaped, and refuses what XML 1.0 cannot carry: control
// characters, U+FFFE, bytes that are not UTF-8 (RFC 6120 §11.3), names that are no names. A refused element leaves no
// byte behind.
#pragma once

#include "rondel/base/result.hpp"
#include "rondel/xml/element.hpp"

#include <string>
#include <string_view>
#include <system_error>

namespace rondel::xml {

enum class WriteError {
    bad_character = 1,  // a control character, U+FFFE, U+FFFF, or not UTF-8
    bad_name,           // an element or attribute name that is no XML name, or no element at all
    too_large,          // over the limit given
    too_deep,           // deeper than the limit given: deep nesting has brought servers down
};
[[gnu::cold]] std::error_code make_error_code(WriteError);

struct WriteLimits {
    std::size_t bytes = 256 * 1024;
    std::size_t depth = 64;
};

// Appends `element` to `out`. `content_ns` is the default namespace that is in force around it (the stream's): elements
// in xml::stanza_ns reached through elements in xml::stanza_ns are written without xmlns when content_ns is not empty;
// all others declare theirs. On an error `out` is as it was.
std::error_code write(ElementView element, Bytes& out, std::string_view content_ns = {},
                      const WriteLimits& limits = {});
std::error_code write(ElementView element, std::string& out, std::string_view content_ns = {},
                      const WriteLimits& limits = {});

// The same as text, for tests, logs and people; what could not be written gives "<!-- why -->".
std::string to_string(ElementView element, std::string_view content_ns = {});

// For what is not an element, such as a stream header. What XML cannot carry becomes U+FFFD, byte by byte: ask
// can_carry() first to refuse it.
void append_escaped_text(std::string_view text, std::string& out);        // & < > and CR, which a reader would change
void append_escaped_attribute(std::string_view value, std::string& out);  // also both quotes, TAB and LF

// Whether every character of `text` is one that XML can carry (XML 1.0 §2.2), in UTF-8.
bool can_carry(std::string_view text);

}  // namespace rondel::xml

template <>
struct std::is_error_code_enum<rondel::xml::WriteError> : std::true_type {};
