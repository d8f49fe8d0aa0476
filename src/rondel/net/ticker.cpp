#include "rondel/net/ticker.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace rondel::net {

struct Ticker::State : std::enable_shared_from_this<State> {
    State(const boost::asio::any_io_executor& executor, std::function<Instant()> deadline_,
          std::function<void(Instant)> expire_)
        : deadline(std::move(deadline_)), expire(std::move(expire_)), timer(executor) {}

    void arm() {
        if (!deadline) return;
        const Instant next = deadline();
        if (next >= armed_for) return;  // it fires early at worst, and is armed anew then
        armed_for = next;
        timer.expires_at(next);
        timer.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
            if (cancelled || !self->deadline) return;
            self->armed_for = never;
            if (const Instant now = Clock::now(); now >= self->deadline()) self->expire(now);
            self->arm();
        });
    }

    std::function<Instant()> deadline;  // empty: over
    std::function<void(Instant)> expire;
    boost::asio::steady_timer timer;
    Instant armed_for = never;
};

Ticker::Ticker(const boost::asio::any_io_executor& executor, std::function<Instant()> deadline,
               std::function<void(Instant)> expire)
    : state_(std::make_shared<State>(executor, std::move(deadline), std::move(expire))) {}

Ticker::~Ticker() {
    state_->deadline = nullptr;
    state_->timer.cancel();
}

void Ticker::touched() { state_->arm(); }

}  // namespace rondel::net
