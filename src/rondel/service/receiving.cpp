// The way in: answers to the table of requests, then filters, waiters, turns, and the handlers.
#include "rondel/service/entity_state.hpp"
#include "rondel/service/hosted_entity.hpp"

#include <utility>

namespace rondel {

// The usual way in is one piece: this, what is in line below, and what is asked of a message
// (docs/decisions/0017-one-piece.md).
[[gnu::hot]] void HostedEntity::receive(Stanza&& stanza, Instant now) {
    const State::Call call(*state_, now);
    state_->receive(stanza);
}

[[gnu::always_inline]] inline void Entity::State::receive(Stanza& stanza) {
    ledger.receive();
    if (!stanza) return;
    const Outside outside(stanza);
    const bool query = stanza.kind() == StanzaKind::iq && outside.asks();
    if (query) ledger.receive_iq();
    if (stopped) {
        if (query) ledger.reply(false);
        return;
    }
    try {
        take_in(stanza, outside);
    } catch (...) {
        ledger.did_not_receive(query);  // it comes again, or whoever carries it says what became of it
        throw;
    }
}

[[gnu::always_inline]] inline void Entity::State::take_in(Stanza& stanza, const Outside& outside) {
    if (shares.are_limited() && is_too_much(stanza, outside)) return;
    if (storms.any() || stanza.kind() == StanzaKind::presence)
        if (waits_out_storm(stanza, outside)) return;
    if (dispatch->filters_in().empty())
        receive_one(stanza, outside);
    else
        receive_filtered(stanza);
}

[[gnu::always_inline]] inline void Entity::State::receive_one(Stanza& stanza, const Outside& outside) {
    if (stanza.kind() == StanzaKind::message) return receive_message(stanza, outside);
    if (stanza.kind() == StanzaKind::presence) return receive_presence(stanza, outside);
    receive_iq(stanza, outside);
}

[[gnu::noinline]] void Entity::State::receive_after_all(Stanza& stanza) { receive_one(stanza, Outside(stanza)); }

[[gnu::always_inline]] inline void Entity::State::receive_message(Stanza& stanza, const Outside& outside) {
    Message message(std::move(stanza));
    if (!message_waiters.empty() && offer(message_waiters, message)) return;
    if (draining && !message.is_error()) return turn_away_draining(message);
    if (anybody_has_a_turn() && has_to_wait(message, outside)) return;
    dispatch->may_mix() ? handle_mixed(message) : handle_now(message, find(message));
}

void Entity::State::receive_presence(Stanza& stanza, const Outside& outside) {
    Presence presence(std::move(stanza));
    rooms.received(presence);
    if (!presence_waiters.empty() && offer(presence_waiters, presence)) return;
    if (draining || (anybody_has_a_turn() && has_to_wait(presence, outside))) return;
    handle_now(presence, find(presence));
}

void Entity::State::receive_iq(Stanza& stanza, const Outside& outside) {
    Iq iq(std::move(stanza));
    if (outside.asks()) return receive_query(iq, outside);
    if (receive_answer(iq)) return;
    ledger.late_answer();
    unhandled(iq);
}

template <class S>
bool Entity::State::offer(Waiters<S>& waiters, S& stanza) {
    try {
        return waiters.offer(stanza);
    } catch (...) {
        log_failure("What a coroutine waits for", std::current_exception());
        return false;
    }
}

template <class S>
[[gnu::noinline]] bool Entity::State::has_to_wait(S& stanza, const Outside& outside) {
    if (!is_taken(bare_of(outside.from().value_or(std::string_view())))) return false;
    wait_for_turn(job_of(stanza));
    return true;
}

void Entity::State::handle_mixed(Message& message) {
    Dispatch::Handlers mixed = std::exchange(found, {});  // a handler may bring us here again
    handle_now(message, find(message, mixed));
    found = std::move(mixed);
}

template <class S>
void Entity::State::handle_as_task(S& stanza, std::span<const Bound<Handler>> handlers) {
    if (!is_free() && overloaded()) return turn_away(stanza, StanzaError(Condition::resource_constraint));
    if (!has_runner()) {
        std::unique_ptr<Job> job = job_of(stanza);
        job->take(handlers);
        return wait_for_place(std::move(job));
    }
    Runner& runner = *idle.back();
    if (runner.job == nullptr) runner.job = another_spare_job();
    runner.job->take(handlers);
    runner.job->stanza.hold(std::move(stanza));
    launch(runner, nullptr);
}

// The task begins at once, inside this call. What it needs only if it waits, it gets only if it does.
[[gnu::always_inline]] inline void Entity::State::launch(Runner& runner, Asked* query) {
    idle.pop_back();
    Launch here{runner.job.get(), query, launches};
    here.job->launch = launches = &here;
    // What a wait throws that could not even begin comes out here; the coroutine is destroyed soon.
    guarded("A handler", [&] { runner.rest.go_on(); });
    launches = here.outer;
    if (here.job != nullptr) leave_waiting(*here.job, query);
}

void Entity::State::launch(std::unique_ptr<Job>&& job, Asked* query) {
    Runner& runner = *idle.back();
    if (runner.job != nullptr) put_back(std::move(runner.job));
    runner.job = std::move(job);
    launch(runner, query);
}

[[gnu::always_inline]] inline void Entity::State::receive_query(Iq& query, const Outside& outside) {
    if (draining) return turn_away_draining(query);
    if (anybody_has_a_turn() && has_to_wait(query, outside)) return;
    const Bound<AnswerHandler> bound = dispatch->find(query);
    if (!bound.usable()) {
        unhandled(query);
        return turn_away(query, StanzaError(Condition::service_unavailable));  // RFC 6120 §8.4
    }
    if (bound.handler->later && due >= options.handlers_in_flight)
        return turn_away(query, StanzaError(Condition::resource_constraint));
    if (bound.handler->later) return answer_later(bound, std::move(query), owe(query));
    if (!bound.handler->waits) return answer_plain(bound, query);
    if (!is_free() && overloaded()) return turn_away(query, StanzaError(Condition::resource_constraint));
    std::unique_ptr<Job> job = job_of(query);
    job->answering = bound;
    has_runner() ? launch_query(std::move(job)) : wait_for_place(std::move(job));
}

void Entity::State::unhandled(const Stanza& stanza) {
    if (on_unhandled) guarded("What the host does with a stanza", [&] { on_unhandled(stanza); });
}

void Entity::State::turn_away(const Stanza& stanza, const StanzaError& error) {
    if (stanza.is_request()) return reply(error_answer(static_cast<const Iq&>(stanza), error));
    ledger.refuse();
    if (stanza.kind() != StanzaKind::message) return;
    const Message& message = static_cast<const Message&>(stanza);
    // An error sent to a room may put us out of it (XEP-0045 §9.3 lets it), and an error is not for errors (RFC 6120
    // §8.3.1).
    if (message.type() == MessageType::normal || message.type() == MessageType::chat) bounce(message, error);
}

void Entity::State::turn_away_draining(const Stanza& stanza) {
    turn_away(stanza, StanzaError(Condition::recipient_unavailable));
}

void Entity::State::bounce(const Message& message, const StanzaError& error) {
    guarded("An error", [&] { send(message.error_reply(error), {}); });
}

const Dispatch::Handlers& Entity::State::find(const Message& message, Dispatch::Handlers& mixed) const {
    return dispatch->find(message, are_own_words(message, message.type()), mixed);
}

const Dispatch::Handlers& Entity::State::find(const Presence& presence) const { return dispatch->find(presence); }

template <class S>
bool Entity::State::handle(std::unique_ptr<Job>& job, S& stanza) {
    Dispatch::Handlers mixed;
    if constexpr (std::is_same_v<S, Message>)
        job->take(find(stanza, mixed));
    else
        job->take(find(stanza));
    if (any_waits(job->handlers)) {
        start(std::move(job));
        return true;
    }
    call_plain(job->handlers, stanza);
    return false;
}

bool Entity::State::handle_query(std::unique_ptr<Job>& job, Iq& query) {
    if (!job->owed->due()) return false;  // it waited too long, and was told so
    const Bound<AnswerHandler> bound = dispatch->find(query);
    if (!bound.usable()) {
        unhandled(query);
        job->owed->answer(StanzaError(Condition::service_unavailable));
        return false;
    }
    if (bound.handler->later) {
        answer_later(bound, std::move(query), job->owed);
        return false;
    }
    job->answering = bound;
    if (bound.handler->waits) {
        start(std::move(job));
        return true;
    }
    Iq answer;
    try {
        static_cast<void>(bound.handler->call(query, answer, face));  // plain: it is done
    } catch (...) {
        answer = error_answer(query, std::current_exception());
    }
    job->owed->answer(std::move(answer));
    return false;
}

bool Entity::State::handle(std::unique_ptr<Job>& job) {
    return job->stanza.visit([&](auto& stanza) {
        if constexpr (std::is_same_v<decltype(stanza), Iq&>)
            return handle_query(job, stanza);
        else
            return handle(job, stanza);
    });
}

void Entity::State::wait_for_turn(std::unique_ptr<Job> job) {
    Job& one = *job;
    one.name_peer();
    if (!turns.make_room(one, options.handlers_per_peer, options.waiting_bytes)) {
        if (may_complain())
            log(LogLevel::warning, "A peer has more under way than is allowed for one; turned a stanza of it away.");
        turn_away(*one.stanza, StanzaError(Condition::resource_constraint));
        return put_back(std::move(job));
    }
    if (one.stanza.is_iq()) one.owed = owe(one.stanza.iq());
    turns.wait(std::move(job));
}

template <class S>
std::unique_ptr<Job> Entity::State::job_of(S& stanza) {
    std::unique_ptr<Job> job = spare_job();
    job->stanza.hold(std::move(stanza));
    return job;
}

std::unique_ptr<Job> Entity::State::another_spare_job() {
    if (spare_jobs.empty()) return std::make_unique<Job>();
    std::unique_ptr<Job> job = std::move(spare_jobs.back());
    spare_jobs.pop_back();
    return job;
}

void Entity::State::put_back(std::unique_ptr<Job> job) {
    job->clear();
    if (spare_jobs.size() < most_spare_jobs && !stopped) spare_jobs.push_back(std::move(job));
}

// What comes while the task of its peer is just being begun waits, too; and behind one without a turn for want of
// memory.
bool Entity::State::is_taken(std::string_view peer) {
    for (const Launch* one = launches; one != nullptr; one = one->outer) {
        if (one->job == nullptr || one->job->has_turn) continue;
        one->job->name_peer();
        if (one->job->peer == peer) begin_turn(*one->job);
    }
    return turns.taken(peer);
}

template <class S>
[[gnu::always_inline]] inline void Entity::State::call_plain(std::span<const Bound<Handler>> handlers, S& stanza) {
    if (handlers.empty()) return unhandled(stanza);
    bool error_sent = false;
    for (const Bound<Handler>& bound : handlers) {
        if (stopped) return;
        if (!bound.usable()) continue;
        try {
            if (bound.handler->keeps && &bound != &handlers.back()) {
                S copied = stanza.copy();
                static_cast<void>(bound.handler->call(copied, face));
            } else {
                static_cast<void>(bound.handler->call(stanza, face));
            }
        } catch (...) {
            failed(stanza, std::current_exception(), error_sent);
        }
    }
}

}  // namespace rondel
