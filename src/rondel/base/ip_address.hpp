// IP addresses as text, without a socket in sight.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rondel {

// "[IPv6]" or "[IPv6%25zone]" (RFC 3986 §3.2.2, RFC 6874 §2), its hexadecimal digits in lower case; nothing if it is
// neither. The zone, a name on this machine, stays as it is.
std::optional<std::string> ip_literal(std::string_view text);

bool is_ipv4(std::string_view text);  // four decimal numbers up to 255, without leading zeros
bool is_ipv6(std::string_view text);  // without brackets and zone

}  // namespace rondel
