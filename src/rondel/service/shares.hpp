// What each peer may say in a time (F21): a bucket of stanzas and one of bytes for each bare JID. Nothing is remembered
// of a peer whose buckets are full again.
#pragma once

#include "rondel/base/rate.hpp"
#include "rondel/service/rooms.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rondel {

// Owns: the buckets.   Threads: one.
class Shares {
  public:
    Shares(RateLimit stanzas, RateLimit bytes)
        : fresh_{Rate(stanzas), Rate(bytes)}, limited_(fresh_.stanzas.is_limited() || fresh_.bytes.is_limited()) {}

    bool are_limited() const { return limited_; }
    // False: it has had its share, and this is above it. What is above costs nothing, so the share is what comes
    // through.
    bool take(std::string_view peer, std::size_t bytes, Instant now);
    void forget_rested(Instant now);
    std::size_t remembered() const { return peers_.size(); }

  private:
    struct Buckets {
        Rate stanzas;
        Rate bytes;
    };

    const Buckets fresh_;
    const bool limited_;
    std::unordered_map<std::string, Buckets, TextHash, std::equal_to<>> peers_;
    std::size_t next_look_ = 1000;
};

}  // namespace rondel
