// The one file of this floor that includes more of Asio than awaitable.hpp.
#include "rondel/service/parking.hpp"

#include "rondel/service/loop.hpp"

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
    virtual ~Sleeper() = default;
    virtual void forget_cancellation() = 0;
    virtual void resume(error_code error) = 0;  // soon
};

template <class Handler>
struct Parking::SleeperOf final : Sleeper {
    explicit SleeperOf(Handler handler_) : handler(std::move(handler_)) {}
    void forget_cancellation() override { asio::get_associated_cancellation_slot(handler).clear(); }
    void resume(error_code error) override { asio::post(asio::append(std::move(handler), error)); }
    Handler handler;
};

Parking::Parking() = default;
Parking::~Parking() = default;

void Parking::wake() {
    if (std::exchange(woken_, true)) return;
    if (const auto sleeper = std::move(sleeper_)) {
        sleeper->forget_cancellation();
        sleeper->resume({});
    }
}

task<> Parking::wait() {
    if (woken_) co_return;
    const auto begin = [this](auto handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        sleeper_ = std::make_unique<SleeperOf<decltype(handler)>>(std::move(handler));
        if (slot.is_connected())
            slot.assign([this](asio::cancellation_type) {
                if (const auto sleeper = std::move(sleeper_)) sleeper->resume(asio::error::operation_aborted);
            });
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
