// Which certificate of a server is believed.
#pragma once

#include <string>

namespace rondel::conformance {

struct Trust {
    std::string ca_file = {};  // PEM; empty: the system's authorities
    std::string pin = {};      // "sha256:" and 64 hexadecimal digits: exactly this certificate
    bool anybody = false;
};

}  // namespace rondel::conformance
