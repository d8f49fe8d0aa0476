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
    std::string_view id;
    std::string_view peer;
    bool answered = false;  // by hand
    Asked* outer = nullptr;
};

// A job whose runner has not come back to its caller yet. Most are over by then: a handler that waits for nothing takes
// no turn, owes no answer, and holds nothing.
struct Launch {
    Job* job = nullptr;
    Asked* asked = nullptr;  // of a query
    bool ended = false;
    Launch* outer = nullptr;
};

// Owns: the stanza. Shares: once it waits, the entity and the routers that its handlers belong to.   Threads: one.
struct Job {
    AnyStanza stanza;
    AnyStanza copied;                          // for a handler that keeps it, where others come behind
    std::string peer;                          // whose turn it takes, once name_peer() was called
    std::shared_ptr<Owed> owed;                // of an iq that waits
    std::span<const Bound<Handler>> handlers;  // ours
    Bound<AnswerHandler> answering;            // instead
    Iq answer;                                 // its
    std::size_t next = 0;                      // of the handlers
    std::vector<std::shared_ptr<Taken>> routers;
    std::shared_ptr<Entity::State> entity;
    Launch* launch = nullptr;  // while its runner has not come back
    bool has_turn = false;     // its peer is among the turns
    bool answered = false;     // by hand, before it waited
    bool error_sent = false;   // at most one error for a stanza (RFC 6120 §8.3.1)

    bool has_more() const { return next < (answering.handler != nullptr ? 1 : handlers.size()); }
    // To be called while it has its stanza; most jobs end without anybody having asked.
    void name_peer() {
        if (peer.empty()) peer = bare_of(Outside(*stanza).from().value_or(std::string_view()));
    }
    void take(std::span<const Bound<Handler>> all) {
        if (all.size() == 1) {
            only_ = all.front();
            handlers = {&only_, 1};
        } else {
            several_.assign(all.begin(), all.end());
            handlers = several_;
        }
    }
    std::size_t bytes() const { return stanza->element().block()->bytes(); }
    // For the next stanza: lets go of everything but memory.
    void clear() {
        stanza.drop();
        peer.clear();
        handlers = {};
        answering = {};
        owed.reset();
        next = 0;
        answered = error_sent = false;
        if (!several_.empty()) {
            copied.drop();
            several_.clear();
        }
        if (!std::exchange(has_turn, false)) return;  // it has never waited
        routers.clear();
        entity.reset();
    }

  private:
    Bound<Handler> only_;  // mostly there is one, which is copied without a loop
    Dispatch::Handlers several_;
};

}  // namespace rondel
