// Stream headers as XEP-0114 has them: written, and checked.
#pragma once

#include "rondel/stream/stream_error.hpp"
#include "rondel/xml/reader.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rondel::stream {

struct Header {
    std::string_view from = {};
    std::string_view to = {};  // not written if empty
    std::string_view id = {};  // `from` and `id` are written if there is an id: so has an answering header
};
std::string write_header(const Header& header);

inline constexpr std::string_view end_tag = "</stream:stream>";

// What is wrong with the header that the reader has just opened, or nothing. Any prefix does for the stream's namespace
// (RFC 6120 §11.2), but one it must have, as the default namespace has to say that this is a component's stream.
std::optional<StreamError> check_header(const xml::Reader& reader);

}  // namespace rondel::stream
