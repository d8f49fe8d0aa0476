#include "rondel/server/block_queries.hpp"

#include "rondel/server/presence_sharing.hpp"
#include "rondel/xep/blocking.hpp"

#include <algorithm>

namespace rondel::server {

namespace {

constexpr std::size_t most_blocked = 10'000;

User& whose(const Asked& asked) {
    if (asked.own == nullptr) throw StanzaError(Condition::forbidden);
    return *asked.user;
}

void push(Home& home, const User& user, const Element& change) {
    for (const auto& one : Resources(user.resources)) {
        if (!one->wants_blocklist) continue;
        Iq push(IqType::set, one->address);
        push.set_from(user.bare);
        push.set_id(home.new_id());
        push.add(change);
        one->send(push);
    }
}

std::vector<Jid> subscribers(const User& user, bool blocked) {
    std::vector<Jid> who;
    for (const auto& [address, item] : user.contacts.all())
        if (item.from && user.blocked.holds(item.jid) == blocked) who.push_back(item.jid);
    return who;
}

// Who was shown that a resource is there is shown that it goes (§3.3): the same for rooms and the like (RFC 6121 §4.6).
void hide_directed(Home& home, const User& user) {
    for (const auto& one : Resources(user.resources)) {
        std::vector<Jid> hidden;
        for (const std::string& address : one->directed)
            if (const JidView who = JidView::of_prepared(address); user.blocked.holds(who)) hidden.emplace_back(who);
        for (const Jid& who : hidden) {
            one->directed.erase(who.str());
            home.route(make_presence(one->address, who, PresenceType::unavailable));
        }
    }
}

}  // namespace

Answer get_blocklist(Home&, const Asked& asked) {
    const User& user = whose(asked);
    asked.own->wants_blocklist = true;
    return xml::encode(blocking::Blocklist{user.blocked.all()});
}

Answer block(Home& home, const Asked& asked) {
    User& user = whose(asked);
    const auto wanted = read<blocking::Block>(asked);
    if (wanted.jids.empty()) throw StanzaError(Condition::bad_request, "Whom?");
    if (user.blocked.all().size() + wanted.jids.size() > most_blocked)
        throw StanzaError(Condition::resource_constraint, "The list of the blocked is full.");
    std::vector<Jid> seeing = subscribers(user, false);
    user.blocked.add(wanted.jids);
    std::erase_if(seeing, [&user](const Jid& contact) { return !user.blocked.holds(contact); });
    Answer answer;
    answer.after = [&home, &user, wanted, seeing = std::move(seeing)] {
        push(home, user, xml::encode(wanted));
        for (const Jid& contact : seeing) tell_unavailable(home, user, contact);
        hide_directed(home, user);
    };
    return answer;
}

Answer unblock(Home& home, const Asked& asked) {
    User& user = whose(asked);
    const auto wanted = read<blocking::Unblock>(asked);
    std::vector<Jid> hidden = subscribers(user, true);
    std::vector<Jid> unseen;
    for (const auto& [address, item] : user.contacts.all())
        if (item.to && user.blocked.holds(item.jid)) unseen.push_back(item.jid);
    user.blocked.remove(wanted.jids.empty() ? std::vector<Jid>(user.blocked.all()) : wanted.jids);
    const auto still_blocked = [&user](const Jid& contact) { return user.blocked.holds(contact); };
    std::erase_if(hidden, still_blocked);
    std::erase_if(unseen, still_blocked);
    Answer answer;
    answer.after = [&home, &user, wanted, hidden = std::move(hidden), unseen = std::move(unseen),
                    asker = asked.own->address] {
        push(home, user, xml::encode(wanted));
        for (const Jid& contact : hidden) tell_available(home, user, contact);
        for (const Jid& contact : unseen) probe(home, user, contact, asker);
    };
    return answer;
}

}  // namespace rondel::server
