#include "rondel/server/memory_storage.hpp"

#include "rondel/base/random.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rondel::server {

namespace {

// Fits into what SQLite calls an integer, with room to grow.
std::uint64_t random_start() {
    std::array<unsigned char, 5> bytes;
    fill_random(bytes);
    std::uint64_t start = 0;
    for (const unsigned char byte : bytes) start = start << 8 | byte;
    return start;
}

}  // namespace

MemoryStorage::Contacts::Contacts() : first(random_start()), version(first) {}

std::uint64_t MemoryStorage::Contacts::change(const Jid& jid, std::optional<RosterItem> item) {
    Change& last = changes[jid];
    last.version = ++version;
    last.jid = jid;
    last.item = std::move(item);
    return version;
}

const MemoryStorage::User& MemoryStorage::user(std::string_view username) const {
    static const User nobody;
    const auto at = users_.find(username);
    return at == users_.end() ? nobody : at->second;
}

MemoryStorage::User& MemoryStorage::user(std::string_view username) {
    const auto at = users_.find(username);
    return at == users_.end() ? users_[std::string(username)] : at->second;
}

std::optional<Account> MemoryStorage::account(std::string_view username) const {
    const auto at = accounts_.find(username);
    return at == accounts_.end() ? std::nullopt : std::optional(at->second);
}

void MemoryStorage::put_account(const Account& account) {
    accounts_.insert_or_assign(account.username, account);
    user(account.username);
}

bool MemoryStorage::remove_account(std::string_view username) {
    const auto at = accounts_.find(username);
    if (at == accounts_.end()) return false;
    users_.erase(at->first);
    accounts_.erase(at);
    return true;
}

std::vector<std::string> MemoryStorage::usernames() const {
    std::vector<std::string> names;
    for (const auto& [name, account] : accounts_) names.push_back(name);
    return names;
}

std::vector<StoredToken> MemoryStorage::tokens(std::string_view username) const { return user(username).tokens; }
void MemoryStorage::put_token(std::string_view username, const StoredToken& token) {
    user(username).tokens.push_back(token);
}
void MemoryStorage::remove_tokens(std::string_view username, std::string_view client_id) {
    std::erase_if(user(username).tokens, [client_id](const StoredToken& one) { return one.client_id == client_id; });
}

MemoryStorage::Roster MemoryStorage::roster(std::string_view username) const {
    const Contacts& contacts = user(username).contacts;
    Roster roster{contacts.version, {}};
    for (const auto& [jid, change] : contacts.changes)
        if (change.item) roster.items.push_back(*change.item);
    return roster;
}

std::uint64_t MemoryStorage::put_item(std::string_view username, const RosterItem& item) {
    return user(username).contacts.change(item.jid, item);
}

std::uint64_t MemoryStorage::remove_item(std::string_view username, const Jid& jid) {
    return user(username).contacts.change(jid, std::nullopt);
}

std::optional<std::vector<MemoryStorage::Change>> MemoryStorage::changes_since(std::string_view username,
                                                                               std::uint64_t version) const {
    const Contacts& contacts = user(username).contacts;
    if (version < contacts.first || version > contacts.version) return std::nullopt;
    std::vector<Change> changes;
    for (const auto& [jid, change] : contacts.changes)
        if (change.version > version) changes.push_back(change);
    std::ranges::sort(changes, {}, &Change::version);
    return changes;
}

std::vector<MemoryStorage::Kept> MemoryStorage::offline(std::string_view username) const {
    return user(username).offline;
}
std::size_t MemoryStorage::offline_count(std::string_view username) const { return user(username).offline.size(); }
void MemoryStorage::keep_offline(std::string_view username, Time stamp, std::string_view stanza) {
    User& whose = user(username);
    whose.offline.push_back({++whose.kept, stamp, std::string(stanza)});
}
void MemoryStorage::drop_offline(std::string_view username, std::uint64_t up_to_number) {
    std::erase_if(user(username).offline, [up_to_number](const Kept& one) { return one.number <= up_to_number; });
}

void MemoryStorage::archive(std::string_view username, const Entry& entry) {
    std::vector<Entry>& archive = user(username).archive;
    archive.push_back(entry);
    if (archive.size() >= 2 * most_archived_)  // many at once, as those that stay have to move up
        archive.erase(archive.begin(), archive.end() - static_cast<std::ptrdiff_t>(most_archived_));
}

bool lets_through(const ArchiveStorage::Filter& filter, const ArchiveStorage::Entry& entry) {
    if (filter.start && entry.stamp < *filter.start) return false;
    if (filter.end && entry.stamp > *filter.end) return false;
    if (!filter.with) return true;
    return filter.with->is_bare() ? JidView(entry.with).bare() == *filter.with : entry.with == *filter.with;
}

std::optional<MemoryStorage::Page> MemoryStorage::page(std::string_view username, const Filter& filter,
                                                       std::string_view after, std::string_view before, bool last,
                                                       std::size_t most) const {
    const std::vector<Entry>& all = user(username).archive;
    const auto place_of = [&all](std::string_view id) { return std::ranges::find(all, id, &Entry::id) - all.begin(); };
    const auto end = static_cast<std::ptrdiff_t>(all.size());
    std::vector<bool> wanted(all.size(), filter.ids.empty());
    for (const std::string& id : filter.ids) {
        const auto place = place_of(id);
        if (place == end) return std::nullopt;
        wanted[static_cast<std::size_t>(place)] = true;
    }
    const auto first = after.empty() ? 0 : place_of(after) + 1;
    const auto beyond = before.empty() ? end : place_of(before);
    if (first > end || (!before.empty() && beyond == end)) return std::nullopt;

    Page page;
    std::vector<std::pair<std::size_t, const Entry*>> found;  // inside the limits, with their places among all
    for (std::ptrdiff_t at = 0; at < end; ++at) {
        const Entry& entry = all[static_cast<std::size_t>(at)];
        if (!wanted[static_cast<std::size_t>(at)] || !lets_through(filter, entry)) continue;
        if (at >= first && at < beyond) found.emplace_back(page.count, &entry);
        ++page.count;
    }
    page.complete = found.size() <= most;
    if (!page.complete) {
        const auto surplus = static_cast<std::ptrdiff_t>(found.size() - most);
        found.erase(last ? found.begin() : found.end() - surplus, last ? found.begin() + surplus : found.end());
    }
    if (!found.empty()) page.first_index = found.front().first;
    for (const auto& [place, entry] : found) page.entries.push_back(*entry);
    return page;
}

MemoryStorage::Preferences MemoryStorage::preferences(std::string_view username) const {
    return user(username).preferences;
}
void MemoryStorage::put_preferences(std::string_view username, const Preferences& preferences) {
    user(username).preferences = preferences;
}

std::string MemoryStorage::vcard(std::string_view username) const { return user(username).vcard; }
void MemoryStorage::put_vcard(std::string_view username, std::string_view vcard) { user(username).vcard = vcard; }
std::vector<Jid> MemoryStorage::blocked(std::string_view username) const { return user(username).blocked; }
void MemoryStorage::put_blocked(std::string_view username, const std::vector<Jid>& jids) {
    user(username).blocked = jids;
}
std::optional<MemoryStorage::Seen> MemoryStorage::last_seen(std::string_view username) const {
    return user(username).seen;
}
void MemoryStorage::put_last_seen(std::string_view username, const Seen& seen) { user(username).seen = seen; }

}  // namespace rondel::server
