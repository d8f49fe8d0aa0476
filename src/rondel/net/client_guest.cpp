#include "rondel/net/client_guest.hpp"

#include "rondel/base/random.hpp"
#include "rondel/net/connection.hpp"
#include "rondel/net/reception.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace rondel::net {

namespace {

struct Shared {
    std::vector<server::Domain*> domains;
    ClientGuestOptions options;
};

stream::AcceptingClientOptions stream_options(const Shared& shared, const Arrival& arrival) {
    stream::AcceptingClientOptions options = shared.options.stream;
    options.framing = arrival.websocket ? stream::Framing::websocket : stream::Framing::tcp;
    options.can_start_tls = arrival.tls != nullptr;
    options.domain = shared.domains.front()->options().name.str();
    return options;
}

// Wires a connection to its session, which begins when it is known whose it is.
class ClientGuest final : public Guest, ConnectionOwner {
  public:
    ClientGuest(Arrival arrival, std::shared_ptr<const Shared> shared)
        : shared_(std::move(shared)),
          over_(std::move(arrival.over)),
          failed_(std::move(arrival.failed)),
          rate_(shared_->options.stanzas),
          reception_(shared_->domains) {
        auto made = std::make_unique<stream::AcceptingClientStream>(reception_, stream_options(*shared_, arrival),
                                                                    [] { return random_token(128); });
        stream_ = made.get();
        ConnectionOptions how;
        how.one_of_many = true;
        how.tls = std::move(arrival.tls);
        how.tls_limit = shared_->options.stream.opening;
        connection_.emplace(arrival.executor, std::move(arrival.transport), std::move(made),
                            static_cast<ConnectionOwner&>(*this), std::move(how));
        connection_->start();
    }

    void shut_down() override {
        stream::StreamError error;
        error.condition = stream::StreamCondition::system_shutdown;
        connection_->stream().close(error, Clock::now());
        connection_->touched();
    }

  private:
    static constexpr std::size_t most_backlog = 8 * 1024 * 1024;  // errors about what it says wait here, too

    void on_event(stream::Event& event, Instant now) override {
        now_ = now;
        if (std::holds_alternative<stream::Received>(event) || std::holds_alternative<stream::Refused>(event))
            rate_.took_one(now);
        if (const auto* opened = std::get_if<stream::Opened>(&event)) begin(*opened);
        if (const auto* closed = std::get_if<stream::Closed>(&event)) end(*closed);
        if (session_) session_->take(event, now);
    }

    void begin(const stream::Opened& opened) {
        log(fmt::format("{} {}.", opened.address.str(), opened.resumed ? "is back" : "connected"));
        address_ = opened.address;
        session_.emplace(reception_.domain(), *stream_, [this] { connection_->touched(); });
    }

    void end(const stream::Closed& closed) {
        if (!closed.was_open && reception_.was_asked()) failed_();
        log(fmt::format("{} left: {}", address_.empty() ? "A client" : address_.str(), closed.why));
    }

    void log(std::string_view sentence) const {
        if (shared_->options.log) shared_->options.log(LogLevel::info, sentence);
    }

    void on_written(Instant) override {}
    void on_finished() override {
        const auto over = std::move(over_);  // it destroys us
        over();
    }
    bool wants_to_read() const override {
        return connection_->stream().backlog() <= most_backlog &&
               (!rate_.is_limited() || rate_.next() <= now_ || rate_.next() <= (now_ = Clock::now()));
    }
    void expire(Instant now) override { now_ = now; }
    Instant deadline() const override { return rate_.is_limited() && rate_.next() > now_ ? rate_.next() : never; }

    std::shared_ptr<const Shared> shared_;
    std::function<void()> over_, failed_;
    Rate rate_;
    mutable Instant now_{};  // the last time that was seen
    Reception reception_;
    stream::AcceptingClientStream* stream_ = nullptr;  // of the connection
    std::optional<Connection> connection_;
    std::optional<server::ClientSession> session_;
    Jid address_;
};

}  // namespace

Welcome welcome_clients(std::vector<server::Domain*> domains, ClientGuestOptions options) {
    auto shared = std::make_shared<const Shared>(Shared{std::move(domains), std::move(options)});
    return [shared](Arrival arrival) { return std::make_unique<ClientGuest>(std::move(arrival), shared); };
}

}  // namespace rondel::net
