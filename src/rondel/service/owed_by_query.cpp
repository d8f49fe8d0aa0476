#include "rondel/service/owed.hpp"

#include <functional>
#include <utility>

namespace rondel {

namespace {

std::size_t place_of(std::string_view id, std::string_view peer, std::size_t places) {
    const std::hash<std::string_view> hash;
    constexpr std::size_t odd = 0x9E3779B97F4A7C15;
    return ((hash(id) * odd) ^ hash(peer)) & (places - 1);
}

}  // namespace

Owed** OwedByQuery::head(std::string_view id, std::string_view peer) {
    return &heads_[place_of(id, peer, heads_.size())];
}

void OwedByQuery::make_room() {
    if (size_ < heads_.size()) return;
    constexpr std::size_t fewest = 16;
    std::vector<Owed*> old(heads_.empty() ? fewest : 2 * heads_.size());
    heads_.swap(old);
    size_ = 0;
    for (Owed* one : old)
        while (one != nullptr) add(*std::exchange(one, one->next_));
}

void OwedByQuery::add(Owed& one) {
    Owed** at = head(one.id_, one.peer_);
    while (*at != nullptr) at = &(*at)->next_;
    *at = &one;
    one.next_ = nullptr;
    ++size_;
}

void OwedByQuery::remove(const Owed& one) {
    for (Owed** at = head(one.id_, one.peer_); *at != nullptr; at = &(*at)->next_) {
        if (*at != &one) continue;
        *at = one.next_;
        --size_;
        return;
    }
}

Owed* OwedByQuery::find(std::string_view id, std::string_view peer) const {
    if (size_ == 0) return nullptr;
    Owed* one = heads_[place_of(id, peer, heads_.size())];
    while (one != nullptr && !one->is_of(id, peer)) one = one->next_;
    return one;
}

}  // namespace rondel
