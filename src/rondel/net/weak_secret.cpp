#include "rondel/net/weak_secret.hpp"

#include <set>
#include <string_view>

namespace rondel::net {

namespace {

// Of letters and digits drawn at random, 16 carry 95 bits.
constexpr std::size_t least_length = 16;
constexpr std::size_t least_different = 8;

}  // namespace

std::string weakness_in_plain_text(const Secret& secret) {
    const std::string_view text = secret.reveal();
    if (text.size() >= least_length && std::set<char>(text.begin(), text.end()).size() >= least_different) return {};
    return "The component's secret is short or simple, and there is no TLS: whoever hears the handshake can find it "
           "out by "
           "trying. Take 16 random characters or more, as `openssl rand -base64 18` makes them, or TLS.";
}

}  // namespace rondel::net
