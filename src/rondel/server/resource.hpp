// One bound resource of a user: what RFC 6121 calls connected, available and interested, and where its stanzas go.
#pragma once

#include "rondel/server/client_link.hpp"
#include "rondel/server/owed.hpp"
#include "rondel/stanza/presence.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rondel::server {

inline constexpr std::string_view client_content_ns = "jabber:client";

struct User;

// Owns: what waits for its client. Borrows: its user, and the link, while there is one.   Threads: one at a time.
class Resource {
  public:
    explicit Resource(Jid bound) : address(std::move(bound)) {}
    Resource(const Resource&) = delete;
    Resource& operator=(const Resource&) = delete;

    // To the client, or to what it will get when it resumes. False: it has to be told to the sender that it is not.
    bool send(const Stanza& stanza);

    bool is_available() const { return presence.has_value(); }
    bool takes_messages() const { return is_available() && priority >= 0; }

    // XEP-0352: what can wait does, until something cannot.
    void set_active(bool active);

    // Its stream is gone. What is left of it is held for another one, for as long as the caller waits.
    void hold(stream::Resumption left);
    stream::Resumption take_held();  // what hold() was given, and what came since
    bool is_held() const { return held_.has_value(); }
    const std::string& held_id() const { return held_->id; }
    std::uint32_t held_count() const { return held_->handled; }  // h of what is held
    Duration held_for() const { return held_->most; }            // what its client was promised

    // The end: everything that its client has not got, as far as that is known.
    std::vector<Stanza> take_waiting();

    // Whom it has written to itself: they know that it is there (RFC 6121 §8.5.3.1). The latest few.
    void has_written_to(JidView who);
    bool is_known_to(JidView who) const;

    const Jid address;
    User* user = nullptr;        // whose it is; there until it has ended
    ClientLink* link = nullptr;  // nullptr: lost, or not there yet
    bool ended = false;          // no resource of anybody's any more; its stream is about to end

    std::optional<Presence> presence;  // the last that went to everybody; nothing: not available
    int priority = 0;
    std::set<std::string, std::less<>> directed;  // whom it has sent presence to (RFC 6121 §4.6)
    bool interested = false;                      // wants roster pushes
    bool wants_blocklist = false;                 // wants to hear of changes of the list of the blocked
    bool carbons = false;
    Owed owed{most_owed};

  private:
    // A client that does not read is not waited for.
    static constexpr std::size_t most_backlog = 4 * 1024 * 1024;
    static constexpr std::size_t most_owed = 10'000;
    static constexpr std::size_t most_waiting = 1000;  // stanzas that an inactive client is spared; then it gets them
    static constexpr std::size_t most_known = 32;

    bool put(const Stanza& stanza);
    void put_aside(const Stanza& stanza);
    void flush();

    bool active_ = true;
    std::vector<Stanza> aside_;
    std::optional<stream::Resumption> held_;
    std::vector<std::string> known_to_;  // no deques: an idle one would hold a kibibyte
};

}  // namespace rondel::server
