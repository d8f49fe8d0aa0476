// Sessions: how a resource is bound, lost, resumed by another stream, and how it ends (RFC 6120 §7, XEP-0198 §5).
#pragma once

#include "rondel/server/home.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rondel::server {

// The resource is nobody's any more: others are told that it is gone, and whoever waits for something of it too. With
// an error its stream ends, if it has one.
void end_session(Home& home, User& user, Resource& resource, const std::optional<stream::StreamError>& error);

// What was on its way to a resource that has ended: requests have been bounced then, messages are now.
void rescue(Home& home, const Resource& ended, std::vector<Stanza> stanzas);

// Borrows: the home.   Threads: one at a time.
class Sessions {
  public:
    explicit Sessions(Home& home) : home_(home) {}

    std::variant<Jid, Condition> bind(const stream::BindRequest& request);
    // A stream has been told that address: its resource is there from now on, or again.
    std::shared_ptr<Resource> open(const Jid& address, ClientLink& link);

    // Of the one with that id, live or lost; the stream that had it ends.
    std::optional<stream::Resumption> take(const Jid& account, std::string_view id);
    void give_back(stream::Resumption left);  // whoever took it has not gone on from it
    std::optional<std::uint32_t> handled_in(const Jid& account, std::string_view id) const;

    void leave(Resource& resource);  // in order
    // Its stream is gone, and not because somebody wanted that: it is kept for another, if it can be.
    void lose(Resource& resource);

    void expire(Instant now);
    Instant deadline() const;
    void on_deadline(std::function<void()> call) { on_deadline_ = std::move(call); }
    std::size_t count() const;
    std::size_t owed() const;  // requests that resources have got and not answered yet
    void refuse_owed();        // answers all of them: service-unavailable, which tells nobody who was there (R086)

  private:
    struct Gone {
        std::string account;
        std::string id;
        std::uint32_t handled = 0;
    };
    // From the answer to bind, or to resume, to Opened, which follows at once unless the stream dies in between.
    static constexpr Duration opening = std::chrono::seconds(30);
    static constexpr std::size_t most_gone = 1000;

    User* user_of(const stream::BindRequest& request);
    std::optional<Condition> make_room(User& user, const std::string& resource);
    bool is_reserved(const Jid& address) const { return reserved_.contains(address.str()); }
    std::size_t reserved_for(const User& user) const;
    void end(User& user, Resource& resource, const std::optional<stream::StreamError>& error);
    using Deadlines = std::map<std::string, Instant, std::less<>>;  // by full JID
    void wake_at(Instant when, const Jid& address);
    void forget_wake(Deadlines& which, const Jid& address);

    Home& home_;
    Deadlines reserved_;                 // bound, not open yet
    Deadlines kept_until_;               // lost, or taken and not open yet
    std::multimap<Instant, Jid> wakes_;  // when to look at which; it may have changed since
    std::deque<Gone> gone_;
    std::function<void()> on_deadline_;
};

}  // namespace rondel::server
