// What is behind an entity: its parts, and what they do together. Its functions stand in sending.cpp, requesting.cpp,
// receiving.cpp, filtering.cpp, flood.cpp, working.cpp, replying.cpp, timing.cpp and lifecycle.cpp, as the sections
// below.
//
// User code, that is handlers, filters, predicates and callbacks, may call anything from anywhere. So each function
// brings its own state in order before it calls out, and looks again after it has.
#pragma once

#include "rondel/service/dispatch.hpp"
#include "rondel/service/hosted_entity.hpp"
#include "rondel/service/lack_of_memory.hpp"
#include "rondel/service/outbox.hpp"
#include "rondel/service/outside.hpp"
#include "rondel/service/owed.hpp"
#include "rondel/service/parking.hpp"
#include "rondel/service/request_table.hpp"
#include "rondel/service/rooms.hpp"
#include "rondel/service/runner.hpp"
#include "rondel/service/shares.hpp"
#include "rondel/service/slab.hpp"
#include "rondel/service/storms.hpp"
#include "rondel/service/timer_wheel.hpp"
#include "rondel/service/transit.hpp"
#include "rondel/service/turns.hpp"
#include "rondel/service/waiters.hpp"
#include "rondel/xml/same.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rondel {

// Shared by the entity, its tasks, and whoever owes an answer. Borrows: the link, the executor.   Threads: one.
struct Entity::State : std::enable_shared_from_this<Entity::State> {
    State(Jid address, const boost::asio::any_io_executor& executor, EntityOptions options, LogSink log);

    // What handlers are given as Entity&: lives as long as the state, so a task may outlive the host's entity.
    struct Face : Entity {
        explicit Face(State& state) : Entity(std::shared_ptr<State>(std::shared_ptr<void>(), &state)) {}
    };

    // While one of these is on the stack nothing is thrown away that may still run; the last one tidies up.
    class Call {
      public:
        explicit Call(State& state) : state_(state) { ++state_.depth; }
        Call(State& state, Instant at) : state_(state), host_(true) {  // of the host
            ++state_.depth;
            ++state_.host_depth;
            if (at > state_.now) state_.now = at;
        }
        ~Call() {
            if (state_.depth == 1 && (state_.is_untidy() || state_.keep)) {
                end();
            } else {
                if (host_) --state_.host_depth;
                --state_.depth;
            }
        }
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;

      private:
        void end();  // of the last one, with something to tidy up

        State& state_;
        bool host_ = false;
    };

    // Sending.
    [[gnu::hot]] Ticket send(Stanza&& stanza, OutcomeCallback&& told);
    [[gnu::hot]] void reply(Iq&& answer);  // the one answer to a query; its addresses and id are right
    // Stamps, checks, filters.
    std::error_code admit(Stanza& stanza) { return is_as_usual(stanza) ? no_error : admit_unusual(stanza); }
    // Most is an answer from our own address: check() would let it pass as it is, and no filter or room hears of it.
    // Who changes what those do looks here, too.
    bool is_as_usual(const Stanza& stanza) const {
        if (stopped || !stanza || options.any_from || !dispatch->filters_out().empty()) return false;
        if (stanza.kind() == StanzaKind::presence) return false;  // it may be for a room
        const Outside outside(stanza);
        const std::optional<std::string_view> from = outside.from();
        if (!from || !xml::same_text(*from, address.str())) return false;
        return stanza.is_sound(xml::Common::to) && (stanza.kind() == StanzaKind::message || outside.id());
    }
    std::error_code admit_unusual(Stanza& stanza);
    std::error_code check(Stanza& stanza);
    std::error_code queue(Stanza& stanza, OutcomeCallback& told, bool reply);  // refused, they are as they were
    std::error_code hand_over(Queued& queued);  // to the link, or to the outbox; refused, it is as it was
    bool goes_at_once() const {                 // to the link, and not to the outbox
        return !stopped && link != nullptr && outbox.empty() && link_has_room();
    }
    // To the link. What is refused is as it was.
    std::error_code transmit(Queued& queued);
    std::error_code transmit_plain(Stanza& stanza, OutcomeCallback& told, bool reply);  // no request
    std::error_code pass_on(Stanza& stanza, OutcomeCallback& told, bool reply);         // what was admitted
    std::error_code enqueue(Queued& queued);
    void flush();
    void drop(Queued queued, Outcome outcome, std::error_code why = {});
    void tell(std::vector<Told> told);
    void tell(const OutcomeCallback& told, Outcome outcome);
    bool link_has_room() const {
        return link->backlog() < options.high_water && transit.unwritten() * 2 < options.queue_stanzas;
    }
    // More than 1/part of what may wait does.
    bool congested(std::size_t part) const {
        const std::size_t handed_over = link == nullptr ? 0 : link->backlog();  // first: a call
        if ((transit.unwritten() + outbox.size()) * part > options.queue_stanzas) return true;
        if (link == nullptr) return outbox.bytes() * part > options.queue_bytes;
        return (handed_over + outbox.bytes()) * part >= options.high_water * 2;
    }
    void wake_writers();

