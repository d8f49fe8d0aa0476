// What the feeder is told on its command line (README.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace echo_bench {

struct Options {
    std::string what = "16";
    std::uint64_t in_flight = 256;
    std::uint64_t burst = 0;  // 0: as many as may be in flight, always
    std::uint64_t senders = 100;
    std::chrono::duration<double> seconds{2};
    std::uint64_t stanzas = 0;  // instead of the seconds: ends after so many answers
    std::chrono::duration<double> warm_up{0.5};
    std::uint64_t warm_up_stanzas = 0;  // and at least so many answers
    std::chrono::duration<double> patience{5};
    std::chrono::duration<double> wait_for{30};  // for the contestant
    std::uint64_t read_size = 256 * 1024;
    std::string domain = "echo.localhost";
    std::string secret = "secret";
    std::uint16_t port = 0;  // 0: any that is free
    std::string counters;    // path of the file; empty: none
    bool spin = false;       // never sleeps
    bool phases = false;     // says when it begins and ends to measure
    bool hold = false;       // keeps the connection until its standard input ends
    bool json = false;
};

// Ends the program with a sentence and status 2 if they are wrong.
Options parse_options(int count, char** words);

}  // namespace echo_bench
