#include "rondel/server/rosters.hpp"

#include "rondel/server/subscribing.hpp"
#include "rondel/xep/roster.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace rondel::server {

namespace {

constexpr std::size_t longest_name = 1023;  // of items and groups, in bytes

roster::Item shown(const RosterItem& item) {
    roster::Item shown;
    shown.jid = item.jid;
    shown.name = item.name;
    shown.subscription = item.to     ? item.from ? roster::Subscription::both : roster::Subscription::to
                         : item.from ? roster::Subscription::from
                                     : roster::Subscription::none;
    if (item.ask) shown.ask = roster::Ask::subscribe;
    shown.approved = item.approved;
    shown.groups = item.groups;
    return shown;
}

roster::Item removal(const Jid& contact) {
    roster::Item gone;
    gone.jid = contact;
    gone.subscription = roster::Subscription::remove;
    return gone;
}

void push_to(Home& home, const User& user, Resource& resource, roster::Item item, std::uint64_t version) {
    roster::Query query;
    query.ver = std::to_string(version);
    query.items.push_back(std::move(item));
    Iq push(IqType::set, resource.address);
    push.set_from(user.bare);
    push.set_id(home.new_id());
    push.add(xml::encode(query));
    resource.send(push);  // whoever cannot take it asks for the roster when they are back
}

void push_to_interested(Home& home, const User& user, const roster::Item& item) {
    for (const auto& one : Resources(user.resources))
        if (one->interested) push_to(home, user, *one, item, user.contacts.version());
}

std::optional<std::uint64_t> parse_version(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    std::uint64_t version = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), version);
    if (fault != std::errc() || end != text->data() + text->size() || text->empty()) return std::nullopt;
    return version;
}

// §2.6.3: what the client has missed, as if it had been there; nullopt: it is to get all.
std::optional<std::vector<RosterStorage::Change>> missed(const User& user, const roster::Query& query) {
    const std::optional<std::uint64_t> version = parse_version(query.ver);
    if (!version) return std::nullopt;
    auto changes = user.storage.changes_since(user.name, *version);
    // The whole roster, where that is less to say.
    if (changes && changes->size() > 2 * user.contacts.listed() + 16) return std::nullopt;
    return changes;
}

// §2.3.3.
void check(const User& user, const roster::Item& item) {
    if (user.owns(item.jid)) throw StanzaError(Condition::not_allowed, "Nobody is in their own roster.");
    if (item.name.size() > longest_name)
        throw StanzaError(Condition::not_acceptable, "The name of the item is too long.");
    std::set<std::string_view> groups;
    for (const std::string& group : item.groups) {
        if (group.empty()) throw StanzaError(Condition::not_acceptable, "A group needs a name.");
        if (group.size() > longest_name)
            throw StanzaError(Condition::not_acceptable, "The name of a group is too long.");
        if (!groups.insert(group).second) throw StanzaError(Condition::bad_request, "A group is named twice.");
    }
}

}  // namespace

void push_item(Home& home, const User& user, const RosterItem& item) { push_to_interested(home, user, shown(item)); }
void push_removal(Home& home, const User& user, const Jid& contact) {
    push_to_interested(home, user, removal(contact));
}

Answer get_roster(Home& home, const Asked& asked) {
    const auto query = read<roster::Query>(asked);
    if (asked.own == nullptr) throw StanzaError(Condition::forbidden);
    if (!query.items.empty()) throw StanzaError(Condition::bad_request, "A roster get holds no items.");
    User& user = *asked.user;
    asked.own->interested = true;
    if (auto changes = missed(user, query)) {
        Answer answer;
        answer.after = [&home, &user, &resource = *asked.own, changes = *std::move(changes)] {
            for (const RosterStorage::Change& change : changes) {
                const bool there = change.item && change.item->listed;
                push_to(home, user, resource, there ? shown(*change.item) : removal(change.jid), change.version);
            }
        };
        return answer;
    }
    roster::Query all;
    all.ver = std::to_string(user.contacts.version());
    for (const auto& [address, item] : user.contacts.all())
        if (item.listed) all.items.push_back(shown(item));
    return xml::encode(all);
}

Answer set_roster(Home& home, const Asked& asked) {
    if (asked.own == nullptr) throw StanzaError(Condition::forbidden);
    const auto query = read<roster::Query>(asked);
    if (query.items.size() != 1) throw StanzaError(Condition::bad_request, "A roster set holds one item.");
    User& user = *asked.user;
    const roster::Item& wanted = query.items.front();
    const Jid contact = wanted.jid.bare();
    const RosterItem* known = user.contacts.find(contact);
    const bool listed = known != nullptr && known->listed;
    if (wanted.subscription == roster::Subscription::remove) {
        if (!listed) throw StanzaError(Condition::item_not_found);
        remove_contact(home, user, contact);
        push_removal(home, user, contact);
        return {};
    }
    check(user, wanted);
    if (!listed && user.contacts.listed() >= home.options.most_roster_items)
        throw StanzaError(Condition::not_allowed, "The roster is full.");
    RosterItem item = known != nullptr ? *known : RosterItem{.jid = contact};
    item.name = wanted.name;
    item.groups = wanted.groups;
    item.listed = true;
    user.contacts.put(item);
    push_item(home, user, item);
    return {};
}

}  // namespace rondel::server
