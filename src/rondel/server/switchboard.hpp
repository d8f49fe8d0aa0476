// Who is attached to the embedded server, and where each stanza goes (RFC 6120 §10, RFC 6121 §8.5).
//
// An address without a localpart takes every JID of its domain, as a component does. What is for a user's bare JID, and
// for no resource in particular, goes to all resources that are attached. What cannot be delivered is
// answered with an error where RFC 6120 §8.3.1 wants one; what was delivered to somebody who left before answering is
// bounced.
#pragma once

#include "rondel/base/jid.hpp"
#include "rondel/base/time.hpp"
#include "rondel/server/jam.hpp"
#include "rondel/server/owed.hpp"
#include "rondel/server/text_hash.hpp"
#include "rondel/stanza/stanza.hpp"
#include "rondel/stanza/stanza_error.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace rondel::server {

// Somebody attached. deliver() may attach, detach and route.
class Party {
  public:
    virtual void deliver(Stanza stanza) = 0;
    // Somebody else wants the address: whether it was given up, detached and all.
    virtual bool give_way(Instant) { return false; }
    // Senders are to wait for it; nullptr: it keeps up, or is none whom anybody waits for.
    virtual std::shared_ptr<Jam> jam() const { return nullptr; }

  protected:
    ~Party() = default;
};

// Borrows: the parties, between attach() and detach().   Threads: one at a time.
class Switchboard {
  public:
    Switchboard() : Switchboard(JamLimits()) {}
    explicit Switchboard(const JamLimits& jams) : jams_(jams) {}
    const JamLimits& jams() const { return jams_; }

    bool attach(JidView address, Party& party);  // false: the address is taken
    void detach(JidView address);                // bounces what is owed: recipient-unavailable
    bool is_taken(std::string_view address) const { return seats_.contains(address); }
    bool displace(JidView address, Instant now);  // asks whoever has it to give way; true: it is free
    bool serves(std::string_view domain) const { return domains_.contains(domain); }  // anybody is there
    std::vector<std::string> whole_domains() const;  // those taken by one party, in order: components, and our own

    // A domain that somebody will serve: until then what is for it is answered with remote-server-timeout, an error to
    // wait for, instead of remote-server-not-found (RFC 6120 §10.4.3).
    void expect(JidView domain) { expected_.emplace(domain.str()); }
    Condition why_unreachable(std::string_view domain) const;

    // Delivers, or answers. Precondition: `from` and `to` are there, and `from` is the sender's to use.
    void route(Stanza stanza);
    // Answers with an error instead, where RFC 6120 §8.3.1 wants one.
    void bounce(const Stanza& stanza, Condition condition);
    // The jam that was met by what was routed since this was asked last: for the sender to wait for.
    std::shared_ptr<Jam> take_jam() { return std::exchange(met_, nullptr); }

    std::size_t owed() const;  // requests that were delivered and not answered yet
    void bounce_owed();        // answers all of them in place of those who owe it: recipient-unavailable

  private:
    // So many iqs may one party owe an answer to; then the oldest is bounced with remote-server-timeout.
    static constexpr std::size_t most_owed = 100'000;

    struct Seat {
        Party* party = nullptr;
        Owed owed{most_owed};
    };
    struct Served {
        std::size_t seats = 0;  // how many there are in the domain
        Seat* whole = nullptr;  // of the one that takes every address of it
    };
    template <class Value>
    using Table = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

    Seat* find(JidView to);
    bool route_to_resources(const Stanza& stanza);  // false: that is not for them, or there are none

    Table<Seat> seats_;
    Table<Served> domains_;
    Table<std::vector<Party*>> resources_;  // by bare JID
    std::unordered_set<std::string, TextHash, std::equal_to<>> expected_;
    const JamLimits jams_;
    std::shared_ptr<Jam> met_;
};

}  // namespace rondel::server
