#include "rondel/net/admission.hpp"

#include <boost/asio/ip/address.hpp>

namespace rondel::net {

namespace asio = boost::asio;

namespace {

void count_down(auto& counts, const std::string& address) {
    const auto at = counts.find(address);
    if (at != counts.end() && --at->second == 0) counts.erase(at);
}

}  // namespace

Verdict Admission::enter(const std::string& address, Instant now) {
    if (connections_ >= limits_.connections) return Verdict::full;
    if (!address.empty()) {
        forget(now);
        const auto failed = failed_.find(address);
        if (limits_.failures > 0 && failed != failed_.end() && failed->second >= limits_.failures)
            return Verdict::held_off;
        if (const auto at = of_address_.find(address);
            limits_.per_address > 0 && at != of_address_.end() && at->second >= limits_.per_address)
            return Verdict::too_many_of_address;
        ++of_address_[address];
    }
    ++connections_;
    return Verdict::welcome;
}

void Admission::leave(const std::string& address) {
    --connections_;
    if (!address.empty()) count_down(of_address_, address);
}

void Admission::failed(const std::string& address, Instant now) {
    if (address.empty() || limits_.failures == 0) return;
    forget(now);
    if (failures_.size() >= limits_.remembered) {
        count_down(failed_, failures_.front().address);
        failures_.pop_front();
    }
    failures_.push_back({now, address});
    ++failed_[address];
}

void Admission::forget(Instant now) {
    while (!failures_.empty() && failures_.front().when + limits_.window <= now) {
        count_down(failed_, failures_.front().address);
        failures_.pop_front();
    }
}

std::string Admission::group(const std::string& ip_address) const {
    boost::system::error_code error;
    asio::ip::address address = asio::ip::make_address(ip_address, error);
    if (error) return {};
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    if (address.is_loopback() && limits_.spare_loopback) return {};
    if (address.is_v4()) return address.to_string();
    auto bytes = address.to_v6().to_bytes();
    for (std::size_t i = 8; i < bytes.size(); ++i) bytes[i] = 0;
    return asio::ip::address_v6(bytes).to_string();
}

}  // namespace rondel::net
