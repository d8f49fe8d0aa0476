// Handlers at work: plain answers, tasks, and what becomes of what they throw.
#include "rondel/base/utf8.hpp"
#include "rondel/service/entity_state.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

namespace rondel {

void Entity::State::answer_plain(const Bound<AnswerHandler>& bound, const Iq& query) {
    Iq answer;
    {
        const Outside outside(query);
        const Asked one(asked, outside.id().value_or(std::string_view()), outside.from().value_or(std::string_view()));
        try {
            static_cast<void>(bound.handler->call(query, answer, face));  // plain: it is done
            finish(answer, bound, query);
        } catch (...) {
            answer = error_answer(query, std::current_exception());
        }
        if (one.answered) return;
    }
    reply(std::move(answer));
}

void Entity::State::answer_later(const Bound<AnswerHandler>& bound, Iq query, std::shared_ptr<Owed> one) {
    const auto router = bound.taken->shared_from_this();
    try {
        task<> work = bound.handler->later(std::move(query), Replier(one), face);
        if (!work.valid()) return;
        executing::spawn(executor, std::move(work),
                         [state = shared_from_this(), router, one](std::exception_ptr error) {
                             if (error) state->answer_failure(*one, error);
                         });
    } catch (...) {
        answer_failure(*one, std::current_exception());
    }
}

void Entity::State::answer_failure(Owed& one, std::exception_ptr error) {
    try {
        std::rethrow_exception(error);
    } catch (const StanzaError& said) {
        one.answer(said);
        return;
    } catch (...) {
        log_failure("A handler of an iq", error);
    }
    one.answer(StanzaError(Condition::internal_server_error));
}

bool Entity::State::overloaded() {
    // Where tasks begin later some wait for a place that is there: those are as good as running.
    const std::size_t places = options.handlers_in_flight - std::min(running, options.handlers_in_flight);
    const std::size_t waiting = ready.size() - std::min(ready.size(), places);
    if (waiting < options.handlers_in_flight && ready_bytes < options.waiting_bytes) return false;
    if (!std::exchange(said_overloaded, true))
        log(LogLevel::warning, fmt::format("{} handlers run and as many stanzas wait for one: turning stanzas away.",
                                           options.handlers_in_flight));
    return true;
}

// Reading goes on meanwhile: what the handlers that run wait for may come next.
void Entity::State::wait_for_place(std::unique_ptr<Job>&& job) {
    ready.make_room();
    begin_turn(*job);
    // From here on nothing fails.
    job->keep_routers();
    owe_for(*job);
    ready_bytes += job->bytes();
    ready.push_back(std::move(job));
}

bool Entity::State::take_ready(Runner& runner) {
    const Call call(*this);
    while (!ready.empty() && has_place() && !stopped) {
        std::unique_ptr<Job> job = ready.pop_front();
        ready_bytes -= job->bytes();
        if (ready.empty()) said_overloaded = false;
        const bool told = job->owed ? !job->owed->due() : job->answered;  // it waited too long, say, and was told so
        if (!told) {
            if (runner.job != nullptr) put_back(std::move(runner.job));
            runner.job = std::move(job);
            return true;
        }
        turns.end(job->peer);
        put_back(std::move(job));
        pass_turns();
    }
    return false;
}

// One more runner, for a job that nobody but its caller knows of yet: so it rests first, whatever else waits, as of
// what that brings in some may be of the same peer, and would overtake. Where this is not called on our executor it
// comes later, and looks for work itself.
bool Entity::State::hire() {
    struct Hiring {
        explicit Hiring(bool& is_true) : now(is_true) { now = true; }
        ~Hiring() { now = false; }
        bool& now;
    };
    {
        const Hiring hires(hiring);
        add_runner();
    }
    return !idle.empty() && has_place();
}

void Entity::State::add_runner() {
    executing::spawn(executor, run_jobs(shared_from_this()), [](std::exception_ptr) {});  // which lets none out
}

// While it is being begun nobody is owed anything yet.
void Entity::State::launch_query(std::unique_ptr<Job>&& job) {
    const Outside outside(*job->stanza);
    Asked query(asked, outside.id().value_or(std::string_view()), outside.from().value_or(std::string_view()));
    launch(std::move(job), &query);
}

// It has begun, so there is no way back: what it cannot get now it does without, or gets later.
void Entity::State::leave_waiting(Job& job, const Asked* query) {
    job.launch = nullptr;
    if (query != nullptr) job.answered = query->answered;
    job.keep_routers();
    owe_for(job);
    if (!lacks_memory([&] { begin_turn(job); })) return;
    Launch** last = &launches;  // behind those on the stack
    while (*last != nullptr) last = &(*last)->outer;
    job.late = {&job, nullptr, nullptr};
    job.launch = *last = &job.late;
}

void Entity::State::begin_turn(Job& job) {
    if (job.has_turn) return;
    job.name_peer();
    turns.begin(job.peer);
    job.has_turn = true;
}

// Whom we cannot owe an answer gets one now: that we cannot.
void Entity::State::owe_for(Job& job) {
    if (job.answering.handler == nullptr || job.owed || job.answered) return;
    if (!lacks_memory([&] { job.owed = owe(job.stanza.iq()); })) return;
    job.answered = true;
    turn_away(*job.stanza, StanzaError(Condition::resource_constraint));
}

namespace {

// Calls the next of its handlers. The task is empty if that was plain.
task<> begin(Entity::State& state, Job& job) {
    const std::size_t place = job.next++;
    if (job.answering.handler != nullptr) {
        if (!job.answering.usable()) throw StanzaError(Condition::service_unavailable);  // dropped while this waited
        return job.answering.handler->call(job.stanza.iq(), job.answer, state.face);
    }
    const Bound<Handler>& bound = job.handlers[place];
    if (!bound.usable()) return {};
    if (bound.handler->keeps) {
        job.name_peer();  // which nobody could tell any more
        if (job.has_more()) {
            job.stanza.visit([&](const auto& stanza) { job.copied.hold(stanza.copy()); });
            return bound.handler->call(*job.copied, state.face);
        }
    }
    return bound.handler->call(*job.stanza, state.face);
}

// A job that runs. However that ends, by its last handler or with a coroutine that is destroyed where it waits, it is
// answered for, and its place and its turn are given back.
class Working {
  public:
    Working(Entity::State& state, Job& job) : state_(state), job_(job) { ++state_.running; }
    [[gnu::always_inline]] ~Working() {
        const Entity::State::Call call(state_);
        if (job_.answering.handler != nullptr) state_.answer_for(job_);
        --state_.running;
        if (Launch* const launch = std::exchange(job_.launch, nullptr)) {
            launch->job = nullptr;
            if (launch->asked != nullptr) launch->asked->answered = true;  // it is a view of the stanza, which goes now
            if (launch == &job_.late) state_.forget_late(job_);
        }
        if (job_.has_turn) state_.turns.end(job_.peer);
        job_.clear();
        if (state_.turns.any_ended()) state_.pass_turns();
    }
    Working(const Working&) = delete;
    Working& operator=(const Working&) = delete;

