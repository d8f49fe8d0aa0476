// What a roster knows, and how it learns of changes: the part of roster.hpp that nobody has to wait for.
#include "rondel/xep/roster.hpp"

#include <utility>

namespace rondel::roster {

namespace {

void complete(Item& item) {
    if (!item.subscription || *item.subscription == Subscription::remove) item.subscription = Subscription::none;
}

}  // namespace

Roster::Roster(std::string version, std::vector<Item> items) : version_(std::move(version)) {
    for (Item& item : items) {
        complete(item);
        items_.insert(std::move(item));
    }
}

const Item* Roster::find(JidView jid) const {
    const auto at = items_.find(jid);
    return at == items_.end() ? nullptr : &*at;
}

std::vector<Change> Roster::replace(Query whole) {
    std::vector<Change> changes;
    Items before = std::exchange(items_, {});
    items_.reserve(whole.items.size());
    for (Item& item : whole.items) {
        complete(item);
        const auto [now, is_new] = items_.insert(std::move(item));
        if (!is_new) continue;
        const auto earlier = before.find(JidView(now->jid));
        if (earlier == before.end()) {
            changes.push_back({std::nullopt, *now});
            continue;
        }
        if (*earlier != *now) changes.push_back({*earlier, *now});
        before.erase(earlier);
    }
    for (const Item& gone : before) changes.push_back({gone, std::nullopt});
    version_ = std::move(whole.ver).value_or(std::string());
    return changes;
}

std::optional<Change> Roster::apply(Query push) {
    if (push.items.size() != 1) return std::nullopt;
    if (push.ver) version_ = *std::move(push.ver);
    Item& item = push.items.front();
    Change change;
    if (const auto at = items_.find(JidView(item.jid)); at != items_.end()) {
        change.before = *at;
        items_.erase(at);
    }
    if (item.subscription != Subscription::remove) {
        complete(item);
        change.now = item;
        items_.insert(std::move(item));
    }
    if (change.before == change.now) return std::nullopt;
    return change;
}

}  // namespace rondel::roster
