#include "rondel/net/websocket_url.hpp"

#include <algorithm>

namespace rondel::net {

Result<WebSocketUrl> WebSocketUrl::parse(std::string_view text) {
    if (!is_one(text)) return NetError::bad_url;
    WebSocketUrl url;
    url.tls = text.starts_with("wss://");
    text.remove_prefix(url.tls ? 6 : 5);
    const std::size_t slash = std::min(text.find('/'), text.size());
    constexpr std::uint16_t http_port = 80, https_port = 443;
    const Result<Endpoint> where = Endpoint::parse(text.substr(0, slash), url.tls ? https_port : http_port);
    if (!where || where->is_unix()) return NetError::bad_url;
    url.where = *where;
    const std::string_view path = text.substr(slash);
    const bool printable =
        std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c <= '~' && c != '#'; });
    if (!printable) return NetError::bad_url;
    if (!path.empty()) url.path = path;
    return url;
}

}  // namespace rondel::net
