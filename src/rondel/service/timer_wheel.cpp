#include "rondel/service/timer_wheel.hpp"

#include <algorithm>
#include <bit>
#include <chrono>

namespace rondel {

namespace {

using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;

std::int64_t tick_at_or_after(Instant time) {
    return std::max<std::int64_t>(0, std::chrono::ceil<Milliseconds>(time.time_since_epoch()).count());
}

std::int64_t tick_at_or_before(Instant time) {
    return std::max<std::int64_t>(0, std::chrono::floor<Milliseconds>(time.time_since_epoch()).count());
}

Instant instant_of(std::int64_t tick) { return Instant(std::chrono::duration_cast<Duration>(Milliseconds(tick))); }

}  // namespace

TimerWheel::TimerWheel() {
    for (std::uint32_t list = 0; list < lists; ++list) heads_[list] = {list, list};
}

void TimerWheel::begin(Instant now) {
    if (size() == 0) at_ = std::max(at_, tick_at_or_before(now));
}

TimerWheel::Timer TimerWheel::add(Instant due, std::uint64_t owner) {
    if (due == never) return 0;
    const Timer timer = nodes_.add() + lists;
    node(timer).tick = tick_at_or_after(due);
    node(timer).owner = owner;
    place(timer);
    return timer;
}

void TimerWheel::cancel(Timer timer) {
    if (timer == 0) return;
    unlink(timer);
    nodes_.free(timer - lists);
}

std::optional<std::uint64_t> TimerWheel::take_due(Instant now, std::size_t& budget) {
    const std::int64_t target = tick_at_or_before(now);
    while (budget > 0) {
        --budget;
        if (!is_empty(moving_list)) {
            const Timer timer = heads_[moving_list].next;
            unlink(timer);
            place(timer);
        } else if (!is_empty(due_list)) {
            const Timer timer = heads_[due_list].next;
            const std::uint64_t owner = node(timer).owner;
            cancel(timer);
            return owner;
        } else {
            const std::optional<std::uint32_t> slot = first_slot();
            const std::int64_t next = slot ? start_of(*slot) : target;
            if (!slot || next > target) {
                at_ = std::max(at_, target);
                return std::nullopt;
            }
            at_ = next;
            occupied_[*slot / slots] &= ~(std::uint64_t{1} << *slot % slots);
            splice(*slot, *slot < slots ? due_list : moving_list);
        }
    }
    return std::nullopt;
}

Instant TimerWheel::deadline() const {
    if (!is_empty(due_list) || !is_empty(moving_list)) return instant_of(at_);
    const std::optional<std::uint32_t> slot = first_slot();
    return slot ? instant_of(start_of(*slot)) : never;
}

void TimerWheel::place(std::uint32_t timer) {
    const std::int64_t tick = node(timer).tick;
    if (tick <= at_) return append(due_list, timer);
    const unsigned level = (static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(tick ^ at_))) - 1U) / bits;
    const unsigned slot = static_cast<unsigned>(tick >> bits * level) % slots;
    occupied_[level] |= std::uint64_t{1} << slot;
    append(level * slots + slot, timer);
}

void TimerWheel::append(std::uint32_t list, std::uint32_t timer) {
    const std::uint32_t last = heads_[list].previous;
    link(timer) = {list, last};
    link(last).next = timer;
    heads_[list].previous = timer;
}

void TimerWheel::unlink(std::uint32_t timer) {
    const auto [next, previous] = link(timer);
    link(previous).next = next;
    link(next).previous = previous;
    if (next == previous && next < due_list) occupied_[next / slots] &= ~(std::uint64_t{1} << next % slots);
}

void TimerWheel::splice(std::uint32_t from, std::uint32_t to) {  // precondition: `to` is empty, `from` is not
    heads_[to] = heads_[from];
    link(heads_[to].next).previous = to;
    link(heads_[to].previous).next = to;
    heads_[from] = {from, from};
}

std::optional<std::uint32_t> TimerWheel::first_slot() const {
    // What stands in an inner wheel is due before everything further out.
    for (unsigned level = 0; level < levels; ++level)
        if (occupied_[level] != 0)
            return level * slots + static_cast<std::uint32_t>(std::countr_zero(occupied_[level]));
    return std::nullopt;
}

std::int64_t TimerWheel::start_of(std::uint32_t slot) const {
    const unsigned shift = bits * (slot / slots);
    const std::int64_t turn = at_ >> (shift + bits) << (shift + bits);
    return turn | static_cast<std::int64_t>(slot % slots) << shift;
}

}  // namespace rondel
