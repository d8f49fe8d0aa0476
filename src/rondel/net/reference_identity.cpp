#include "rondel/net/reference_identity.hpp"

#include "rondel/base/idna.hpp"
#include "rondel/base/jid.hpp"

#include <algorithm>
#include <optional>

#include <boost/asio/ip/address.hpp>

namespace rondel::net {

namespace {

namespace ip = boost::asio::ip;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<ip::address> as_ip(std::string_view domain) {
    if (domain.starts_with('[') && domain.ends_with(']')) domain = domain.substr(1, domain.size() - 2);
    boost::system::error_code no_address;
    const ip::address address = ip::make_address(std::string(domain), no_address);
    if (no_address) return std::nullopt;
    return address;
}

std::string octets(const ip::address& address) {
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    const auto bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.end()};
}

bool fits(std::string_view presented, std::string_view wanted) {
    if (!presented.starts_with("*.")) return presented.find('*') == presented.npos && same_name(presented, wanted);
    const std::string_view below = presented.substr(1);  // ".example.com"
    if (below.find('*') != below.npos || below.find('.', 1) == below.npos) return false;
    const std::size_t dot = wanted.find('.');
    return dot != wanted.npos && dot > 0 && same_name(below, wanted.substr(dot));
}

// "_xmpp-client.example.com" (RFC 6125 §6.5.1)
bool service_fits(std::string_view presented, std::string_view service, std::string_view wanted) {
    const std::size_t dot = presented.find('.');
    return presented.starts_with('_') && dot != presented.npos && same_name(presented.substr(1, dot - 1), service) &&
           fits(presented.substr(dot + 1), wanted);
}

bool address_fits(std::string_view presented, const ReferenceIdentity& who) {
    const Result<Jid> address = Jid::parse(presented);
    const Result<Jid> wanted = Jid::parse(who.domain);
    return address && wanted && address->local().empty() && address->is_bare() && *address == *wanted;
}

}  // namespace

bool matches(const CertificateNames& names, const ReferenceIdentity& who) {
    if (const auto address = as_ip(who.domain))
        return std::find(names.ips.begin(), names.ips.end(), octets(*address)) != names.ips.end();
    const std::optional<std::string> wanted = domain_to_ascii(who.domain);
    if (!wanted) return false;
    const auto any = [](const std::vector<std::string>& each, auto fit) {
        return std::any_of(each.begin(), each.end(), fit);
    };
    if (any(names.dns, [&](const std::string& name) { return fits(name, *wanted); })) return true;
    if (who.service.empty()) return false;
    return any(names.services, [&](const std::string& name) { return service_fits(name, who.service, *wanted); }) ||
           any(names.addresses, [&](const std::string& name) { return address_fits(name, who); });
}

std::string server_name(const ReferenceIdentity& who) {
    if (as_ip(who.domain)) return {};
    return domain_to_ascii(who.domain).value_or(std::string());
}

}  // namespace rondel::net
