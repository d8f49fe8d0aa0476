#include "rondel/server/blocklist.hpp"

#include <algorithm>

namespace rondel::server {

namespace {

bool covers(const Jid& blocked, JidView who) {
    if (!blocked.is_bare()) return blocked == who;
    return blocked == who.bare() || (blocked.local().empty() && blocked.domain() == who.domain());
}

bool is_in(const std::vector<Jid>& jids, const Jid& jid) { return std::ranges::find(jids, jid) != jids.end(); }

}  // namespace

const std::vector<Jid>& Blocklist::all() const {
    if (!read_) read_ = storage_.blocked(username_);
    return *read_;
}

bool Blocklist::holds(JidView who) const {
    return !who.empty() && std::ranges::any_of(all(), [who](const Jid& blocked) { return covers(blocked, who); });
}

void Blocklist::put(std::vector<Jid> jids) {
    storage_.put_blocked(username_, jids);
    read_ = std::move(jids);
}

std::vector<Jid> Blocklist::add(const std::vector<Jid>& jids) {
    std::vector<Jid> now = all();
    std::vector<Jid> added;
    for (const Jid& jid : jids) {
        if (is_in(now, jid)) continue;
        now.push_back(jid);
        added.push_back(jid);
    }
    if (!added.empty()) put(std::move(now));
    return added;
}

std::vector<Jid> Blocklist::remove(const std::vector<Jid>& jids) {
    std::vector<Jid> now;
    std::vector<Jid> removed;
    for (const Jid& jid : all()) (is_in(jids, jid) ? removed : now).push_back(jid);
    if (!removed.empty()) put(std::move(now));
    return removed;
}

}  // namespace rondel::server
