// Coroutines that wait for the next stanza that they want. They come before the turns of a peer, so that a handler may
// wait for the answer of the one whose message it handles.
#pragma once

#include "rondel/service/parking.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace rondel {

// S: Message or Presence.   Threads: one.
template <class S>
class Waiters {
  public:
    struct Waiter {
        std::function<bool(const S&)> wanted;
        ParkedFor<std::unique_ptr<S>> parked;
    };

    bool empty() const { return waiting_.empty(); }

    std::shared_ptr<Waiter> add(std::function<bool(const S&)> wanted) {
        auto waiter = std::make_shared<Waiter>();
        waiter->wanted = std::move(wanted);
        waiting_.push_back(waiter);
        return waiter;
    }

    // The first that wants it gets it; whether there was one. A predicate may throw, and may add and remove waiters.
    bool offer(S& stanza) {
        for (std::size_t i = 0; i < waiting_.size(); ++i) {
            const std::shared_ptr<Waiter> waiter = waiting_[i];
            if (!waiter->wanted(stanza)) continue;
            auto taken = std::make_unique<S>(std::move(stanza));
            remove(*waiter);
            return waiter->parked.give(std::move(taken));
        }
        return false;
    }

    void remove(const Waiter& waiter) {
        std::erase_if(waiting_, [&](const auto& one) { return one.get() == &waiter; });
    }

    void give_up(Waiter& waiter) {  // it ends with nothing
        waiter.parked.give(nullptr);
        remove(waiter);
    }

    void give_up_all() {
        for (const auto& waiter : std::exchange(waiting_, {})) waiter->parked.give(nullptr);
    }

  private:
    std::vector<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace rondel
