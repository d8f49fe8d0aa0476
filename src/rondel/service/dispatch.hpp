// Dispatch: which handlers a stanza goes to, over all routers that an entity has taken. A hash on kind, type and
// payload name, so that neither their number nor that of the routers changes the cost. Made anew when a router comes or
// goes.
#pragma once

#include "rondel/service/name_table.hpp"
#include "rondel/service/router_state.hpp"

#include <array>
#include <memory>
#include <span>
#include <vector>

namespace rondel {

// A router in use. Shared with the tasks that its handlers began.
struct Taken : std::enable_shared_from_this<Taken> {
    Taken(RouterNumber number_, Router router_) : number(number_), router(std::move(router_)) {}
    const Router::State& state() const { return router.state(); }

    RouterNumber number;
    Router router;
    bool dropped = false;  // none of its handlers is called any more
};

// A handler and the router that it belongs to. Valid as long as the router is.
template <class H>
struct Bound {
    const H* handler = nullptr;
    Taken* taken = nullptr;
    std::size_t order = 0;
    bool usable() const { return handler != nullptr && !taken->dropped; }
};

inline bool any_waits(std::span<const Bound<Handler>> handlers) {
    for (const Bound<Handler>& one : handlers)
        if (one.handler->waits) return true;
    return false;
}

// Borrows: the routers.   Threads: one.
class Dispatch {
  public:
    using Handlers = std::vector<Bound<Handler>>;
    using Filters = std::vector<Bound<Router::State::Filter>>;

    explicit Dispatch(const std::vector<std::shared_ptr<Taken>>& routers);

    // In the order in which they are to be called. `own_words`: what we ourselves said in a room.
    const Handlers& find(MessageType type, bool own_words) const {
        if (type == MessageType::error) return errors_;
        return own_words ? none_ : messages_[static_cast<std::size_t>(type)];
    }
    // Where some handlers are for payloads: a list of ours, or one that is made in `mixed`.
    bool may_mix() const { return !payloads_.empty(); }
    const Handlers& find(const Message& message, bool own_words, Handlers& mixed) const;
    const Handlers& find(const Presence& presence) const;
    Bound<AnswerHandler> find(const Iq& query) const;  // the first router that has one

    const Filters& filters_in() const { return filters_in_; }
    const Filters& filters_out() const { return filters_out_; }

  private:
    void add(Taken& taken, std::size_t order);

    std::array<Handlers, 4> messages_;  // by type, without error
    NameTable<Handlers> payloads_;
    std::array<Handlers, 7> presences_;  // by type, without error
    Handlers errors_;
    const Handlers none_;
    NameTable<Bound<AnswerHandler>> gets_;
    NameTable<Bound<AnswerHandler>> sets_;
    Filters filters_in_;
    Filters filters_out_;
};

}  // namespace rondel
