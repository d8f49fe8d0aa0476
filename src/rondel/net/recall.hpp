// When the loop comes back to a connection: soon, once for all that asks for it until then, or when a deadline passes.
// Inside the floor.
//
// Deadlines mostly move away, so the timer is not set anew when one does: it comes early at worst, and is set then.
#pragma once

#include "rondel/base/time.hpp"

#include <new>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

namespace rondel::net {

// Owns: the timer.   Threads: the executor's. Each `call` keeps this alive until Asio lets go of it.
class Recall {
  public:
    explicit Recall(const boost::asio::any_io_executor& executor) : timer_(executor) {}

    bool is_soon() const { return soon_; }
    // Without memory to be posted, the timer comes at once, which takes none. False: it was not set.
    template <class Call>
    bool soon(Call call) {
        try {
            boost::asio::post(timer_.get_executor(), [this, call = std::move(call)] {
                soon_ = false;
                call();
            });
            return soon_ = true;
        } catch (const std::bad_alloc&) {
            return now();
        }
    }

    bool is_by(Instant deadline) const { return set_for_ <= deadline; }
    // Precondition: !is_by(deadline). Where memory ends in it, forget() is to be called.
    template <class Call>
    void by(Instant deadline, Call call) {
        timer_.expires_at(deadline);
        set_for_ = deadline;
        timer_.async_wait([this, call = std::move(call)](boost::system::error_code cancelled) {
            if (cancelled && !std::exchange(now_, false)) return;
            set_for_ = never;
            call();
        });
    }
    void forget() { set_for_ = never; }  // whether the timer is set is not known
    void cancel() {
        now_ = false;
        timer_.cancel();
    }

  private:
    bool now() {
        if (set_for_ == never) return false;
        now_ = true;
        timer_.cancel();
        return true;
    }

    boost::asio::steady_timer timer_;
    Instant set_for_ = never;
    bool soon_ = false;
    bool now_ = false;  // the timer is to come, though its time has not
};

}  // namespace rondel::net
