// Where to connect or listen: HOST[:PORT], [IPV6][:PORT] or unix:PATH.
#pragma once

#include "rondel/net/net_error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rondel::net {

inline constexpr std::uint16_t component_port = 5347;  // what servers' sample configurations use for XEP-0114

struct Endpoint {
    std::string host;        // a name or an address without brackets; empty for a UNIX socket
    std::uint16_t port = 0;  // 0 only where listening: any free port
    std::string path;        // of a UNIX socket, else empty

    static Result<Endpoint> parse(std::string_view text, std::uint16_t default_port = component_port);
    bool is_unix() const { return !path.empty(); }
    std::string str() const;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace rondel::net
