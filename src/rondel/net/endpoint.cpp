#include "rondel/net/endpoint.hpp"

#include <charconv>

namespace rondel::net {

namespace {

Result<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size()) return NetError::bad_endpoint;
    return port;
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text, std::uint16_t default_port) {
    Endpoint endpoint;
    if (text.starts_with("unix:")) {
        endpoint.path = text.substr(5);
        constexpr std::size_t longest = 107;  // what sockaddr_un takes
        if (endpoint.path.empty() || endpoint.path.size() > longest) return NetError::bad_endpoint;
        return endpoint;
    }
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return NetError::bad_endpoint;
        endpoint.host = text.substr(1, close - 1);
        port = text.substr(close + 1);
    } else if (const std::size_t colon = text.find(':'); colon != text.rfind(':')) {
        endpoint.host = text;  // an IPv6 address without brackets, and so without a port
    } else {
        endpoint.host = text.substr(0, colon);
        if (colon != std::string_view::npos) port = text.substr(colon);
    }
    if (endpoint.host.empty() || endpoint.host.find_first_of(" \t\r\n/@") != std::string::npos)
        return NetError::bad_endpoint;
    endpoint.port = default_port;
    if (port.empty()) return endpoint;
    if (port.front() != ':') return NetError::bad_endpoint;
    const Result<std::uint16_t> number = parse_port(port.substr(1));
    if (!number) return number.error();
    endpoint.port = *number;
    return endpoint;
}

std::string Endpoint::str() const {
    if (is_unix()) return "unix:" + path;
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace rondel::net
