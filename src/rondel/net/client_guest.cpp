#include "rondel/net/client_guest.hpp"

#include "rondel/base/random.hpp"
#include "rondel/net/connection.hpp"
#include "rondel/net/reception.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace rondel::net {

namespace {

// How fast one account may speak.
struct Pace {
    explicit Pace(const ClientGuestOptions& options) : stanzas(options.stanzas), bytes(options.bytes) {}
    Instant next() const { return std::max(stanzas.next(), bytes.next()); }
    Rate stanzas, bytes;
};

struct Shared {
    Shared(std::vector<server::Domain*> domains_, ClientGuestOptions options_)
        : domains(std::move(domains_)), options(std::move(options_)) {}
    std::vector<server::Domain*> domains;
    ClientGuestOptions options;
    std::unordered_map<std::string, std::weak_ptr<Pace>> paces = {};  // of those who are here, by bare JID

    std::shared_ptr<Pace> pace_of(JidView account) {
        std::weak_ptr<Pace>& known = paces[std::string(account.bare().str())];
        std::shared_ptr<Pace> pace = known.lock();
        if (pace == nullptr) known = pace = std::make_shared<Pace>(options);
        if (paces.size() > 2 * connections + 16)
            std::erase_if(paces, [](const auto& one) { return one.second.expired(); });
        return pace;
    }
    std::size_t connections = 0;
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
    ClientGuest(Arrival arrival, std::shared_ptr<Shared> shared)
        : shared_(std::move(shared)),
          over_(std::move(arrival.over)),
          failed_(std::move(arrival.failed)),
          pace_(std::make_shared<Pace>(shared_->options)),
          reception_(shared_->domains) {
        ++shared_->connections;
        auto made = std::make_unique<stream::AcceptingClientStream>(reception_, stream_options(*shared_, arrival),
                                                                    [] { return random_token(128); });
        stream_ = made.get();
        ConnectionOptions how;
        how.one_of_many = true;
        how.tls = std::move(arrival.tls);
        how.tls_limit = shared_->options.stream.opening;
        connection_.emplace(arrival.executor, std::move(arrival.transport), std::move(made),
                            static_cast<ConnectionOwner&>(*this), std::move(how));
        show_sent(shared_->options.traffic, *stream_, [this] { return peer(); });
        connection_->start();
    }

    ~ClientGuest() override { --shared_->connections; }

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
            pace_->stanzas.took_one(now);
        if (const auto* opened = std::get_if<stream::Opened>(&event)) begin(*opened);
        if (const auto* closed = std::get_if<stream::Closed>(&event)) {
            end(*closed);
            // It may have taken a session to go on from, and not have come to that: it gives that back.
            if (!session_ && reception_.was_asked()) meet();
        }
        if (!session_) return;
        if (shared_->options.traffic) show_received(shared_->options.traffic, event, peer());
        session_->take(event, now);
    }

    void begin(const stream::Opened& opened) {
        log(fmt::format("{} {}.", opened.address.str(), opened.resumed ? "is back" : "connected"));
        address_ = opened.address;
        pace_ = shared_->pace_of(opened.address);
        meet();
    }

    void meet() {
        session_.emplace(reception_.domain(), *stream_, [this] { connection_->touched(); });
    }

    void end(const stream::Closed& closed) {
        if (!closed.was_open && reception_.was_asked()) failed_();
        log(fmt::format("{} left: {}", peer(), closed.why));
    }

    // For the log. The name of an account that there is not may be a password, typed in the wrong place.
    std::string peer() const {
        if (!address_.empty()) return std::string(address_.str());
        const std::string place = "A client at " + connection_->transport().description();
        if (!reception_.was_asked()) return place;
        if (reception_.wanted().empty()) return place + ", which wanted to be nobody who has an account here,";
        return place + ", which wanted to be " + reception_.wanted() + ",";
    }

    void log(std::string_view sentence) const {
        if (shared_->options.log) shared_->options.log(LogLevel::info, sentence);
    }

    // Bytes are paid for when they have been taken: then the next are read.
    void on_taken(Instant now) override {
        const std::uint64_t read = connection_->bytes_read();
        if (address_.empty() || read == paid_) return;
        pace_->bytes.took(read - std::exchange(paid_, read), now);
    }
    void on_written(Instant) override {}
    void on_finished() override {
        const auto over = std::move(over_);  // it destroys us
        over();
    }
    bool wants_to_read() const override {
        return connection_->stream().backlog() <= most_backlog && !(session_ && session_->is_held()) &&
               (pace_->next() <= now_ || pace_->next() <= (now_ = Clock::now()));
    }
    void expire(Instant now) override {
        now_ = now;
        if (session_) session_->expire(now);
    }
    Instant deadline() const override {
        const Instant rate = pace_->next() > now_ ? pace_->next() : never;
        return session_ ? std::min(rate, session_->deadline()) : rate;
    }

    std::shared_ptr<Shared> shared_;
    std::function<void()> over_, failed_;
    std::shared_ptr<Pace> pace_;  // its own, until it is known whose it is
    std::uint64_t paid_ = 0;      // bytes
    mutable Instant now_{};       // the last time that was seen
    Reception reception_;
    stream::AcceptingClientStream* stream_ = nullptr;  // of the connection
    std::optional<Connection> connection_;
    std::optional<server::ClientSession> session_;
    Jid address_;
};

}  // namespace

Welcome welcome_clients(std::vector<server::Domain*> domains, ClientGuestOptions options) {
    auto shared = std::make_shared<Shared>(std::move(domains), std::move(options));
    return [shared](Arrival arrival) { return std::make_unique<ClientGuest>(std::move(arrival), shared); };
}

}  // namespace rondel::net
