// What server_load is told, and what all of its parts share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace load {

struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t client_port = 0;
    std::uint16_t component_port = 0;
    std::uint16_t peer_port = 0;  // of the second component; 0: the same
    std::string domain = "localhost";
    std::string component = "echo.localhost";
    std::string peer = {};  // a second component: it asks, and there are no clients
    std::string secret = "secret";
    std::size_t clients = 16;
    std::size_t in_flight = 16;  // of each client
    std::size_t body = 16;       // bytes
    double warm_up = 1;          // seconds
    double seconds = 5;
    bool archive_off = false;  // each client asks for it (XEP-0313 §8)
    bool idle = false;         // log in, say so, and stay until standard input ends
    bool only_echo = false;    // be the component, and nothing else, until the server closes
    int server = 0;            // its process: CPU time and memory are read from /proc
    int echo = 0;              // the process of the component, if that is another program; the same is read of it
};

Options read_options(int count, char** words);

}  // namespace load
