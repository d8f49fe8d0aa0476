// Parking: a place where one coroutine waits until it is woken. With the loop, all that this floor needs of Asio
// besides task<> itself; parking.cpp is the one file that includes it.
#pragma once

#include "rondel/service/task.hpp"

#include <exception>
#include <functional>
#include <memory>
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

    void wake();  // now or before the wait begins; more than once is once
    bool woken() const { return woken_; }

    // Once. Throws boost::system::system_error(operation_aborted) if the coroutine is cancelled from outside, as by
    // Asio's operator||.
    task<> wait();

  private:
    struct Sleeper;
    template <class Handler>
    struct SleeperOf;

    std::unique_ptr<Sleeper> sleeper_;
    bool woken_ = false;
};

// A place where one coroutine rests between two pieces of work, at little cost. It goes on inside go_on(), which
// returns when it rests again, waits for something else, or has ended.   Threads: one.
class Rest {
  public:
    Rest();
    ~Rest();
    Rest(const Rest&) = delete;
    Rest& operator=(const Rest&) = delete;

    [[gnu::hot]] task<> wait();
    [[gnu::hot]] void go_on();  // precondition: the coroutine rests here

  private:
    struct Sleeper;
    std::unique_ptr<Sleeper> sleeper_;
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
