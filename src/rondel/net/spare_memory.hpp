// Gives memory back to the system after a crowd has gone. The C library keeps what ten thousand connections at once
// have needed, for the next ones: well for a second, and for a day nothing but a program that looks as if it leaked.
//
// Counted are things of some 10 KiB each. Once half of a thousand or more have gone, and stayed away for a moment, what
// they took is given back; not oftener than each `pause`. Not for applications.
#pragma once

#include "rondel/base/time.hpp"

#include <cstddef>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace rondel::net {

// Threads: the executor's.
class SpareMemory : public std::enable_shared_from_this<SpareMemory> {
  public:
    static constexpr std::size_t crowd = 1000;  // fewer that go are not worth it

    SpareMemory(const boost::asio::any_io_executor& executor, std::function<void()> give_back, Duration pause);
    SpareMemory(const SpareMemory&) = delete;
    SpareMemory& operator=(const SpareMemory&) = delete;

    // One of those who are counted, as long as what is returned lives. Precondition: *this is held by a shared_ptr.
    std::shared_ptr<void> one();

  private:
    void left();
    bool is_worth_it() const { return most_ - now_ >= crowd && now_ <= most_ / 2; }

    boost::asio::steady_timer timer_;
    std::function<void()> give_back_;
    Duration pause_;
    std::size_t now_ = 0;
    std::size_t most_ = 0;  // at once, since memory was given back
    bool waiting_ = false;
};

// What the C library can give back.
void give_back_memory();

}  // namespace rondel::net
