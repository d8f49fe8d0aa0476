// Who may come in: how many connections there are in all and from one address, and which address is held off because
// it failed to say who it is too often (R095, V37). No sockets: addresses are texts, and time is an argument.
#pragma once

#include "rondel/base/time.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

namespace rondel::net {

struct AdmissionLimits {
    std::size_t connections = 1000;  // in all; more are closed at once
    std::size_t per_address = 100;   // of one address; 0: as many as in all
    int failures = 5;                // within `window`, after which an address is held off; 0: never
    Duration window = std::chrono::minutes(1);
    // What comes from this machine may fill it otherwise: its connections count in all only, and a slip while trying
    // things out is no attack. Turn it off behind a proxy that does not tell whom it brings.
    bool spare_loopback = true;
    std::size_t remembered = 10'000;  // addresses that failed; beyond, the oldest failure is forgotten
};

enum class Verdict { welcome, full, too_many_of_address, held_off };

// The addresses are those that group() makes.   Threads: one at a time.
class Admission {
  public:
    explicit Admission(AdmissionLimits limits) : limits_(limits) {}

    Verdict enter(const std::string& address, Instant now);  // welcome: to be followed by one leave()
    void leave(const std::string& address);
    void failed(const std::string& address, Instant now);

    std::size_t connections() const { return connections_; }

    // What is counted as one address: an IPv4 address; of IPv6 the first 64 bits, as whoever has one address there has
    // all of these; nothing for what is not limited by address (a UNIX socket; loopback, if it is spared).
    std::string group(const std::string& ip_address) const;

  private:
    struct Failure {
        Instant when;
        std::string address;
    };
    void forget(Instant now);

    AdmissionLimits limits_;
    std::size_t connections_ = 0;
    std::unordered_map<std::string, std::size_t> of_address_;
    std::deque<Failure> failures_;  // oldest first
    std::unordered_map<std::string, int> failed_;
};

}  // namespace rondel::net
