// The PRECIS profiles of RFC 8265, for usernames and for passwords and resourceparts.
//
// Both take untrusted UTF-8 and return what a comparison must use, or nothing if the text is not allowed (bad UTF-8
// included). Preparing twice gives the same as preparing once. Threads: free functions without state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rondel {

// §3.3: width and case are mapped, then NFC; the Bidi rule; the IdentifierClass. Not empty.
std::optional<std::string> username_case_mapped(std::string_view text);

// §4.2: spaces are mapped to U+0020, then NFC; the FreeformClass. Not empty.
std::optional<std::string> opaque_string(std::string_view text);

}  // namespace rondel
