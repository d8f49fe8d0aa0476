// Dispatch: which handlers a stanza goes to, over all routers that an entity has taken. A hash on kind, type and
// payload name, so that neither their number nor that of the routers changes the cost. Made anew when a router comes or
// goes.
#pragma once

#include "rondel/service/router_state.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
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

// An element name as the pair that it is: never a concatenation (CVE-2022-25236).
struct NameView {
    std::string_view name;
    std::string_view ns;
};
struct Name {
    std::string name;
    std::string ns;
    operator NameView() const { return {name, ns}; }  // NOLINT(google-explicit-constructor)
};
struct NameHash {
    using is_transparent = void;
    std::size_t operator()(NameView name) const noexcept {
        const std::hash<std::string_view> hash;
        return hash(name.ns) * 31 + hash(name.name);
    }
};
struct NameEqual {
    using is_transparent = void;
    bool operator()(NameView a, NameView b) const noexcept { return a.name == b.name && a.ns == b.ns; }
};
template <class T>
using NameMap = std::unordered_map<Name, T, NameHash, NameEqual>;

// Borrows: the routers.   Threads: one.
class Dispatch {
  public:
    using Handlers = std::vector<Bound<Handler>>;
    using Filters = std::vector<Bound<Router::State::Filter>>;

    explicit Dispatch(const std::vector<std::shared_ptr<Taken>>& routers);

    // In the order in which they are to be called: a list of ours, or one that is made in `mixed`. `own_words`: what we
    // ourselves said in a room.
    const Handlers& find(const Message& message, bool own_words, Handlers& mixed) const;
    const Handlers& find(const Presence& presence) const;
    Bound<AnswerHandler> find(const Iq& query) const;  // the first router that has one

    const Filters& filters_in() const { return filters_in_; }
    const Filters& filters_out() const { return filters_out_; }

  private:
    void add(Taken& taken, std::size_t order);

    std::array<Handlers, 4> messages_;  // by type, without error
    NameMap<Handlers> payloads_;
    std::array<Handlers, 7> presences_;  // by type, without error
    Handlers errors_;
    const Handlers none_;
    NameMap<Bound<AnswerHandler>> gets_;
    NameMap<Bound<AnswerHandler>> sets_;
    Filters filters_in_;
    Filters filters_out_;
};

}  // namespace rondel
