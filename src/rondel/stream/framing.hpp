// How a stream is cut into what the transport carries.
#pragma once

#include <string_view>

namespace rondel::stream {

enum class Framing {
    tcp,        // one XML document (RFC 6120)
    websocket,  // one element per message, <open/> and <close/> (RFC 7395)
};

// A stream with websocket framing says, and expects, this byte behind every message: XML cannot contain it. The
// transport turns it into the end of a WebSocket message, and back.
inline constexpr char message_end = '\0';

inline constexpr std::string_view framing_ns = "urn:ietf:params:xml:ns:xmpp-framing";

}  // namespace rondel::stream
