#include "rondel/base/ip_address.hpp"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace rondel {

namespace {

// inet_pton wants a terminated string, and an address with a NUL inside is none.
bool is_address(int family, std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return false;
    std::copy(text.begin(), text.end(), terminated.begin());
    std::array<unsigned char, sizeof(in6_addr)> address;
    return inet_pton(family, terminated.data(), address.data()) == 1;
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// RFC 6874 §2: ZoneID = 1*( unreserved / pct-encoded )
bool is_zone(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool letter_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter_digit || c == '-' || c == '.' || c == '_' || c == '~') continue;
        if (c != '%' || text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
        i += 2;
    }
    return !text.empty();
}

}  // namespace

bool is_ipv4(std::string_view text) { return is_address(AF_INET, text); }
bool is_ipv6(std::string_view text) { return is_address(AF_INET6, text); }

std::optional<std::string> ip_literal(std::string_view text) {
    if (!text.starts_with('[') || !text.ends_with(']')) return std::nullopt;
    const std::string_view inside = text.substr(1, text.size() - 2);
    const std::size_t percent = inside.find('%');
    const std::string_view address = inside.substr(0, percent);
    if (!is_ipv6(address)) return std::nullopt;
    if (percent != std::string_view::npos) {
        const std::string_view zone = inside.substr(percent);
        if (!zone.starts_with("%25") || !is_zone(zone.substr(3))) return std::nullopt;
    }
    std::string out(text);
    const auto end_of_address = out.begin() + 1 + static_cast<std::ptrdiff_t>(address.size());
    std::transform(out.begin(), end_of_address, out.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
    return out;
}

}  // namespace rondel
