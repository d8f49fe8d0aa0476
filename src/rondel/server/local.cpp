#include "rondel/server/local.hpp"

#include "rondel/server/saying.hpp"
#include "rondel/server/switchboard.hpp"
#include "rondel/service/hosted_entity.hpp"
#include "rondel/service/loop.hpp"
#include "rondel/service/parking.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

namespace rondel::server {

namespace {

constexpr Duration patience = std::chrono::hours(24);  // of run()

class Session;

// A stanza between two entities. Its sender's backlog shrinks when the other one has read it.
struct UnderWay {
    Stanza stanza;
    Session* sender = nullptr;  // nullptr: the server itself
    std::uint64_t session = 0;  // of the sender's; an earlier one counts no more
    std::size_t bytes = 0;
};

// What all sessions share.
struct Hall {
    LocalOptions options;
    Instant now;
    Switchboard board;
    std::deque<UnderWay> queue;  // sent, not routed yet
    UnderWay routed = {};        // being routed: its sender, if nobody has taken that over
};

// An entity and both ends of its link. Owns: the entity. Borrows: the hall.
class Session final : public Link, public Party {
  public:
    Session(Hall& hall, Jid address, const boost::asio::any_io_executor& executor, EntityOptions options)
        : entity(std::move(address), executor, std::move(options), hall.options.log), hall_(hall) {
        entity.clock([&hall] { return hall.now; });
        entity.on_unhandled([this](const Stanza& stanza) { unhandled.push_back(Stanza(stanza.element().copy())); });
    }
    ~Session() {
        if (up_) hall_.board.detach(entity.address());
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void connect() {
        if (up_ || !hall_.board.attach(entity.address(), *this)) return;
        up_ = true;
        ++session_;
        read_ = backlog_ = 0;
        entity.connected(hall_.now);
        entity.opened(*this, hall_.now);
    }

    void disconnect(std::string_view why, bool final) {
        if (!std::exchange(up_, false)) return;
        ++session_;
        hall_.board.detach(entity.address());
        for (UnderWay& unread : std::exchange(inbox_, {}))
            hall_.queue.push_back(std::move(unread));  // finds nobody now
        entity.lost({std::string(why), true, final}, false, 0, hall_.now);
    }

    bool read_one() {
        if (inbox_.empty() || !entity.wants_to_read()) return false;
        UnderWay next = std::move(inbox_.front());
        inbox_.pop_front();
        if (next.sender != nullptr) next.sender->was_read(next);
        entity.receive(std::move(next.stanza), hall_.now);
        return true;
    }

    void was_read(const UnderWay& sent) {
        if (sent.session != session_) return;
        backlog_ -= sent.bytes;
        entity.wrote(++read_, hall_.now);
    }

    std::size_t unread() const { return inbox_.size(); }

    HostedEntity entity;
    std::vector<Stanza> unhandled;

  private:
    std::error_code transmit(Stanza& stanza) override {
        scratch_.clear();
        if (const auto refused = xml::write(stanza.element(), scratch_, xml::stanza_ns, hall_.options.writing))
            return refused;
        backlog_ += scratch_.size();
        hall_.queue.push_back({std::move(stanza), this, session_, scratch_.size()});
        return {};
    }
    std::size_t backlog() const override { return backlog_; }

    void deliver(Stanza stanza) override {
        UnderWay& from = hall_.routed;
        inbox_.push_back({std::move(stanza), std::exchange(from.sender, nullptr), from.session, from.bytes});
    }

    Hall& hall_;
    std::deque<UnderWay> inbox_;  // routed, not read yet
    std::string scratch_;
    std::size_t backlog_ = 0;
    std::uint64_t read_ = 0;  // of what was sent in this session
    std::uint64_t session_ = 0;
    bool up_ = false;
};

}  // namespace

struct Local::State {
    explicit State(LocalOptions options) : hall{std::move(options), {}, {}, {}} { hall.now = hall.options.start; }

    Session& of(const Entity& entity) const {
        for (const auto* list : {&sessions, &gone})
            for (const auto& session : *list)
                if (&session->entity.self() == &entity) return *session;
        throw std::invalid_argument("The entity is not attached to this Local.");
    }

