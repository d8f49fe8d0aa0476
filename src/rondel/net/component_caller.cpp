#include "rondel/net/component_caller.hpp"

#include "rondel/base/backoff.hpp"
#include "rondel/net/connection.hpp"

#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace rondel::net {

namespace asio = boost::asio;

struct ComponentCaller::State final : std::enable_shared_from_this<State>, ConnectionOwner {
    State(const asio::any_io_executor& executor_, server::Switchboard& board_, stream::ComponentCredentials whom_,
          CallerOptions options_)
        : executor(executor_),
          board(board_),
          whom(std::move(whom_)),
          options(std::move(options_)),
          backoff(options.retry_first, options.retry_most),
          timer(executor) {}

    void call() {
        connector = std::make_unique<Connector>(executor, options.connect);
        connector->connect([this](std::unique_ptr<Transport> transport, const ConnectFailure& failure) {
            const auto self = shared_from_this();
            if (transport == nullptr) return again(failure.why);
            connection.emplace(executor, std::move(transport),
                               std::make_unique<stream::CallingStream>(whom, options.stream),
                               static_cast<ConnectionOwner&>(*this));
            session.emplace(board, connection->stream(), [this] { connection->touched(); });
            show_sent(options.traffic, connection->stream(), [this] { return std::string(whom.domain.str()); });
            connection->start();
        });
    }

    void again(const std::string& trouble) {
        if (trouble != last_trouble)
            log(LogLevel::warning, fmt::format("{}: {} Calling again.", whom.domain.str(), trouble));
        last_trouble = trouble;
        timer.expires_after(backoff.next());
        timer.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
            if (!cancelled && !self->stopped) self->call();
        });
    }

    void stop() {
        stopped = true;
        timer.cancel();
        connector.reset();
    }

    void on_event(stream::Event& event, Instant now) override {
        if (std::holds_alternative<stream::Opened>(event)) {
            backoff.reset();
            last_trouble.clear();
            log(LogLevel::info, fmt::format("{} answered, and is connected.", whom.domain.str()));
        }
        if (const auto* closed = std::get_if<stream::Closed>(&event)) why = closed->why;
        if (options.traffic) show_received(options.traffic, event, std::string(whom.domain.str()));
        session->take(event, now);
        // Somebody of that name came in by the door meanwhile.
        if (std::holds_alternative<stream::Opened>(event) && session->address().empty()) {
            stream::StreamError error;
            error.condition = stream::StreamCondition::conflict;
            connection->stream().close(error, Clock::now());
        }
    }
    void on_written(Instant) override {}
    void on_finished() override {
        const auto self = shared_from_this();
        session.reset();
        connection.reset();
        if (!stopped) return again(why);
        if (done) std::exchange(done, nullptr)();
    }
    bool wants_to_read() const override { return connection->stream().backlog() <= most_backlog; }
    void expire(Instant) override {}
    Instant deadline() const override { return never; }

    void log(LogLevel level, std::string_view sentence) const {
        if (options.log) options.log(level, sentence);
    }

    static constexpr std::size_t most_backlog = 8 * 1024 * 1024;

    asio::any_io_executor executor;
    server::Switchboard& board;
    stream::ComponentCredentials whom;
    CallerOptions options;
    Backoff backoff;
    asio::steady_timer timer;
    std::unique_ptr<Connector> connector;
    std::optional<Connection> connection;
    std::optional<server::ComponentSession> session;  // goes before the connection
    std::function<void()> done;
    std::string why, last_trouble;
    bool stopped = false;
};

ComponentCaller::ComponentCaller(const asio::any_io_executor& executor, server::Switchboard& board,
                                 stream::ComponentCredentials whom, CallerOptions options)
    : state_(std::make_shared<State>(executor, board, std::move(whom), std::move(options))) {
    state_->call();
}

ComponentCaller::~ComponentCaller() {
    state_->done = nullptr;
    state_->stop();
    state_->session.reset();
    state_->connection.reset();
}

bool ComponentCaller::is_connected() const { return state_->session && !state_->session->address().empty(); }

void ComponentCaller::shut_down(std::function<void()> done) {
    state_->stop();
    if (!state_->connection) return asio::post(state_->executor, std::move(done));
    state_->done = std::move(done);
    stream::StreamError error;
    error.condition = stream::StreamCondition::system_shutdown;
    state_->connection->stream().close(error, Clock::now());
    state_->connection->touched();
}

}  // namespace rondel::net
