// What is wrong with a stanza for the stream that it is sent or received on.
#pragma once

#include <system_error>

namespace rondel::stream {

enum class StreamFault {
    not_open = 1,  // before Opened, or while closing
    no_from,       // XEP-0114 §3: every stanza has a `from` …
    foreign_from,  // … of the component's domain …
    no_to,         // … and a `to`
};
std::error_code make_error_code(StreamFault fault);

}  // namespace rondel::stream

template <>
struct std::is_error_code_enum<rondel::stream::StreamFault> : std::true_type {};
