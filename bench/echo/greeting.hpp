// The server's side of XEP-0114 until the component is authenticated.
#pragma once

#include <string>

#include "options.hpp"
#include "socket.hpp"

namespace echo_bench {

// Empty if all went well; else a sentence. `rest`: what the component said after its handshake.
std::string greet(const Socket& peer, const Options& options, std::string& rest);

}  // namespace echo_bench