    // Requests.
    std::uint64_t request(Iq iq, AnswerCallback told, RequestOptions options);
    std::error_code ask(RequestTable::Number number, Iq& iq, AnswerCallback& told, const RequestOptions& options,
                        bool& is_kept);
    bool cancel(std::uint64_t number);
    bool receive_answer(Iq& answer);  // false: it is none of ours
    void end_request(RequestTable::Number number, Answer answer);
    void sweep(std::size_t budget);  // ends what the loss of a session ended, a slice at a time

    // Receiving.
    void receive(Stanza& stanza);
    void take_in(Stanza& stanza, const Outside& outside);
    void receive_one(Stanza& stanza, const Outside& outside);
    void receive_after_all(Stanza& stanza);  // what was held, or filtered
    void receive_message(Stanza& stanza, const Outside& outside);
    void receive_presence(Stanza& stanza, const Outside& outside);
    [[gnu::hot]] void receive_iq(Stanza& stanza, const Outside& outside);
    void receive_query(Iq& query, const Outside& outside);
    template <class S>
    bool has_to_wait(S& stanza, const Outside& outside);  // for its turn; then it does
    template <class S>
    bool offer(Waiters<S>& waiters, S& stanza);
    void unhandled(const Stanza& stanza);
    void turn_away(const Stanza& stanza, const StanzaError& error);
    [[gnu::cold]] void turn_away_draining(const Stanza& stanza);
    void bounce(const Message& message, const StanzaError& error);

    // Filtering.
    void receive_filtered(Stanza& stanza);
    bool pass_filters_in(Stanza& stanza, std::exception_ptr& thrown);
    std::error_code pass_filters_out(Stanza& stanza);

    // Flood.
    bool is_too_much(const Stanza& stanza, const Outside& outside);  // for its sender's share; then it is turned away
    bool waits_out_storm(Stanza& stanza, const Outside& outside);
    void forget_later();
    void watch_storm(const std::string& sender);
    void hear_held(std::string_view sender);  // the presence that is held of it
    bool may_complain();

