// Keeps the deadlines of something that has no clock of its own: a server::Domain, a server::Attachment.
#pragma once

#include "rondel/base/time.hpp"

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace rondel::net {

// Calls `expire` when `deadline` has passed, for as long as it lives.
// Owns: a timer.   Threads: the executor's.
class Ticker {
  public:
    Ticker(const boost::asio::any_io_executor& executor, std::function<Instant()> deadline,
           std::function<void(Instant)> expire);
    ~Ticker();
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;

    void touched();  // the deadline may have got earlier

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// The same for anything with deadline(), expire() and on_deadline(), which must outlive it.
template <class Thing>
std::unique_ptr<Ticker> keep_time(const boost::asio::any_io_executor& executor, Thing& thing) {
    auto ticker = std::make_unique<Ticker>(
        executor, [&thing] { return thing.deadline(); }, [&thing](Instant now) { thing.expire(now); });
    thing.on_deadline([raw = ticker.get()] { raw->touched(); });
    ticker->touched();
    return ticker;
}

}  // namespace rondel::net
