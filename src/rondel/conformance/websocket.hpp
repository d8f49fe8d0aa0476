// A WebSocket by hand (RFC 6455), as far as RFC 7395 needs one: text messages, whole.
#pragma once

#include "rondel/conformance/server_under_test.hpp"
#include "rondel/xml/element.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rondel::conformance {

// Owns: its wire.   Threads: one at a time.
class WebSocket {
  public:
    // Shakes hands; `protocol` empty: no subprotocol is asked for. What the server says to that is in status() and
    // protocol(). Throws Unmet where no HTTP answer comes.
    WebSocket(const WebSocketPlace& place, const Trust& trust, const std::string& domain, std::string_view protocol,
              Duration limit);

    int status() const { return status_; }  // 101: there is a WebSocket
    const std::string& protocol() const { return protocol_; }

    void send(std::string_view text);
    // The next text message; nothing: the WebSocket, or the connection, has ended. Throws Unmet if nothing comes.
    std::optional<std::string> receive();
    // … which is one whole element, that has its own namespaces, from the first character on (RFC 7395 §3.3.3).
    xml::Element expect(std::string_view name, std::string_view ns);

  private:
    bool fill(std::size_t wanted);  // into buffer_; false: the connection ended

    Wire wire_;
    Duration limit_;
    std::string buffer_;
    int status_ = 0;
    std::string protocol_;
};

}  // namespace rondel::conformance