    // Working: plain handlers at once, waiting ones as jobs.
    bool are_own_words(const Message& message, MessageType type) const {  // said in a room
        return !rooms.empty() && type == MessageType::groupchat && rooms.is_ours(message.from());
    }
    const Dispatch::Handlers& find(const Message& message) const {
        const MessageType type = message.type();
        return dispatch->find(type, are_own_words(message, type));
    }
    const Dispatch::Handlers& find(const Message& message, Dispatch::Handlers& mixed) const;
    const Dispatch::Handlers& find(const Presence& presence) const;
    void handle_mixed(Message& message);
    template <class S>
    [[gnu::always_inline]] void handle_now(S& stanza, std::span<const Bound<Handler>> handlers) {
        any_waits(handlers) ? handle_as_task(stanza, handlers) : call_plain(handlers, stanza);
    }
    template <class S>
    [[gnu::hot]] void handle_as_task(S& stanza, std::span<const Bound<Handler>> handlers);
    template <class S>
    [[gnu::hot]] void call_plain(std::span<const Bound<Handler>> handlers, S& stanza);
    [[gnu::hot]] void answer_plain(const Bound<AnswerHandler>& bound, const Iq& query);
    void answer_later(const Bound<AnswerHandler>& bound, Iq query, std::shared_ptr<Owed> one);
    void answer_failure(Owed& one, std::exception_ptr error);
    template <class S>
    [[gnu::hot]] std::unique_ptr<Job> job_of(S& stanza);
    std::unique_ptr<Job> spare_job() {
        if (!idle.empty() && idle.back()->job != nullptr) return std::move(idle.back()->job);
        return another_spare_job();
    }
    std::unique_ptr<Job> another_spare_job();
    void put_back(std::unique_ptr<Job> job);
    bool anybody_has_a_turn() const { return launches != nullptr || !turns.empty(); }
    [[gnu::hot]] bool is_taken(std::string_view peer);  // its turn, by a task
    void wait_for_turn(std::unique_ptr<Job> job);
    bool handle(std::unique_ptr<Job>& job);  // whose turn it is; true: a task has taken it
    template <class S>
    bool handle(std::unique_ptr<Job>& job, S& stanza);
    bool handle_query(std::unique_ptr<Job>& job, Iq& query);
    bool has_place() const { return running < options.handlers_in_flight; }  // for one more task
    bool has_runner() { return has_place() && (!idle.empty() || hire()); }   // who would begin it at once
    bool is_free() const { return has_place() && ready.empty(); }            // nobody waits for one
    bool hire();
    void add_runner();
    void start(std::unique_ptr<Job>&& job) {  // precondition: nobody else has its turn, and it has handlers
        has_runner() ? launch(std::move(job), nullptr) : wait_for_place(std::move(job));
    }
    // The same, and there is a runner for it: the last of the idle ones, which for the second has its job.
    [[gnu::hot]] void launch(std::unique_ptr<Job>&& job, Asked* query);
    void launch(Runner& runner, Asked* query);
    void launch_query(std::unique_ptr<Job>&& job);
    void leave_waiting(Job& job, const Asked* query);  // its runner came back before it ended
    [[gnu::cold]] void forget_late(const Job& job);    // its launch
    void wait_for_place(std::unique_ptr<Job>&& job);
    bool take_ready(Runner& runner);  // a job that waits for a place; false: there is none, or no place
    void begin_turn(Job& job);        // if it has none yet
    void owe_for(Job& job);           // its answer, if it is a query that is not answered
    [[gnu::hot]] static task<> run_jobs(std::shared_ptr<State> alive);
    [[gnu::cold]] void step_failed(Job& job, std::exception_ptr error);
    void answer_for(Job& job);
    void pass_turns();
    void refuse(Job& job);  // turns it away
    [[gnu::cold]] void failed(const Stanza& stanza, std::exception_ptr error, bool& error_sent);
    template <class F>
    void guarded(std::string_view what, const F& call) const {
        try {
            call();
        } catch (...) {
            log_failure(what, std::current_exception());
        }
    }
    [[gnu::cold]] void log_failure(std::string_view what, std::exception_ptr error) const;

    // Replying.
    // The answer could not be sent: the peer is told that, where it can be.
    [[gnu::cold]] void reply_refused(const Stanza& answer, std::error_code why);
    std::error_code reply_that_it_failed(const Stanza& answer);
    // Gives the answer the addresses and the id that it must have. One that was made for the query here has them.
    void finish(Iq& answer, const Bound<AnswerHandler>& bound, const Iq& query) const {
        if (bound.handler->returns_iq) complete(answer, query);
    }
    void complete(Iq& answer, const Iq& query) const;
    Iq error_answer(const Iq& query, std::exception_ptr error) const;
    Iq error_answer(const Iq& query, const StanzaError& error) const;  // empty: there is no memory for one
    std::shared_ptr<Owed> owe(const Iq& query);
    void forget(Owed& owed);                 // it is not due any more
    bool settle_owed(const Stanza& answer);  // a handler sent it by hand; false: nothing was due

    // Timing.
    enum class Timed : std::uint8_t { request, owed, call };
    TimerWheel::Timer add_timer(Duration delay, Timed kind, std::uint64_t which);
    std::uint32_t add_call(Duration delay, std::function<void()> call, std::shared_ptr<Parking> sleeper = {});
    void remove_call(std::uint32_t place);
    void run_call(std::uint32_t place);
    void expire();
    Instant deadline() const { return sweeping.active ? now : wheel.deadline(); }
    Instant current();  // now, asked of the host's clock where we were not just told

