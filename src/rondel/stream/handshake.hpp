// The handshake of XEP-0114 §3: the component shows that it knows the secret, the server answers with an empty element.
#pragma once

#include "rondel/base/secret.hpp"
#include "rondel/xml/element.hpp"

#include <string>
#include <string_view>

namespace rondel::stream {

// Lower-case hexadecimal SHA-1 of the stream id, as it is without escapes, and the secret.
std::string handshake_digest(std::string_view stream_id, const Secret& secret);

bool is_handshake(xml::ElementView element);
bool is_void(xml::ElementView element);  // neither text nor children

// Whether the element is a handshake with the digest for this id and secret, compared in constant time. An empty secret
// is nobody's.
bool is_right_handshake(xml::ElementView element, std::string_view stream_id, const Secret& secret);

}  // namespace rondel::stream
