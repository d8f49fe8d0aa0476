// The life of an entity: its link comes and goes, routers come and go, and one day it stops.
#include "rondel/service/entity_state.hpp"

#include <algorithm>
#include <limits>

namespace rondel {

Entity::State::State(Jid address_, const boost::asio::any_io_executor& executor_, EntityOptions options_, LogSink log_)
    : address(std::move(address_)),
      options(std::move(options_)),
      executor(executor_),
      log_sink(std::move(log_)),
      face(*this),
      dispatch(std::make_unique<Dispatch>(routers)),
      shares(options.peer_stanzas, options.peer_bytes),
      storms(options.presence) {
    // So that giving back needs no memory.
    idle.reserve(most_idle);
    spare_jobs.reserve(most_spare_jobs);
}

void Entity::State::Call::end() {
    state_.tidy_up();
    if (host_) --state_.host_depth;
    if (--state_.depth > 0) return;
    const std::shared_ptr<State> last = std::move(state_.keep);
}

void Entity::State::tidy_up() {
    if (reading_held && on_wants_to_read && readable()) {
        reading_held = false;
        guarded("The host", on_wants_to_read);
    }
    if (draining && !told_drained && drained()) {
        told_drained = true;
        if (on_drained) guarded("The host", on_drained);
    }
    if (std::exchange(timer_added, false) && on_deadline && deadline() < told_deadline)
        guarded("The host", on_deadline);
    if (dropped_routers.empty() && dropped_dispatches.empty()) return;
    // The handlers of a dropped router may hold anything, and call us from their destructors.
    const auto dispatches = std::exchange(dropped_dispatches, {});
    const auto gone = std::exchange(dropped_routers, {});
}

template <class Calls, class... Args>
void Entity::State::tell(Taken& taken, Calls Router::State::*which, const Args&... args) {
    for (const auto& call : taken.state().*which) {
        if (taken.dropped || stopped) return;
        guarded("A handler of the connection's life", [&] { call(args..., face); });
    }
}

template <class Calls, class... Args>
void Entity::State::tell_routers(Calls Router::State::*which, const Args&... args) {
    const auto told = routers;  // one that is taken meanwhile is told by take()
    for (const std::shared_ptr<Taken>& taken : told) tell(*taken, which, args...);
}

void Entity::State::connected() {
    if (stopped || phase == Phase::suspended) return;
    phase = Phase::connected;
    tell_routers(&Router::State::connected);
}

void Entity::State::opened(Link& to) {
    if (stopped) return;
    if (phase == Phase::suspended) forsake(std::nullopt);
    phase = Phase::session;
    link = &to;
    transit.begin(to.is_managed());
    flush();
    tell_routers(&Router::State::session);
}

void Entity::State::lost(const Lost& lost, bool proven, std::size_t kept) {
    if (stopped) return;
    end_session(transit.lose(proven, kept), proven ? Outcome::acked : Outcome::indeterminate, lost);
}

void Entity::State::suspend(const Lost& lost) {
    if (stopped) return;
    if (phase != Phase::suspended) {
        transit.suspend();
        last_loss = lost;
    }
    phase = Phase::suspended;
    link = nullptr;
}

void Entity::State::resume(Link& to) {
    if (stopped || phase != Phase::suspended) return;
    phase = Phase::session;
    link = &to;
    transit.resume();
    flush();
}

// Handlers see a session that ended, and a connection that is there already.
void Entity::State::forsake(std::optional<std::size_t> handled) {
    if (stopped || phase != Phase::suspended) return;
    end_session(transit.forsake(handled), Outcome::indeterminate, std::exchange(last_loss, {}));
    if (phase == Phase::down) connected();
}

void Entity::State::end_session(Transit::Loss loss, Outcome of_written, const Lost& lost) {
    phase = Phase::down;
    link = nullptr;
    sweep(std::numeric_limits<std::size_t>::max());  // of the loss before this one, if that is not done yet
    sweeping = {true, 0, loss.acknowledged, loss.written, loss.given_up, of_written};
    tell(std::move(loss.told));
    sweep(4096);  // the others in slices, from expire()
    timer_added = timer_added || sweeping.active;
    wake_writers();
    tell_routers(&Router::State::lost, lost);
}

RouterNumber Entity::State::take(Router router) {
    const Call call(*this);
    const auto taken = std::make_shared<Taken>(++last_router, std::move(router));
    routers.push_back(taken);
    renew_dispatch();
    if (phase != Phase::down) tell(*taken, &Router::State::connected);
    if (phase == Phase::session || phase == Phase::suspended) tell(*taken, &Router::State::session);
    return taken->number;
}

bool Entity::State::drop(RouterNumber number) {
    const Call call(*this);
    const auto found_router = std::ranges::find(routers, number, [](const auto& taken) { return taken->number; });
    if (found_router == routers.end()) return false;
    (*found_router)->dropped = true;
    dropped_routers.push_back(std::move(*found_router));
    routers.erase(found_router);
    renew_dispatch();
    return true;
}

void Entity::State::renew_dispatch() {
    dropped_dispatches.push_back(std::move(dispatch));
    dispatch = std::make_unique<Dispatch>(routers);
}

bool Entity::State::drained() const {
    return stopped || (running == 0 && turns.empty() && due == 0 && outbox.empty() && transit.unwritten() == 0);
}

void Entity::State::closing(bool for_good) {
    if (stopped || link == nullptr) return;
    if (for_good) answer_what_is_owed();
    phase = Phase::down;
    link = nullptr;
}

// While an answer can still go out.
void Entity::State::answer_what_is_owed() {
    for (const Launch* one = launches; one != nullptr; one = one->outer) {
        if (one->job == nullptr || one->asked == nullptr || std::exchange(one->asked->answered, true)) continue;
        owe_for(*one->job);
    }
    for (std::uint32_t place = 0; place < owed.end(); ++place)
        if (owed[place] != nullptr)
            guarded("An answer", [&] { owed[place]->answer(StanzaError(Condition::recipient_unavailable)); });
}

void Entity::State::stop() {
    if (stopped) return;
    answer_what_is_owed();
    stopped = true;
    if (link != nullptr)
        transit.wrote(std::numeric_limits<std::uint32_t>::max());  // the host may still write it: nobody knows
    link = nullptr;
    phase = Phase::down;
    tell(transit.lose(false, 0).told);
    while (!outbox.empty()) drop(outbox.pop(), Outcome::undelivered);
    sweeping.active = false;
    for (std::uint32_t place = 0; place < requests.end(); ++place) {
        const RequestTable::Number number = requests.at(place);
        if (number != 0 && requests.find(number)->is_asked()) end_request(number, Answer(Outcome::cancelled));
    }
    message_waiters.give_up_all();
    presence_waiters.give_up_all();
    for (const auto& writer : std::exchange(writers, {})) writer->wake();
    for (Runner* const runner : std::exchange(idle, {})) guarded("A runner", [&] { runner->rest.go_on(); });  // home
    turns.clear();
    ready.clear();
    ready_bytes = 0;
    for (std::uint32_t place = 0; place < calls.end(); ++place) {
        if (calls[place].sleeper) calls[place].sleeper->wake();
        if (!calls[place].sleeper && !calls[place].call) continue;
        remove_call(place);
    }
}

}  // namespace rondel
