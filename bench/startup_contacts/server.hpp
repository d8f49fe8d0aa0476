// A server that is only there to be started against: it lets one host in, sends what a real one would send to a bot
// with so many contacts, all online, and then has one of them say hello. It is over when the bot has answered.
#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/asio/ip/tcp.hpp>

namespace bench {

struct Served {
    std::uint64_t bytes = 0;    // sent to the host, from its connection to the greeting included
    std::uint64_t stanzas = 0;  // of those
};

inline constexpr const char* account = "bot@localhost";
inline constexpr const char* domain = "bot.localhost";
inline constexpr const char* password = "pass";

// As the server of a client: it has a roster, and tells the presence of everybody in it.
Served serve_client(boost::asio::ip::tcp::socket socket, std::size_t contacts);
// As the server of a component: it answers probes, if there are any, and after `probes` of them the contact says hello.
Served serve_component(boost::asio::ip::tcp::socket socket, std::size_t probes);

// The roster of so many contacts, as it is on the wire.
std::size_t roster_bytes(std::size_t contacts);

}  // namespace bench
