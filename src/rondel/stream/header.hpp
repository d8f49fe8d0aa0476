// Stream headers: written, and checked (RFC 6120 §4.7, RFC 7395 §3.4).
#pragma once

#include "rondel/stream/content_ns.hpp"
#include "rondel/stream/framing.hpp"
#include "rondel/stream/incoming.hpp"
#include "rondel/stream/stream_error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rondel::stream {

// What is empty is not written, but `from` where there is an id: an answering header has both.
struct Header {
    std::string_view content_ns = component_accept_ns;
    std::string_view from = {};
    std::string_view to = {};
    std::string_view id = {};
    std::string_view version = {};  // none on a component's stream (R004)
    std::string_view lang = {};
};
std::string write_header(const Header& header, Framing framing = Framing::tcp);

inline constexpr std::string_view end_tag = "</stream:stream>";
std::string_view end_of(Framing framing);  // the end tag, or <close/>

// What is wrong with the header that has just been read, or nothing. Any prefix does for the stream's namespace
// (RFC 6120 §11.2), but one it must have, as the default namespace has to be that of the stanzas.
std::optional<StreamError> check_header(const Incoming& incoming, std::string_view content_ns);

// Whether this is version 1.0 or later; none is 0.9 (RFC 6120 §4.7.5).
bool is_version_1(std::string_view version);

}  // namespace rondel::stream
