// Bytes as text: strict base64 (RFC 4648 §4, RFC 6120 §6.3.5 and §13.9.1) and lower-case hexadecimal.
// Threads: free functions without state.
#pragma once

#include "rondel/base/result.hpp"
#include "rondel/base/text_error.hpp"

#include <array>
#include <string>
#include <string_view>

namespace rondel {

std::string to_base64(std::string_view bytes);

// Error bad_base64: a character outside the alphabet (white space is outside), a length that is no multiple of four,
// '=' anywhere but at the end, or padding bits that are not zero. So every text that is accepted is what to_base64
// makes of the result.
Result<std::string> parse_base64(std::string_view text);

std::string to_hex(std::string_view bytes);
template <std::size_t size>
std::string to_hex(const std::array<unsigned char, size>& bytes) {
    return to_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), size));
}

}  // namespace rondel
