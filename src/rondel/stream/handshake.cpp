#include "rondel/stream/handshake.hpp"

#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"

namespace rondel::stream {

std::string handshake_digest(std::string_view stream_id, const Secret& secret) {
    return to_hex(sha1({stream_id, secret.reveal()}));
}

bool is_handshake(xml::ElementView element) { return element.is("handshake", xml::stanza_ns); }

bool is_void(xml::ElementView element) { return element.text().empty() && element.nodes().empty(); }

bool is_right_handshake(xml::ElementView element, std::string_view stream_id, const Secret& secret) {
    return is_handshake(element) && element.children().empty() && !secret.empty() &&
           equal_in_constant_time(element.text(), handshake_digest(stream_id, secret));
}

}  // namespace rondel::stream