    // One step of everything that can go on now; false: nothing can.
    bool step() {
        bool went = loop.run_ready() > 0;
        if (!hall.queue.empty()) {
            route();
            went = true;
        }
        for (std::size_t i = 0; i < sessions.size(); ++i) {
            Session& session = *sessions[i];
            went |= session.read_one();
            if (session.entity.deadline() > hall.now) continue;
            session.entity.expire(hall.now);
            went = true;
        }
        return went;
    }

    void route() {
        UnderWay next = std::move(hall.queue.front());
        hall.queue.pop_front();
        if (++routed > hall.options.endless)
            throw std::runtime_error(fmt::format(
                "Local: {} stanzas were delivered and there is no end. Do two entities answer each other's answers?",
                routed - 1));
        hall.routed = {{}, next.sender, next.session, next.bytes};
        if (auto reply = take_saying(hall.board, std::move(next.stanza))) hall.queue.push_back({std::move(*reply)});
        if (hall.routed.sender != nullptr) std::exchange(hall.routed.sender, nullptr)->was_read(next);
    }

    void settle() {
        if (busy) throw std::logic_error("Local: settle(), advance() and run() must not be called from a handler.");
        struct Busy {
            explicit Busy(bool& flag_) : flag(flag_) { flag = true; }
            ~Busy() { flag = false; }
            bool& flag;
        } const guard(busy);
        routed = 0;
        while (step()) {
        }
    }

    Instant deadline() const {
        Instant next = never;
        for (const auto& session : sessions) next = std::min(next, session->entity.deadline());
        return next;
    }

    void advance_to(Instant until) {
        settle();
        for (Instant next = deadline(); next <= until; next = deadline()) {
            hall.now = std::max(hall.now, next);
            settle();
        }
        hall.now = std::max(hall.now, until);
    }

    Hall hall;
    Loop loop;
    std::vector<std::unique_ptr<Session>> sessions;
    std::vector<std::unique_ptr<Session>> gone;  // references to them stay good
    std::size_t routed = 0;
    bool busy = false;
};

Local::Local(LocalOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Local::~Local() = default;

Entity& Local::attach(Jid address, Router router, EntityOptions options) {
    if (address.empty()) throw std::invalid_argument("Local: an entity needs an address.");
    for (const auto& session : state_->sessions)
        if (session->entity.address() == address)
            throw std::invalid_argument(fmt::format("Local: there is an entity at {} already.", address.str()));
    Session& added = *state_->sessions.emplace_back(
        std::make_unique<Session>(state_->hall, std::move(address), state_->loop.executor(), std::move(options)));
    added.entity.take(std::move(router));
    added.connect();
    return added.entity.self();
}

void Local::detach(Entity& entity) {
    Session& session = state_->of(entity);
    const auto place = std::ranges::find(state_->sessions, &session, [](const auto& one) { return one.get(); });
    if (place == state_->sessions.end()) return;
    session.disconnect("The entity was detached.", true);
    session.entity.stop(state_->hall.now);
    state_->gone.push_back(std::move(*place));
    state_->sessions.erase(place);
}

void Local::disconnect(Entity& entity, std::string_view why) { state_->of(entity).disconnect(why, false); }
void Local::connect(Entity& entity) { state_->of(entity).connect(); }
std::vector<Stanza>& Local::received(const Entity& entity) { return state_->of(entity).unhandled; }
Instant Local::now() const { return state_->hall.now; }
void Local::settle() { state_->settle(); }
void Local::advance(Duration duration) { state_->advance_to(state_->hall.now + std::max(duration, Duration::zero())); }
boost::asio::any_io_executor Local::executor() { return state_->loop.executor(); }

std::size_t Local::pending() const {
    std::size_t count = state_->hall.queue.size();
    for (const auto& session : state_->sessions) count += session->unread();
    return count;
}

void Local::start(task<> work) {
    if (state_->busy) throw std::logic_error("Local: settle(), advance() and run() must not be called from a handler.");
    executing::spawn(state_->loop.executor(), std::move(work), [](std::exception_ptr) {});
}

void Local::finish(const bool& done, const std::exception_ptr& thrown) {
    const Instant until = state_->hall.now + patience;
    state_->settle();
    while (!done) {
        const Instant next = state_->deadline();
        if (next > until) throw std::logic_error("Local: the task waits for something that does not come.");
        state_->hall.now = std::max(state_->hall.now, next);
        state_->settle();
    }
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace rondel::server
