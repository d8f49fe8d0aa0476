// The bot that is started, in a process of its own.
#pragma once

#include <cstddef>
#include <string>

namespace bench {

struct Started {
    double seconds = 0;      // from start() to the answer to the first message
    double cpu_seconds = 0;  // of the process, from its beginning
    long peak_kib = 0;       // of its memory
};

// Throws std::runtime_error with a sentence if it was not told of all its contacts.
Started start_client(const std::string& server, std::size_t contacts);
Started start_component(const std::string& server, std::size_t probes);

}  // namespace bench
