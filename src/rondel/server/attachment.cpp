#include "rondel/server/attachment.hpp"

#include "rondel/server/saying.hpp"
#include "rondel/service/hosted_entity.hpp"
#include "rondel/service/parking.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <deque>
#include <new>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace rondel::server {

// Nothing is delivered inside a call to the entity, nor routed inside a call of it: both wait in a queue for the next
// turn of the executor, as they would in a socket.
struct Attachment::State final : std::enable_shared_from_this<State>, Link, Party {
    State(Switchboard& board_, Jid address_, const boost::asio::any_io_executor& executor_, AttachmentOptions options_)
        : board(&board_),
          address(std::move(address_)),
          executor(executor_),
          options(std::move(options_)),
          entity(address, executor, options.entity, options.log),
          intake(in_memory(board_.jams())),
          restraint([this] { touched(); }) {}

    // A stanza takes more room as a tree than as text.
    static JamLimits in_memory(JamLimits limits) {
        limits.high_water *= 4, limits.low_water *= 4, limits.most *= 8;
        return limits;
    }

    void begin(Router router) {
        if (!options.clock) throw std::invalid_argument("An attachment needs a clock.");
        if (address.empty()) throw std::invalid_argument("An attachment needs an address.");
        entity.clock(options.clock);
        entity.on_wants_to_read([this] { touched(); });
        entity.on_deadline([this] { sooner(); });
        entity.take(std::move(router));
        if (!board->attach(address, *this))
            throw std::invalid_argument(fmt::format("There is an entity at {} already.", address.str()));
        const Instant now = options.clock();
        entity.connected(now);
        entity.opened(*this, now);
    }

    void end() {
        if (board == nullptr) return;
        Switchboard& was = *std::exchange(board, nullptr);
        was.detach(address);  // tells those who asked for something
        for (const Stanza& unheard : std::exchange(heard, {}))
            if (unheard.kind() == StanzaKind::message) was.bounce(unheard, Condition::recipient_unavailable);
        intake.measure(heard_bytes = 0);
        const Instant now = options.clock();
        entity.lost({"The entity was detached.", true, true}, false, 0, now);
        entity.stop(now);
    }

    // Link

    std::error_code transmit(Stanza& stanza) override {
        scratch.clear();
        if (const auto refused = xml::write(stanza.element(), scratch, xml::stanza_ns, options.writing)) return refused;
        touched();  // first: from there on it is as good as gone
        said.emplace_back(std::move(stanza), scratch.size());
        backlog_bytes += scratch.size();
        return {};
    }
    std::size_t backlog() const override { return backlog_bytes; }

    // Party

    void deliver(Stanza stanza) override {
        if (heard.size() >= most_unheard || !intake.has_room(heard_bytes))
            return board->bounce(stanza, Condition::resource_constraint);
        touched();
        hear(std::move(stanza));
    }
    std::shared_ptr<Jam> jam() const override { return intake.jam(); }

    void hear(Stanza stanza) {
        const std::size_t bytes = bytes_of(stanza);
        heard.push_back(std::move(stanza));
        heard_bytes += bytes;
        intake.measure(heard_bytes);
    }
    static std::size_t bytes_of(const Stanza& stanza) { return stanza.element().block()->bytes(); }

    // Time

    void expire(Instant now) {
        entity.expire(now);
        if (!restraint.is_waiting()) return;
        restraint.expire(now);
        if (!restraint.is_waiting()) touched();
    }
    Instant deadline() const { return std::min(entity.deadline(), restraint.deadline()); }
    void sooner() const {
        if (on_deadline) on_deadline();
    }

    void touched() {
        if (posted) return;
        executing::post(executor, [self = shared_from_this()] {
            self->posted = false;
            self->turn();
        });
        posted = true;
    }

    // Memory that is not there costs the stanza that it was for, and no other (docs/decisions/0009-memory.md).
    template <class Work>
    void guard(const Work& work) const {
        try {
            work();
        } catch (const std::bad_alloc&) {
            if (options.log) options.log(LogLevel::error, "A stanza was lost inside the server: no memory.");
        }
    }

    // What was there at its beginning; the rest is for the next one, so that others have theirs.
    void turn() {
        for (std::size_t left = said.size(); left > 0 && board != nullptr && !restraint.is_waiting(); --left) {
            auto [stanza, bytes] = std::move(said.front());
            said.pop_front();
            backlog_bytes -= bytes;
            board->take_jam();  // somebody else's
            guard([&, &one = stanza] {
                if (auto answer = take_saying(*board, std::move(one))) hear(std::move(*answer));
            });
            if (board != nullptr) wait_for(board->take_jam());
            if (board != nullptr) entity.wrote(++written, options.clock());
        }
        for (std::size_t left = heard.size(); left > 0 && board != nullptr && entity.wants_to_read(); --left) {
            Stanza stanza = std::move(heard.front());
            heard.pop_front();
            heard_bytes -= bytes_of(stanza);
            intake.measure(heard_bytes);
            guard([&] { entity.receive(std::move(stanza), options.clock()); });
        }
        const bool may_say = !said.empty() && !restraint.is_waiting();
        if (board != nullptr && (may_say || (!heard.empty() && entity.wants_to_read()))) touched();
    }

    void wait_for(const std::shared_ptr<Jam>& met) {
        if (met == nullptr || met == intake.jam()) return;
        restraint.wait_for(met, options.clock());
        if (restraint.is_waiting()) sooner();
    }

    static constexpr std::size_t most_unheard = 10'000;

    Switchboard* board;  // nullptr after the end
    Jid address;
    boost::asio::any_io_executor executor;
    AttachmentOptions options;
    HostedEntity entity;
    std::deque<std::pair<Stanza, std::size_t>> said;
    std::deque<Stanza> heard;
    std::string scratch;
    std::size_t backlog_bytes = 0;
    std::size_t heard_bytes = 0;
    std::function<void()> on_deadline = {};
    Intake intake;
    Restraint restraint;
    std::uint64_t written = 0;
    bool posted = false;
};

Attachment::Attachment(Switchboard& board, Jid address, Router router, const boost::asio::any_io_executor& executor,
                       AttachmentOptions options)
    : state_(std::make_shared<State>(board, std::move(address), executor, std::move(options))) {
    state_->begin(std::move(router));
}

Attachment::~Attachment() { state_->end(); }

Entity& Attachment::entity() { return state_->entity.self(); }

void Attachment::drain(std::function<void()> drained) {
    state_->entity.on_drained(drained);
    state_->entity.drain(state_->options.clock());
    if (state_->entity.drained() && drained) drained();
}

void Attachment::expire(Instant now) { state_->expire(now); }
Instant Attachment::deadline() const { return state_->deadline(); }
void Attachment::on_deadline(std::function<void()> call) { state_->on_deadline = std::move(call); }

}  // namespace rondel::server
