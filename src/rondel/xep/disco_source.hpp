// Where an answer about a place comes from: a function of the application, plain or a task.
#pragma once

#include "rondel/service/task.hpp"
#include "rondel/stanza/iq.hpp"

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>

namespace rondel {
class Entity;
}

namespace rondel::disco {

// A callable (const Place& place, const Iq& in, Entity& self) that returns T, std::optional<T> (nullopt: there is no
// such place) or task<std::optional<T>>. It may throw a StanzaError, which is then the answer. `place.jid` is the
// address that was asked, never empty; place and stanza live until its task has ended. Copyable.
template <class T, class Place>
class Source {
  public:
    using Found = std::optional<T>;

    Source() = default;  // knows nothing
    template <class F>
    requires std::is_invocable_r_v<Found, F&, const Place&, const Iq&, Entity&> Source(F now)
        : now_(std::move(now)) {}  // NOLINT(google-explicit-constructor): it is made from lambdas
    template <class F>
    requires std::is_invocable_r_v<task<Found>, F&, const Place&, const Iq&, Entity&> Source(F later)
        : later_(std::move(later)) {}  // NOLINT(google-explicit-constructor)

    explicit operator bool() const { return now_ || later_; }
    task<Found> ask(const Place& place, const Iq& in, Entity& self) const {
        if (now_) co_return now_(place, in, self);
        if (later_) co_return co_await later_(place, in, self);
        co_return std::nullopt;
    }

  private:
    std::function<Found(const Place&, const Iq&, Entity&)> now_;
    std::function<task<Found>(const Place&, const Iq&, Entity&)> later_;
};

}  // namespace rondel::disco
