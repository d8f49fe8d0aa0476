// The roster of RFC 6121 §2: the contacts that the server keeps for an account, with versions.
//
//   auto contacts = std::make_shared<roster::Roster>();
//   roster::install(router, contacts, [](const roster::Change& change, Entity& self) { … });       // pushes
//   co_await roster::fetch(self, *contacts);
//   co_await roster::set(self, "nurse@example.com"_jid, "Nurse");
//   if (const roster::Item* nurse = contacts->find("nurse@example.com"_jid); nurse && nurse->sees_us()) …
//
// A component has no roster. It may still be told one, as any entity that asks may.
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/xep/roster_item.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace rondel {
class Router;
}

namespace rondel::roster {

// What happened to one contact: added (no `before`), changed, or removed (no `now`).
struct Change {
    std::optional<Item> before = {};
    std::optional<Item> now = {};
    const Jid& jid() const { return now ? now->jid : before->jid; }
    friend bool operator==(const Change&, const Change&) = default;
};

// The contacts as the server has them. A value: keep it where it is wanted, also beyond the session, so that only what
// has changed since is sent again (§2.6).
class Roster {
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(JidView jid) const { return std::hash<JidView>()(jid); }
        std::size_t operator()(const Item& item) const { return std::hash<JidView>()(item.jid); }
    };
    struct Equal {
        using is_transparent = void;
        bool operator()(const Item& a, const Item& b) const { return a.jid == b.jid; }
        bool operator()(JidView a, const Item& b) const { return a == JidView(b.jid); }
        bool operator()(const Item& a, JidView b) const { return JidView(a.jid) == b; }
    };
    using Items = std::unordered_set<Item, Hash, Equal>;

  public:
    Roster() = default;
    Roster(std::string version, std::vector<Item> items);  // as it was kept by somebody

    const std::string& version() const { return version_; }  // "" as long as the server told none
    std::size_t size() const { return items_.size(); }
    const Item* find(JidView jid) const;  // valid until the next change
    Items::const_iterator begin() const { return items_.begin(); }
    Items::const_iterator end() const { return items_.end(); }

    // Takes the place of all that was there (§2.1.4). What differs, in no order.
    std::vector<Change> replace(Query whole);
    // Takes in a push (§2.1.6); nullopt if it changed nothing, or has not exactly one item.
    std::optional<Change> apply(Query push);

  private:
    std::string version_;
    Items items_;
};

// Takes pushes from our own account, and from nobody else (§2.1.6): others get service-unavailable. `changed` is told
// after the roster has it. Throws std::invalid_argument without a roster.
using ChangeHandler = std::function<void(const Change& change, Entity& self)>;
void install(Router& router, std::shared_ptr<Roster> roster, ChangeHandler changed = {});

// All throw the server's StanzaError, or remote-server-timeout.

// Brings the roster up to date. `versions`: the server offers them (ns_versions among its stream features); then it may
// send what has changed as pushes instead, after this has returned (§2.6.3). The roster must outlive the task.
task<std::vector<Change>> fetch(Entity& self, Roster& roster, bool versions = false,
                                RequestOptions options = RequestOptions());

// Adds a contact, or gives it another name and other groups (§2.3, §2.4); the push tells when it is done.
task<> set(Entity& self, JidView jid, std::string name = "",
           std::vector<std::string> groups = std::vector<std::string>());
// Ends both subscriptions too (§2.5). Throws item-not-found if there is none.
task<> remove(Entity& self, JidView jid);

}  // namespace rondel::roster