  private:
    Entity::State& state_;
    Job& job_;
};

// A runner that goes while there is work for it, as its coroutine was destroyed, has a successor.
class Replaced {
  public:
    explicit Replaced(Entity::State& state) : state_(state) {}
    ~Replaced() {
        if (state_.ready.empty() || !state_.has_place() || state_.stopped) return;
        state_.guarded("A new runner", [&] { state_.add_runner(); });
    }
    Replaced(const Replaced&) = delete;
    Replaced& operator=(const Replaced&) = delete;

  private:
    Entity::State& state_;
};

// Among the idle ones; else there are enough of them.
bool rests(Entity::State& state, Runner& runner) {
    if (state.stopped || state.idle.size() >= Entity::State::most_idle) return false;
    state.idle.push_back(&runner);
    return true;
}

}  // namespace

// The state lives as long as its runners, which stop() sends home.
task<> Entity::State::run_jobs(std::shared_ptr<State> alive) {
    State& state = *alive;
    Runner me;
    const Replaced replaced(state);
    while (true) {
        if (state.hiring || state.ready.empty() || !state.take_ready(me)) {
            state.hiring = false;
            if (!rests(state, me)) break;
            co_await me.rest.wait();
            if (state.stopped) break;
        }
        const Working working(state, *me.job);
        while (me.job->has_more() && !state.stopped) {
            try {
                task<> work = begin(state, *me.job);
                if (work.valid()) co_await std::move(work);
            } catch (...) {
                state.step_failed(*me.job, std::current_exception());
            }
        }
    }
    if (me.job != nullptr) state.put_back(std::move(me.job));
}

void Entity::State::answer_for(Job& job) {
    Iq answer = std::move(job.answer);
    if (job.owed) {
        job.owed->answer(std::move(answer));
    } else if (job.launch != nullptr && job.launch->asked != nullptr && !job.launch->asked->answered) {  // by hand
        finish(answer, job.answering, job.stanza.iq());
        reply(std::move(answer));
    }
}

void Entity::State::forget_late(const Job& job) {
    Launch** at = &launches;
    while (*at != &job.late) at = &(*at)->outer;
    *at = job.late.outer;
}

void Entity::State::pass_turns() {
    // The next task may end inside launch(), and bring us here again: no deeper than once.
    if (std::exchange(passing_turns, true)) return;
    while (!stopped) {
        std::unique_ptr<Job> job = turns.next();
        if (job == nullptr) break;
        job->has_turn = true;
        bool taken = false;
        if (lacks_memory([&] { taken = handle(job); })) refuse(*job);
        if (taken) continue;
        turns.end(job->peer);
        put_back(std::move(job));
    }
    passing_turns = false;
}

// Its handlers have not begun, and there is no memory for that.
void Entity::State::refuse(Job& job) {
    const StanzaError why(Condition::resource_constraint);
    job.owed ? static_cast<void>(job.owed->answer(why)) : turn_away(*job.stanza, why);
}

void Entity::State::step_failed(Job& job, std::exception_ptr error) {
    if (job.answering.handler == nullptr) return failed(*job.stanza, error, job.error_sent);
    job.answer = error_answer(job.stanza.iq(), error);
}

void Entity::State::failed(const Stanza& stanza, std::exception_ptr error, bool& error_sent) {
    try {
        std::rethrow_exception(error);
    } catch (const StanzaError& said) {
        if (stanza && stanza.kind() == StanzaKind::message && !error_sent) {
            const std::string_view type = stanza.type();
            if (type != "error" && type != "groupchat") {
                error_sent = true;
                return bounce(static_cast<const Message&>(stanza), said);
            }
        }
        log_failure("A handler", error);
    } catch (...) {
        log_failure("A handler", error);
    }
}

void Entity::State::log_failure(std::string_view what, std::exception_ptr error) const {
    if (!log_sink) return;
    try {
        try {
            std::rethrow_exception(error);
        } catch (const std::system_error& thrown) {
            if (stopped && thrown.code() == std::errc::operation_canceled) return;  // as it was told to
            log(LogLevel::error, fmt::format("{} threw: {}", what, sanitize_for_log(thrown.what())));
        } catch (const std::exception& thrown) {
            log(LogLevel::error, fmt::format("{} threw: {}", what, sanitize_for_log(thrown.what())));
        } catch (...) {
            log(LogLevel::error, fmt::format("{} threw something that is no std::exception.", what));
        }
    } catch (const std::bad_alloc&) {
        return;  // there is no memory for a sentence, and whoever calls must go on
    }
}

}  // namespace rondel
