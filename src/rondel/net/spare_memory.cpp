#include "rondel/net/spare_memory.hpp"

#include "rondel/net/scarce_memory.hpp"

#include <algorithm>
#include <utility>

#include <malloc.h>

namespace rondel::net {

SpareMemory::SpareMemory(const boost::asio::any_io_executor& executor, std::function<void()> give_back, Duration pause)
    : timer_(executor), give_back_(std::move(give_back)), pause_(pause) {}

std::shared_ptr<void> SpareMemory::one() {
    // Counted once it is made: a thing that there is no memory for has not come.
    std::shared_ptr<void> made(nullptr, [weak = weak_from_this()](void*) {
        if (const auto self = weak.lock()) self->left();
    });
    most_ = std::max(most_, ++now_);
    return made;
}

void SpareMemory::left() {
    --now_;
    if (waiting_ || !is_worth_it()) return;
    const auto wait = [this] {
        timer_.expires_after(pause_);
        timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
            const auto self = weak.lock();
            if (cancelled || self == nullptr) return;
            self->waiting_ = false;
            if (!self->is_worth_it()) return;  // they came back
            self->most_ = self->now_;
            self->give_back_();
        });
        waiting_ = true;
    };
    if_memory_lasts(wait, [] {});  // then the next one who leaves
}

void give_back_memory() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

}  // namespace rondel::net
