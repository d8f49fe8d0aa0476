// What handlers may ask of an entity. The coroutines among it hold the state, so that they may outlive the entity.
#include "rondel/service/entity.hpp"

#include "rondel/service/entity_state.hpp"

namespace rondel {

namespace {

// Runs when the coroutine that waits is over, or destroyed while it waits.
template <class F>
class OnExit {
  public:
    explicit OnExit(F call) : call_(std::move(call)) {}
    ~OnExit() { call_(); }
    OnExit(const OnExit&) = delete;
    OnExit& operator=(const OnExit&) = delete;

  private:
    F call_;
};

}  // namespace

Entity::Entity(std::shared_ptr<State> state) : state_(std::move(state)) {}
Entity::~Entity() = default;

const Jid& Entity::address() const { return state_->address; }
Instant Entity::now() const { return state_->current(); }
bool Entity::in_session() const { return state_->phase == State::Phase::session; }
const Ledger& Entity::ledger() const { return state_->ledger; }
void Entity::log(LogLevel level, std::string_view sentence) const { state_->log(level, sentence); }
RouterNumber Entity::take(Router router) { return state_->take(std::move(router)); }
bool Entity::drop(RouterNumber router) { return state_->drop(router); }

Features Entity::features() const {
    Features all;
    for (const auto& taken : state_->routers) all.add(taken->router.features());
    return all;
}

[[gnu::hot]] Ticket Entity::send(Stanza stanza) { return state_->send(std::move(stanza), {}); }
Ticket Entity::send(Stanza stanza, OutcomeCallback told) { return state_->send(std::move(stanza), std::move(told)); }

task<Outcome> Entity::deliver(Stanza stanza) {
    const auto state = state_->shared_from_this();
    const auto parked = std::make_shared<ParkedFor<Outcome>>();
    if (state->stopped) co_await executing::yield();
    OutcomeCallback told = [giver = std::make_shared<Giver<Outcome>>(parked)](Outcome outcome) {
        giver->give(outcome);
    };
    state->send(std::move(stanza), std::move(told));
    co_return co_await parked->wait();
}

task<> Entity::writable() {
    const auto state = state_->shared_from_this();
    while (!state->stopped && state->congested(2)) {
        const auto parked = std::make_shared<Parking>();
        state->writers.push_back(parked);
        const OnExit forget([&] { std::erase(state->writers, parked); });
        co_await parked->wait();
    }
    if (state->stopped) throw_cancelled();
}

std::uint64_t Entity::request(Iq iq, AnswerCallback told, RequestOptions options) {
    return state_->request(std::move(iq), std::move(told), std::move(options));
}

bool Entity::cancel(std::uint64_t request) { return state_->cancel(request); }

task<Answer> Entity::request(Iq iq, RequestOptions options) {
    const auto state = state_->shared_from_this();
    const auto parked = std::make_shared<ParkedFor<Answer>>();
    if (state->stopped) co_await executing::yield();  // who asks in a loop must not hold up everybody
    AnswerCallback told = [giver = std::make_shared<Giver<Answer>>(parked)](Answer answer) {
        giver->give(std::move(answer));
    };
    const std::uint64_t number = state->request(std::move(iq), std::move(told), std::move(options));
    const OnExit give_up([&] { state->cancel(number); });
    co_return co_await parked->wait();
}

namespace {

template <class S>
task<std::optional<S>> next_of(std::shared_ptr<Entity::State> state, Waiters<S>& waiters,
                               std::function<bool(const S&)> wanted, Duration timeout) {
    if (state->stopped) {
        co_await executing::yield();
        co_return std::nullopt;
    }
    const auto waiter = waiters.add(std::move(wanted));
    const OnExit unlist([&] { waiters.remove(*waiter); });
    bool timed = true;
    const std::uint32_t place = state->add_call(timeout, [&waiters, &timed, waiter] {
        timed = false;
        waiters.give_up(*waiter);
    });
    const OnExit forget([&] {
        if (timed && !state->stopped) state->remove_call(place);
    });
    const std::unique_ptr<S> stanza = co_await waiter->parked.wait();
    if (stanza == nullptr) co_return std::nullopt;
    co_return std::move(*stanza);
}

}  // namespace

task<std::optional<Message>> Entity::next_message(std::function<bool(const Message&)> wanted, Duration timeout) {
    return next_of(state_->shared_from_this(), state_->message_waiters, std::move(wanted), timeout);
}

task<std::optional<Presence>> Entity::next_presence(std::function<bool(const Presence&)> wanted, Duration timeout) {
    return next_of(state_->shared_from_this(), state_->presence_waiters, std::move(wanted), timeout);
}

task<> Entity::sleep(Duration duration) {
    const auto state = state_->shared_from_this();
    if (state->stopped) throw_cancelled();
    const auto parked = std::make_shared<Parking>();
    const std::uint32_t place = state->add_call(duration, {}, parked);
    const OnExit forget([&] {
        if (!parked->woken() && !state->stopped) state->remove_call(place);
    });
    co_await parked->wait();
    if (state->stopped) throw_cancelled();
}

void Entity::after(Duration delay, std::function<void()> call) {
    if (!state_->stopped && call) state_->add_call(delay, std::move(call));
}

void Entity::post(std::function<void()> call) {
    executing::post(state_->executor, [weak = state_->weak_from_this(), call = std::move(call)] {
        const auto state = weak.lock();
        if (state == nullptr || state->stopped) return;
        const State::Call guard(*state);
        state->guarded("A posted call", call);
    });
}

void Entity::spawn(task<> work) {
    executing::spawn(state_->executor, std::move(work), [state = state_->shared_from_this()](std::exception_ptr error) {
        if (error) state->log_failure("A spawned task", error);
    });
}

}  // namespace rondel