    // Lifecycle.
    void connected();
    void opened(Link& link);
    void lost(const Lost& lost, bool proven, std::size_t kept);
    void suspend(const Lost& lost);
    void resume(Link& link);
    void forsake(std::optional<std::size_t> handled);
    void end_session(Transit::Loss loss, Outcome of_written, const Lost& lost);
    RouterNumber take(Router router);
    bool drop(RouterNumber number);
    void renew_dispatch();
    template <class Calls, class... Args>
    void tell(Taken& taken, Calls Router::State::*which, const Args&... args);
    template <class Calls, class... Args>
    void tell_routers(Calls Router::State::*which, const Args&... args);
    void stop();
    bool drained() const;
    // Without a session there is nothing to hold back, and the host must see how the next one opens.
    bool readable() const { return phase != Phase::session || !congested(reading_held ? 4 : 2); }
    void closing(bool for_good);
    void answer_what_is_owed();
    [[gnu::cold]] bool overloaded();  // no more may wait for a place; precondition: !is_free()
    bool is_untidy() const {          // something of what tidy_up() does may be due
        return reading_held || draining || timer_added || !dropped_dispatches.empty();  // where a router was, too
    }
    void tidy_up();

    void log(LogLevel level, std::string_view sentence) const {
        if (!log_sink || silent) return;
        try {
            log_sink(level, sentence);
        } catch (...) {
            return;  // whoever has something to log must go on, and may be a destructor
        }
    }

    enum class Phase { down, connected, session, suspended };

    Jid address;
    const EntityOptions options;
    const boost::asio::any_io_executor executor;
    const LogSink log_sink;
    Face face;

    // Time and depth.
    Instant now{};
    std::function<Instant()> clock;
    int depth = 0;
    std::shared_ptr<State> keep;  // the entity went while a call was on the stack
    int host_depth = 0;           // not beside the other: both would be counted as one word, and looked at as two

    // The host.
    Phase phase = Phase::down;
    Lost last_loss = {};  // while suspended
    Link* link = nullptr;
    bool draining = false;
    bool told_drained = false;
    bool stopped = false;
    bool silent = false;  // it is being destroyed: what user code refers to may be gone, so none is called
    mutable bool reading_held = false;      // the host was told not to read
    mutable Instant told_deadline = never;  // and what deadline() was
    bool timer_added = false;
    std::function<void()> on_wants_to_read;
    std::function<void()> on_deadline;
    std::function<void()> on_drained;
    std::function<void(const Stanza&)> on_unhandled;

    // What goes out.
    Ledger ledger;
    Transit transit{ledger};
    Outbox outbox;
    std::string scratch;
    std::vector<std::shared_ptr<Parking>> writers;
    int filtering = 0;
    RandomIds ids;

    // Requests.
    RequestTable requests;
    struct Sweep {
        bool active = false;
        std::uint32_t place = 0;
        std::uint64_t acknowledged = 0;
        std::uint64_t written = 0;
        std::uint64_t given_up = 0;
        Outcome outcome = Outcome::indeterminate;
    } sweeping;

    // What comes in.
    std::vector<std::shared_ptr<Taken>> routers;
    RouterNumber last_router = 0;
    std::unique_ptr<Dispatch> dispatch;
    std::vector<std::shared_ptr<Taken>> dropped_routers;  // until no call is on the stack
    std::vector<std::unique_ptr<Dispatch>> dropped_dispatches;
    Dispatch::Handlers found;  // memory for find()
    Rooms rooms;
    Shares shares;
    Storms storms;
    bool forgetting = false;  // there is a call that will
    Waiters<Message> message_waiters;
    Waiters<Presence> presence_waiters;

    // Work.
    Turns turns;
    std::size_t running = 0;           // tasks
    Ring<std::unique_ptr<Job>> ready;  // have their turn, and wait until fewer run
    std::size_t ready_bytes = 0;
    bool said_overloaded = false;
    Instant complaint_after{};
    bool passing_turns = false;
    Launch* launches = nullptr;  // on the stack; behind those, the late ones
    Asked* asked = nullptr;      // on the stack
    bool hiring = false;         // a runner that comes now is to rest first
    static constexpr std::size_t most_idle = 32;
    std::vector<Runner*> idle;  // each may have a spare job, too
    static constexpr std::size_t most_spare_jobs = 64;
    std::vector<std::unique_ptr<Job>> spare_jobs;
    Slab<Owed*> owed;
    OwedByQuery owed_by_query;
    std::size_t due = 0;  // of those

    // Time.
    TimerWheel wheel;
    struct TimedCall {
        std::function<void()> call;
        std::shared_ptr<Parking> sleeper;  // instead
        TimerWheel::Timer timer = 0;
    };
    Slab<TimedCall> calls;
};

}  // namespace rondel
