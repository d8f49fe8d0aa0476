// What the rooms of a domain share: who is here, and how a stanza gets from one to another. Not for other floors.
#pragma once

#include "rondel/base/random.hpp"
#include "rondel/server/domain.hpp"
#include "rondel/server/memory_storage.hpp"
#include "rondel/server/text_hash.hpp"
#include "rondel/server/user.hpp"
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rondel::server {

// Owns: the users that are here. Borrows: switchboard and storage.   Threads: one at a time.
struct Home {
    Home(Switchboard& the_board, Storage& the_storage, DomainOptions the_options);
    Home(const Home&) = delete;
    Home& operator=(const Home&) = delete;

    // One thing after the other: what comes while something is being done waits until it is done.
    void run(const std::function<void()>& work);

    const Jid& name() const { return options.name; }
    bool is_ours(JidView address) const { return address.domain() == options.name.str(); }
    Instant now() const { return options.clock(); }
    Time calendar() const;  // to the millisecond, as stamps have it
    std::string new_id() { return ids.next().str(); }

    // Of a local part. nullptr: there is no such account.
    User* find_user(std::string_view username);
    User* present_user(std::string_view username);  // only if something of theirs is here now; asks no storage
    void may_leave(const User& user) { visitors_.push_back(user.name); }  // they may have nothing here any more
    std::shared_ptr<Resource> find_resource(JidView full);

    // From us, or one of us, to anybody; `from` and `to` are there.
    void route(Stanza stanza);
    // For us, or one of us; the sender is told if the storage fails.
    void arrive(Stanza stanza);
    void arrive_later(Stanza stanza);  // after what is being done now
    bool reaches(JidView to) const;    // there is somebody for that domain
    // To one resource; where it cannot be, its sender is told.
    void hand(Resource& resource, const Stanza& stanza);

    // Tells the sender, where RFC 6120 §8.3.1 lets us. Of presence only with `even_presence`.
    void refuse(const Stanza& stanza, const StanzaError& error, bool even_presence = false);
    void refuse(const Stanza& stanza, Condition condition) { refuse(stanza, StanzaError(condition)); }
    void answer(Stanza answer);  // to whoever `to` is

    void log(std::string_view line) const;

    Switchboard& board;
    Storage& storage;
    DomainOptions options;
    const Instant started;
    MemoryStorage guests;
    RandomIds ids;
    std::unordered_map<std::string, std::unique_ptr<User>, TextHash, std::equal_to<>> users;

  private:
    void sweep();

    std::deque<Stanza> inbox_;
    bool busy_ = false;
    std::vector<std::string> visitors_;  // who may have nothing here: looked at again at the end of run()
};

// From and to for what the server itself says.
Presence make_presence(JidView from, JidView to, PresenceType type);

}  // namespace rondel::server
