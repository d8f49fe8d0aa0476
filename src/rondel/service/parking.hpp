// Parking: a place where one coroutine waits until it is woken. With the loop, all that this floor needs of Asio
// besides task<> itself; parking.cpp is the one file that includes it.
#pragma once

#include "rondel/service/task.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace rondel {

[[noreturn]] void throw_cancelled();  // std::system_error(operation_canceled)

// One wait. Shared by the coroutine and by whoever wakes it.
// A coroutine that is woken goes on soon, on its own executor, never inside the call of wake().   Threads: one.
class Parking {
  public:
    Parking();
    ~Parking();
    Parking(const Parking&) = delete;
    Parking& operator=(const Parking&) = delete;

    // Now or before the wait begins; more than once is once. If there is no memory to go on later, the coroutine is
    // destroyed where it waits.
    void wake() noexcept;
    bool woken() const { return woken_; }

    // Once. Throws boost::system::system_error(operation_aborted) if the coroutine is cancelled from outside, as by
    // Asio's operator||.
    task<> wait();

  private:
    struct Sleeper;

    std::unique_ptr<Sleeper> sleeper_;
    bool woken_ = false;
};

// A place where one coroutine rests between two pieces of work, at little cost. It goes on inside go_on(), which
// returns when it rests again, waits for something else, or has ended.   Threads: one.
//
// Its wait is an operation that a coroutine of Asio awaits as it is: a task would be a coroutine of its own, with a
// frame to be made and dropped each time.
class Rest {
  public:
    Rest() = default;
    Rest(const Rest&) = delete;
    Rest& operator=(const Rest&) = delete;

    struct Wait {
        Rest* rest;
        template <boost::asio::completion_token_for<void()> Token>
        auto operator()(Token&& token) const {
            auto begin = [rest = rest](auto handler) { rest->keep(std::move(handler)); };
            return boost::asio::async_initiate<Token, void()>(begin, token);
        }
    };
    Wait wait() { return {this}; }
    void go_on() { go_on_(*this); }  // precondition: the coroutine rests here

  private:
    // The handler's type is Asio's own affair.
    template <class Handler>
    void keep(Handler handler) {
        static_assert(sizeof(Handler) <= sizeof(handler_) && alignof(Handler) <= alignof(void*));
        new (handler_) Handler(std::move(handler));
        go_on_ = go_on_with<Handler>;
    }
    template <class Handler>
    [[gnu::hot]] static void go_on_with(Rest& self) {
        Handler* const kept = std::launder(reinterpret_cast<Handler*>(self.handler_));
        Handler call = std::move(*kept);
        kept->~Handler();  // by the end of the call it may rest here again
        std::move(call)();
    }

    alignas(void*) std::byte handler_[2 * sizeof(void*)];
    void (*go_on_)(Rest&) = nullptr;
};

// As Parking, with something handed over: the first value given counts.
template <class T>
class ParkedFor {
  public:
    bool give(T value) {
        if (value_ || parking_.woken()) return false;
        value_.emplace(std::move(value));
        parking_.wake();
        return true;
    }
    void abandon() { parking_.wake(); }  // nothing will be given any more

    // Throws std::system_error(operation_canceled) if it was abandoned.
    task<T> wait() {
        co_await parking_.wait();
        if (!value_) throw_cancelled();
        co_return *std::move(value_);
    }

  private:
    Parking parking_;
    std::optional<T> value_;
};

// The other end of it, for a callback: a callback that is thrown away without being called abandons who waits for it.
template <class T>
class Giver {
  public:
    explicit Giver(std::shared_ptr<ParkedFor<T>> parked) : parked_(std::move(parked)) {}
    ~Giver() { parked_->abandon(); }
    Giver(const Giver&) = delete;
    Giver& operator=(const Giver&) = delete;
    void give(T value) { parked_->give(std::move(value)); }

  private:
    std::shared_ptr<ParkedFor<T>> parked_;
};

namespace executing {

void post(const boost::asio::any_io_executor& executor, std::function<void()> call);
task<> yield();  // lets others run first

// Runs the task there; `ended` is told what it threw, if anything.
void spawn(const boost::asio::any_io_executor& executor, task<> work, std::function<void(std::exception_ptr)> ended);

}  // namespace executing

}  // namespace rondel
