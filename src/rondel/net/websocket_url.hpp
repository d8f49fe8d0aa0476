// Where a WebSocket is: wss://HOST[:PORT][/PATH], or ws:// (RFC 6455 §3).
#pragma once

#include "rondel/net/endpoint.hpp"

#include <string>
#include <string_view>

namespace rondel::net {

struct WebSocketUrl {
    bool tls = true;
    Endpoint where = {};
    std::string path = "/xmpp-websocket";  // with the query; where the URL names none: what most servers have

    static bool is_one(std::string_view text) { return text.starts_with("wss://") || text.starts_with("ws://"); }
    static Result<WebSocketUrl> parse(std::string_view text);  // error: NetError::bad_url

    friend bool operator==(const WebSocketUrl&, const WebSocketUrl&) = default;
};

}  // namespace rondel::net
