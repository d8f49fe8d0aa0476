// Timer wheel: any number of timers behind one deadline. Adding and cancelling cost the same whether ten wait or a
// million; a timer costs 28 bytes.
//
// Eight wheels of 64 slots; a slot of the first is a millisecond, of each next one a whole turn of the one before. A
// timer stands in the wheel where its time first differs from now, and moves inwards as that time comes near.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/service/slab.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace rondel {

// Owns: its timers.   Threads: one.
class TimerWheel {
  public:
    using Timer = std::uint32_t;  // 0: none

    TimerWheel();

    // Begins to count at this time, if there is no timer: otherwise the first deadline() may lie in the past.
    void begin(Instant now);

    // A timer never fires early, and at most a millisecond late. None is made for `never`.
    Timer add(Instant due, std::uint64_t owner);
    void cancel(Timer timer);  // 0, or one that has not been taken out

    // Takes out a timer that is due, and returns its owner. Each call, and each timer that it had to move on the way,
    // is one step off the budget; nullopt: nothing is due any more, or the budget is used up.
    std::optional<std::uint64_t> take_due(Instant now, std::size_t& budget);

    // When to call take_due next: never later than the first timer is due, but perhaps earlier.
    Instant deadline() const;

    std::size_t size() const { return nodes_.size(); }

  private:
    static constexpr unsigned bits = 6;
    static constexpr unsigned slots = 1U << bits;
    static constexpr unsigned levels = 8;                       // 2^48 ms: further than an Instant reaches
    static constexpr std::uint32_t due_list = levels * slots;   // what is due
    static constexpr std::uint32_t moving_list = due_list + 1;  // what has to move inwards
    static constexpr std::uint32_t lists = moving_list + 1;     // numbers below it are heads of lists, the others nodes

    struct Link {
        std::uint32_t next = 0;
        std::uint32_t previous = 0;
    };
    struct Node : Link {
        std::int64_t tick = 0;
        std::uint64_t owner = 0;
    };

    void place(std::uint32_t timer);
    void append(std::uint32_t list, std::uint32_t timer);
    void unlink(std::uint32_t timer);
    void splice(std::uint32_t from, std::uint32_t to);
    Link& link(std::uint32_t number) { return number < lists ? heads_[number] : nodes_[number - lists]; }
    Node& node(std::uint32_t number) { return nodes_[number - lists]; }
    bool is_empty(std::uint32_t list) const { return heads_[list].next == list; }
    std::optional<std::uint32_t> first_slot() const;  // the first list with something in it
    std::int64_t start_of(std::uint32_t slot) const;

    std::array<Link, lists> heads_;
    Slab<Node> nodes_;
    std::array<std::uint64_t, levels> occupied_{};
    std::int64_t at_ = 0;  // in milliseconds; everything up to it has been taken out, or is in the due list
};

}  // namespace rondel
