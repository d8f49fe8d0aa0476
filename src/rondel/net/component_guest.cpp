#include "rondel/net/component_guest.hpp"

#include "rondel/base/random.hpp"
#include "rondel/net/connection.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace rondel::net {

namespace {

// Wires a connection to its session.
class ComponentGuest final : public Guest, ConnectionOwner {
  public:
    ComponentGuest(Arrival arrival, server::Switchboard& board, const server::ComponentBook& book,
                   std::shared_ptr<const ComponentGuestOptions> options)
        : options_(std::move(options)),
          over_(std::move(arrival.over)),
          failed_(std::move(arrival.failed)),
          connection_(arrival.executor, std::move(arrival.transport),
                      std::make_unique<stream::AcceptingStream>(book, random_token(128), options_->stream), *this),
          session_(
              board, connection_.stream(), [this] { connection_.touched(); }, book.duplicates()) {
        show_sent(options_->traffic, connection_.stream(), [this] { return peer(); });
        connection_.start();
    }

    void shut_down() override {
        stream::StreamError error;
        error.condition = stream::StreamCondition::system_shutdown;
        connection_.stream().close(error, Clock::now());
        connection_.touched();
    }

  private:
    // Errors about what it says wait here, too: whoever does not listen is not listened to.
    static constexpr std::size_t most_backlog = 8 * 1024 * 1024;  // more than the session lets others fill

    void on_event(stream::Event& event, Instant now) override {
        if (const auto* closed = std::get_if<stream::Closed>(&event))
            if (closed->cause == stream::CloseCause::refused && failed_) failed_();
        if (options_->log) tell(event);
        if (options_->traffic) show_received(options_->traffic, event, peer());
        session_.take(event, now);
    }
    void tell(const stream::Event& event) const {
        if (const auto* opened = std::get_if<stream::Opened>(&event))
            options_->log(LogLevel::info, fmt::format("{} connected.", opened->address.str()));
        if (const auto* closed = std::get_if<stream::Closed>(&event))
            options_->log(LogLevel::info, fmt::format("{} left: {}", peer(), closed->why));
    }
    std::string peer() const {
        if (!session_.address().empty()) return std::string(session_.address().str());
        return "A component at " + connection_.transport().description();
    }
    void on_written(Instant) override { session_.wrote(); }
    void on_finished() override {
        const auto over = std::move(over_);  // it destroys us
        over();
    }
    bool wants_to_read() const override {
        return connection_.stream().backlog() <= most_backlog && !session_.is_held();
    }
    void expire(Instant now) override { session_.expire(now); }
    Instant deadline() const override { return session_.deadline(); }

    std::shared_ptr<const ComponentGuestOptions> options_;
    std::function<void()> over_, failed_;
    Connection connection_;
    server::ComponentSession session_;
};

}  // namespace

Welcome welcome_components(server::Switchboard& board, const server::ComponentBook& book,
                           ComponentGuestOptions options) {
    auto shared = std::make_shared<const ComponentGuestOptions>(std::move(options));
    return [&board, &book, shared](Arrival arrival) {
        return std::make_unique<ComponentGuest>(std::move(arrival), board, book, shared);
    };
}

}  // namespace rondel::net
