// What can be wrong with text that stands for something else (JIDs have errors of their own, in jid.hpp).
#pragma once

#include <system_error>

namespace rondel {

enum class TextError {
    bad_base64 = 1,  // RFC 6120 §13.9.1
    bad_datetime,    // XEP-0082
    bad_offset,      // XEP-0082, Time Zone Definition
};
std::error_code make_error_code(TextError);

}  // namespace rondel

template <>
struct std::is_error_code_enum<rondel::TextError> : std::true_type {};
