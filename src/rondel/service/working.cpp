// Handlers at work: plain answers, tasks, and what becomes of what they throw.
#include "rondel/base/utf8.hpp"
#include "rondel/service/entity_state.hpp"

#include <system_error>

#include <fmt/format.h>

namespace rondel {

void Entity::State::answer_plain(const Bound<AnswerHandler>& bound, const Iq& query) {
    Asked one{query.id().value_or(std::string_view()), query.from().str(), false, asked};
    asked = &one;
    Iq answer;
    try {
        static_cast<void>(bound.handler->call(query, answer, face));  // plain: it is done
        answer = finished(std::move(answer), query);
    } catch (...) {
        answer = error_answer(query, std::current_exception());
    }
    asked = one.outer;
    if (!one.answered) reply(std::move(answer));
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
    if (has_place()) return false;
    if (ready.size() < options.handlers_in_flight && ready_bytes < options.waiting_bytes) return false;
    if (!std::exchange(said_overloaded, true))
        log(LogLevel::warning, fmt::format("{} handlers run and as many stanzas wait for one: turning stanzas away.",
                                           options.handlers_in_flight));
    return true;
}

// Reading goes on meanwhile: what the handlers that run wait for may come next.
void Entity::State::wait_for_place(std::unique_ptr<Job>&& job) {
    make_wait(*job);
    ready_bytes += job->bytes();
    ready.push_back(std::move(job));
}

// The task begins at once, inside this call. What it needs only if it waits, it gets only if it does.
void Entity::State::launch(std::unique_ptr<Job>&& job, Asked* query) {
    Launch here{job.get(), query, false, launches};
    job->launch = launches = &here;
    ++running;
    if (idle.empty()) {
        executing::spawn(executor, run_jobs(*this, std::move(job)), [](std::exception_ptr) {});  // which lets none out
    } else {
        Runner& runner = *idle.back();
        idle.pop_back();
        if (runner.job != nullptr) put_back(std::move(runner.job));
        runner.job = std::move(job);
        runner.rest.go_on();
    }
    launches = here.outer;
    if (!here.ended) leave_waiting(*here.job, query);
}

// While it is being begun nobody is owed anything yet.
void Entity::State::launch_query(std::unique_ptr<Job>&& job) {
    const Outside outside(*job->stanza);
    Asked query{outside.id().value_or(std::string_view()), outside.from().value_or(std::string_view()), false, asked};
    asked = &query;
    launch(std::move(job), &query);
    asked = query.outer;
}

void Entity::State::leave_waiting(Job& job, const Asked* query) {
    job.launch = nullptr;
    job.entity = shared_from_this();
    if (query != nullptr) {
        asked = query->outer;
        job.answered = query->answered;
    }
    make_wait(job);
}

void Entity::State::make_wait(Job& job) {
    job.name_peer();
    if (!std::exchange(job.has_turn, true)) turns.begin(job.peer);
    if (!job.routers.empty()) return;
    for (const Bound<Handler>& one : job.handlers) job.routers.push_back(one.taken->shared_from_this());
    if (job.answering.handler == nullptr) return;
    job.routers.push_back(job.answering.taken->shared_from_this());
    if (!job.owed && !job.answered) job.owed = owe(job.stanza.iq());
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

// False: the runner is to go home; else it is among the idle ones, and is to rest.
bool end_job(Entity::State& state, Runner& runner) {
    const std::shared_ptr<Entity::State> alive = std::move(runner.job->entity);
    {
        const Entity::State::Call call(state);
        Job& job = *runner.job;
        if (job.answering.handler != nullptr) state.answer_for(job);
        --state.running;
        if (job.launch != nullptr) job.launch->ended = true;
        if (job.has_turn) state.ended_turns.push_back(std::move(job.peer));
        job.clear();
        if (!state.ended_turns.empty() || !state.ready.empty()) state.pass_turns();
    }
    if (!state.stopped && state.idle.size() < Entity::State::most_idle) {
        state.idle.push_back(&runner);
        return true;
    }
    state.put_back(std::move(runner.job));
    return false;
}

}  // namespace

task<> Entity::State::run_jobs(State& state, std::unique_ptr<Job> first) {
    Runner me{std::move(first)};
    do {
        while (me.job->has_more() && !state.stopped) {
            try {
                task<> work = begin(state, *me.job);
                if (work.valid()) co_await std::move(work);
            } catch (...) {
                state.step_failed(*me.job, std::current_exception());
            }
        }
        if (!end_job(state, me)) co_return;
        co_await me.rest.wait();
    } while (!state.stopped);
}

void Entity::State::answer_for(Job& job) {
    Iq answer = std::move(job.answer);
    if (job.owed)
        job.owed->answer(std::move(answer));
    else if (job.launch != nullptr && !job.launch->asked->answered)  // else it was answered by hand
        reply(finished(std::move(answer), job.stanza.iq()));
}

void Entity::State::pass_turns() {
    // The next task may end inside launch(), and bring us here again: no deeper than once.
    if (std::exchange(passing_turns, true)) return;
    while (!stopped) {
        if (!ended_turns.empty()) {
            const std::string ended = ended_turns.pop_front();
            while (std::unique_ptr<Job> job = turns.next(ended)) {
                job->has_turn = true;
                if (handle(job)) break;
                put_back(std::move(job));
            }
        } else if (!ready.empty() && has_place()) {
            std::unique_ptr<Job> job = ready.pop_front();
            ready_bytes -= job->bytes();
            if (job->owed && !job->owed->due()) {  // it waited too long, and was told so
                ended_turns.push_back(std::move(job->peer));
                put_back(std::move(job));
            } else {
                launch(std::move(job), nullptr);
            }
        } else {
            break;
        }
    }
    passing_turns = false;
    if (ready.empty()) said_overloaded = false;
}

void Entity::State::step_failed(Job& job, std::exception_ptr error) {
    if (job.answering.handler != nullptr)
        job.answer = error_answer(job.stanza.iq(), error);
    else
        failed(*job.stanza, error, job.error_sent);
}

void Entity::State::failed(const Stanza& stanza, std::exception_ptr error, bool& error_sent) {
    try {
        std::rethrow_exception(error);
    } catch (const StanzaError& said) {
        if (stanza && stanza.kind() == StanzaKind::message && !error_sent) {
            const std::string_view type = stanza.type();
            if (type != "error" && type != "groupchat") {
                error_sent = true;
                send(static_cast<const Message&>(stanza).error_reply(said), {});
                return;
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
