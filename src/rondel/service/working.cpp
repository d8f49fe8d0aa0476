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
    if (running < options.handlers_in_flight) return false;
    if (ready.size() < options.handlers_in_flight && ready_bytes < options.waiting_bytes) return false;
    if (!std::exchange(said_overloaded, true))
        log(LogLevel::warning, fmt::format("{} handlers run and as many stanzas wait for one: turning stanzas away.",
                                           options.handlers_in_flight));
    return true;
}

// It has its turn, but not a place yet. Reading goes on meanwhile: what the handlers that run wait for may come next.
void Entity::State::start(std::shared_ptr<Job> job) {
    for (const Bound<Handler>& one : job->handlers) job->routers.push_back(one.taken->shared_from_this());
    if (job->answering.handler != nullptr) job->routers.push_back(job->answering.taken->shared_from_this());
    if (running < options.handlers_in_flight) return launch(std::move(job));
    ready_bytes += job->bytes();
    ready.push_back(std::move(job));
}

void Entity::State::launch(std::shared_ptr<Job> job) {
    ++running;
    task<> work = job->owed ? run_answering(shared_from_this(), job) : run_handlers(shared_from_this(), job);
    executing::spawn(executor, std::move(work), [state = shared_from_this(), job](std::exception_ptr error) {
        if (error) state->log_failure("A handler", error);
        state->job_ended(job->peer);
    });
}

task<> Entity::State::run_handlers(std::shared_ptr<State> state, std::shared_ptr<Job> job) {
    bool error_sent = false;
    for (std::size_t i = 0; i < job->handlers.size() && !state->stopped; ++i) {
        const Bound<Handler>& bound = job->handlers[i];
        if (!bound.usable()) continue;
        std::variant<Message, Presence, Iq> copied;  // for one that keeps it, where others come after it
        const bool copy = bound.handler->keeps && i + 1 < job->handlers.size();
        if (copy) std::visit([&](const auto& stanza) { copied = stanza.copy(); }, job->stanza);
        Stanza& stanza = copy ? std::visit([](Stanza& one) -> Stanza& { return one; }, copied) : job->as_stanza();
        std::exception_ptr thrown;
        try {
            task<> work = bound.handler->call(stanza, state->face);
            if (work.valid()) co_await std::move(work);
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) state->failed(job->as_stanza(), thrown, error_sent);
    }
}

task<> Entity::State::run_answering(std::shared_ptr<State> state, std::shared_ptr<Job> job) {
    const Iq& query = std::get<Iq>(job->stanza);
    Iq answer;
    std::exception_ptr thrown;
    try {
        if (!job->answering.usable()) throw StanzaError(Condition::service_unavailable);  // dropped while this waited
        task<> work = job->answering.handler->call(query, answer, state->face);
        if (work.valid()) co_await std::move(work);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) answer = state->error_answer(query, thrown);
    job->owed->answer(std::move(answer));
}

void Entity::State::job_ended(const std::string& peer) {
    --running;
    const Call call(*this);
    ended_turns.push_back(peer);
    // The next task may end before launch() returns, and bring us here again: no deeper than once.
    if (std::exchange(passing_turns, true)) return;
    while (!stopped) {
        if (!ended_turns.empty()) {
            const std::string ended = ended_turns.pop_front();
            while (const std::shared_ptr<Job> job = turns.next(ended))
                if (handle(job)) break;
        } else if (!ready.empty() && running < options.handlers_in_flight) {
            const std::shared_ptr<Job> job = ready.pop_front();
            ready_bytes -= job->bytes();
            if (job->owed && !job->owed->due())
                ended_turns.push_back(job->peer);  // it waited too long, and was told so
            else
                launch(job);
        } else {
            break;
        }
    }
    passing_turns = false;
    if (ready.empty()) said_overloaded = false;
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
        std::rethrow_exception(error);
    } catch (const std::system_error& thrown) {
        if (stopped && thrown.code() == std::errc::operation_canceled) return;  // as it was told to
        log(LogLevel::error, fmt::format("{} threw: {}", what, sanitize_for_log(thrown.what())));
    } catch (const std::exception& thrown) {
        log(LogLevel::error, fmt::format("{} threw: {}", what, sanitize_for_log(thrown.what())));
    } catch (...) {
        log(LogLevel::error, fmt::format("{} threw something that is no std::exception.", what));
    }
}

}  // namespace rondel
