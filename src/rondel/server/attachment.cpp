#include "rondel/server/attachment.hpp"

#include "rondel/server/saying.hpp"
#include "rondel/service/hosted_entity.hpp"
#include "rondel/service/parking.hpp"
#include "rondel/xml/writer.hpp"

#include <deque>
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
          entity(address, executor, options.entity, options.log) {}

    void begin(Router router) {
        if (!options.clock) throw std::invalid_argument("An attachment needs a clock.");
        if (address.empty()) throw std::invalid_argument("An attachment needs an address.");
        entity.clock(options.clock);
        entity.on_wants_to_read([this] { touched(); });
        entity.take(std::move(router));
        if (!board->attach(address, *this))
            throw std::invalid_argument(fmt::format("There is an entity at {} already.", address.str()));
        const Instant now = options.clock();
        entity.connected(now);
        entity.opened(*this, now);
    }

    void end() {
        if (board == nullptr) return;
        std::exchange(board, nullptr)->detach(address);
        const Instant now = options.clock();
        entity.lost({"The entity was detached.", true, true}, false, 0, now);
        entity.stop(now);
    }

    // Link

    std::error_code transmit(Stanza& stanza) override {
        scratch.clear();
        if (const auto refused = xml::write(stanza.element(), scratch, xml::stanza_ns, options.writing)) return refused;
        backlog_bytes += scratch.size();
        said.emplace_back(std::move(stanza), scratch.size());
        touched();
        return {};
    }
    std::size_t backlog() const override { return backlog_bytes; }

    // Party

    void deliver(Stanza stanza) override {
        if (heard.size() >= most_unheard) return board->bounce(stanza, Condition::resource_constraint);
        heard.push_back(std::move(stanza));
        touched();
    }

    void touched() {
        if (std::exchange(posted, true)) return;
        executing::post(executor, [self = shared_from_this()] {
            self->posted = false;
            self->turn();
        });
    }

    // What was there at its beginning; the rest is for the next one, so that others have theirs.
    void turn() {
        for (std::size_t left = said.size(); left > 0 && board != nullptr; --left) {
            auto [stanza, bytes] = std::move(said.front());
            said.pop_front();
            backlog_bytes -= bytes;
            if (auto answer = take_saying(*board, std::move(stanza))) heard.push_back(std::move(*answer));
            if (board != nullptr) entity.wrote(++written, options.clock());
        }
        for (std::size_t left = heard.size(); left > 0 && board != nullptr && entity.wants_to_read(); --left) {
            Stanza stanza = std::move(heard.front());
            heard.pop_front();
            entity.receive(std::move(stanza), options.clock());
        }
        if (board != nullptr && (!said.empty() || (!heard.empty() && entity.wants_to_read()))) touched();
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

void Attachment::expire(Instant now) { state_->entity.expire(now); }
Instant Attachment::deadline() const { return state_->entity.deadline(); }
void Attachment::on_deadline(std::function<void()> call) { state_->entity.on_deadline(std::move(call)); }

}  // namespace rondel::server
