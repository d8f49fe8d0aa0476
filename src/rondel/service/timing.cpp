// Everything that has to happen at a time: one wheel, one deadline.
#include "rondel/service/entity_state.hpp"

#include <algorithm>

namespace rondel {

namespace {

// What one call of expire() does at most, so that the host's loop is not held up for longer than a few milliseconds.
constexpr std::size_t slice = 4096;

Instant later(Instant now, Duration delay) {
    return delay >= never - now ? never : now + std::max(delay, Duration::zero());
}

}  // namespace

Instant Entity::State::current() {
    if (host_depth == 0 && clock) now = std::max(now, clock());
    return now;
}

TimerWheel::Timer Entity::State::add_timer(Duration delay, Timed kind, std::uint64_t which) {
    timer_added = true;
    wheel.begin(current());
    return wheel.add(later(now, delay), static_cast<std::uint64_t>(kind) << 32 | static_cast<std::uint32_t>(which));
}

std::uint32_t Entity::State::add_call(Duration delay, std::function<void()> call, std::shared_ptr<Parking> sleeper) {
    const Call guard(*this);
    const std::uint32_t place = calls.add();
    try {
        const TimerWheel::Timer timer = add_timer(delay, Timed::call, place);
        calls[place] = {std::move(call), std::move(sleeper), timer};
    } catch (...) {
        calls.free(place);
        throw;
    }
    return place;
}

void Entity::State::remove_call(std::uint32_t place) {
    wheel.cancel(calls[place].timer);
    calls.free(place);
}

void Entity::State::run_call(std::uint32_t place) {
    const TimedCall due_call = std::move(calls[place]);
    calls.free(place);
    if (due_call.sleeper) return due_call.sleeper->wake();
    guarded("A call that was to be made later", due_call.call);
}

void Entity::State::expire() {
    sweep(slice);
    std::size_t budget = slice;
    bool requests_ended = false;
    while (const auto owner = wheel.take_due(now, budget)) {
        const auto place = static_cast<std::uint32_t>(*owner);
        switch (static_cast<Timed>(*owner >> 32)) {
            case Timed::request: {
                const RequestTable::Number number = requests.at(place);
                requests.find(number)->timer = 0;
                end_request(number, Answer(Outcome::timed_out));
                requests_ended = true;
                break;
            }
            case Timed::owed: {
                owed[place]->timer = 0;
                log(LogLevel::warning, "The handler of an iq took too long; answered remote-server-timeout for it.");
                owed[place]->answer(StanzaError(Condition::remote_server_timeout));
                break;
            }
            case Timed::call:
                run_call(place);
        }
    }
    // Those that had not even left make room in the queue, and do not hold up a drain.
    if (requests_ended)
        outbox.remove_if([&](const Queued& one) { return one.request != 0 && requests.find(one.request) == nullptr; });
}

}  // namespace rondel
