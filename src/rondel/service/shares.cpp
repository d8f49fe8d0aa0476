#include "rondel/service/shares.hpp"

#include <algorithm>

namespace rondel {

bool Shares::take(std::string_view peer, std::size_t bytes, Instant now) {
    auto at = peers_.find(peer);
    if (at == peers_.end()) {
        // Each time there are twice as many as were left last time: that costs little for each stanza.
        if (peers_.size() >= next_look_) forget_rested(now);
        at = peers_.emplace(peer, fresh_).first;
    }
    Buckets& its = at->second;
    if (its.stanzas.is_limited() && its.stanzas.next() > now) return false;
    if (its.bytes.is_limited() && its.bytes.next() > now) return false;
    its.stanzas.took_one(now);
    its.bytes.took(bytes, now);
    return true;
}

void Shares::forget_rested(Instant now) {
    std::erase_if(peers_, [now](const auto& one) {
        return one.second.stanzas.is_rested(now) && one.second.bytes.is_rested(now);
    });
    peers_.rehash(0);  // a smaller table is enough
    next_look_ = std::max<std::size_t>(1000, 2 * peers_.size());
}

}  // namespace rondel
