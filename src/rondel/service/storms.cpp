#include "rondel/service/storms.hpp"

#include <algorithm>
#include <utility>

namespace rondel {

namespace {

constexpr Duration second = std::chrono::seconds(1);

std::size_t bytes_of(const Stanza& stanza) { return stanza.element().block()->bytes(); }

}  // namespace

Storms::Verdict Storms::weigh(Stanza& presence, std::string_view sender, Instant now) {
    if (!fresh_.is_limited()) return Verdict::heard;
    if (!presence.type().empty() && presence.type() != "unavailable") return Verdict::heard;
    Sender* const known = meet(sender, now);
    if (known == nullptr) return Verdict::heard;
    Sender& its = *known;
    if (!its.held && its.rate.next() <= now) {
        its.rate.took_one(now);
        return Verdict::heard;
    }
    const std::size_t more = bytes_of(presence), less = its.held ? bytes_of(its.held) : 0;
    if (held_bytes_ - less + more > most_bytes) return Verdict::dropped;
    held_bytes_ += more - less;
    const bool was_held = static_cast<bool>(its.held);
    its.held = std::move(presence);
    if (was_held) return Verdict::merged;
    ++held_;
    return Verdict::held;
}

Instant Storms::due(std::string_view sender) const {
    const auto at = senders_.find(sender);
    return at == senders_.end() ? never : at->second.rate.next();
}

std::optional<Stanza> Storms::release(std::string_view sender, Instant now) {
    const auto at = senders_.find(sender);
    if (at == senders_.end() || !at->second.held) return std::nullopt;
    at->second.rate.took_one(now);
    --held_;
    held_bytes_ -= bytes_of(at->second.held);
    return std::exchange(at->second.held, Stanza());
}

bool Storms::watch(std::string_view sender) {
    const auto at = senders_.find(sender);
    return at != senders_.end() && !std::exchange(at->second.watched, true);
}

void Storms::end_watch(std::string_view sender) {
    if (const auto at = senders_.find(sender); at != senders_.end()) at->second.watched = false;
}

bool Storms::holds(std::string_view sender) const {
    const auto at = senders_.find(sender);
    return at != senders_.end() && at->second.held;
}

Storms::Sender* Storms::meet(std::string_view sender, Instant now) {
    if (const auto at = senders_.find(sender); at != senders_.end()) return &at->second;
    if (seen_.empty() || now - second_ >= second) {
        seen_.assign(places, 0);
        second_ = now;
    }
    std::uint8_t& seen = seen_[std::hash<std::string_view>()(sender) % places];
    if (seen < few_) {
        ++seen;
        return nullptr;
    }
    constexpr Duration pause = std::chrono::milliseconds(100);  // they may be many, and nobody rested
    if (senders_.size() >= most_senders && now - looked_ >= pause) forget_rested(now);
    if (senders_.size() >= most_senders) return nullptr;
    Sender& its = senders_.try_emplace(std::string(sender), fresh_).first->second;
    its.rate.took(seen, now);
    return &its;
}

void Storms::forget_rested(Instant now) {
    looked_ = now;
    std::erase_if(senders_, [now](const auto& one) { return !one.second.held && one.second.rate.is_rested(now); });
    senders_.rehash(0);  // a smaller table is enough
    if (now - second_ >= second) seen_ = {};
}

}  // namespace rondel
