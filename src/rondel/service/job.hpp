// A stanza that has to wait, for its turn or for a handler that is a task, and all that must live as long.
#pragma once

#include "rondel/service/any_stanza.hpp"
#include "rondel/service/dispatch.hpp"
#include "rondel/service/outside.hpp"
#include "rondel/service/owed.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rondel {

struct Job;

// A query that a handler, or a filter, is being asked while its caller waits on the stack: until that has returned
// nobody has to be told of it, as by then it may be answered. One in another: a handler may bring in the next.
struct Asked {
    Asked(Asked*& top, std::string_view id_, std::string_view peer_)
        : id(id_), peer(peer_), outer(std::exchange(top, this)), top_(top) {}
    ~Asked() { top_ = outer; }
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;

    std::string_view id;
    std::string_view peer;
    bool answered = false;  // by hand
    Asked* outer;

  private:
    Asked*& top_;
};

// A job that has begun and has no turn yet: its runner has not come back to its caller, or, later, there was no memory
// for a turn. Most are over by the time it comes back: a handler that waits for nothing takes no turn, owes no answer,
// and holds nothing.
struct Launch {
    Job* job = nullptr;      // nullptr: it has ended
    Asked* asked = nullptr;  // of a query
    Launch* outer = nullptr;
};

// Owns: the stanza. Shares: once it waits, the routers that its handlers belong to.   Threads: one.
struct Job {
    AnyStanza stanza;
    AnyStanza copied;                          // for a handler that keeps it, where others come behind
    std::string peer;                          // whose turn it takes, once name_peer() was called
    std::shared_ptr<Owed> owed;                // of an iq that waits
    std::span<const Bound<Handler>> handlers;  // ours
    Bound<AnswerHandler> answering;            // instead
    Iq answer;                                 // its
    std::size_t next = 0;                      // of the handlers
    Launch* launch = nullptr;                  // while it has begun and has no turn
    Launch late;                               // which is this one, if there was no memory for its turn
    bool has_turn = false;                     // its peer is among the turns
    bool answered = false;                     // by hand, before it waited
    bool error_sent = false;                   // at most one error for a stanza (RFC 6120 §8.3.1)

    bool has_more() const { return next < (answering.handler != nullptr ? 1 : handlers.size()); }
    // To be called while it has its stanza; most jobs end without anybody having asked.
    void name_peer() {
        if (peer.empty()) peer = bare_of(Outside(*stanza).from().value_or(std::string_view()));
    }
    // If memory ends here, what is left of it is overwritten, or let go, by whoever uses the job next.
    void take(std::span<const Bound<Handler>> all) {
        if (all.size() == 1) {
            only_ = all.front();
            handlers = {&only_, 1};
        } else {
            several_.assign(all.begin(), all.end());
            handlers = several_;
            routers_.reserve(all.size());
        }
    }
    // From here on what its handlers belong to outlives it. There is memory for that: it has begun.
    void keep_routers() {
        if (router_ != nullptr || !routers_.empty()) return;
        if (answering.handler != nullptr) {
            router_ = answering.taken->shared_from_this();
        } else if (handlers.size() == 1) {
            router_ = handlers.front().taken->shared_from_this();
        } else {
            for (const Bound<Handler>& one : handlers) routers_.push_back(one.taken->shared_from_this());
        }
    }
    std::size_t bytes() const { return stanza->element().block()->bytes(); }
    // For the next stanza: lets go of everything but memory.
    [[gnu::always_inline]] void clear() {
        stanza.drop();
        handlers = {};
        answering.handler = nullptr;  // without one the rest of it means nothing
        next = 0;
        has_turn = answered = error_sent = false;
        if (!peer.empty()) peer.clear();
        if (owed) owed.reset();
        if (!several_.empty()) {
            copied.drop();
            several_.clear();
            routers_.clear();
        }
        if (router_) router_.reset();
    }

  private:
    Bound<Handler> only_;  // mostly there is one, which is copied without a loop
    Dispatch::Handlers several_;
    std::shared_ptr<Taken> router_;  // likewise
    std::vector<std::shared_ptr<Taken>> routers_;
};

}  // namespace rondel
