// The one file of this floor that includes more of Asio than awaitable.hpp.
#include "rondel/service/parking.hpp"

#include "rondel/service/lack_of_memory.hpp"
#include "rondel/service/loop.hpp"

#include <optional>
#include <system_error>

#include <boost/asio/append.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rondel {

namespace asio = boost::asio;
using boost::system::error_code;

void throw_cancelled() {
    throw std::system_error(std::make_error_code(std::errc::operation_canceled), "The entity has stopped");
}

struct Parking::Sleeper {
    using Handler = asio::async_result<asio::use_awaitable_t<>, void(error_code)>::handler_type;

    // Soon. A handler that is thrown away destroys its coroutine; what that had to do, guards in it do.
    void resume(error_code error) noexcept {
        static_cast<void>(lacks_memory([&] { asio::post(asio::append(*std::move(handler), error)); }));
    }

    std::optional<Handler> handler;
};

Parking::Parking() = default;
Parking::~Parking() = default;

void Parking::wake() noexcept {
    if (std::exchange(woken_, true)) return;
    if (const auto sleeper = std::move(sleeper_)) {
        asio::get_associated_cancellation_slot(*sleeper->handler).clear();
        sleeper->resume({});
    }
}

task<> Parking::wait() {
    if (woken_) co_return;
    // Made before the wait begins: what is thrown in the middle of that destroys the coroutine, and comes out where
    // that was called on.
    auto sleeper = std::make_unique<Sleeper>();
    const auto begin = [this, &sleeper](Sleeper::Handler handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        sleeper_ = std::move(sleeper);
        sleeper_->handler.emplace(std::move(handler));
        if (!slot.is_connected()) return;
        const auto stop = [this](asio::cancellation_type) {
            if (const auto stopped = std::move(sleeper_)) stopped->resume(asio::error::operation_aborted);
        };
        if (lacks_memory([&] { slot.assign(stop); })) std::exchange(sleeper_, nullptr)->resume(asio::error::no_memory);
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void(error_code)>(begin, asio::use_awaitable);
}

void executing::post(const asio::any_io_executor& executor, std::function<void()> call) {
    asio::post(executor, std::move(call));
}

task<> executing::yield() { co_await asio::post(asio::use_awaitable); }

void executing::spawn(const asio::any_io_executor& executor, task<> work,
                      std::function<void(std::exception_ptr)> ended) {
    asio::co_spawn(executor, std::move(work), std::move(ended));
}

struct Loop::State {
    asio::io_context context{1};
};

Loop::Loop() : state_(std::make_unique<State>()) {}
Loop::~Loop() = default;

asio::any_io_executor Loop::executor() { return state_->context.get_executor(); }

std::size_t Loop::run_ready() {
    state_->context.restart();
    return state_->context.poll();
}

std::size_t Loop::run_one() {
    state_->context.restart();
    return state_->context.poll_one();
}

}  // namespace rondel
