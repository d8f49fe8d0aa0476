#include "rondel/server/jam.hpp"

#include <utility>

namespace rondel::server {

void Intake::turn() {
    if (jam_ != nullptr) return end();
    jam_ = std::make_shared<Jam>(limits_.patience);
}

void Intake::end() {
    const std::shared_ptr<Jam> jam = std::exchange(jam_, nullptr);
    if (jam == nullptr) return;
    jam->over_ = true;
    for (const auto& weak : std::exchange(jam->waiting_, {}))
        if (const auto go_on = weak.lock()) (*go_on)();
}

void Restraint::wait_for(const std::shared_ptr<Jam>& jam, Instant now) {
    if (jam == nullptr || jam->is_over() || is_waiting()) return;
    if (jam->until_ == never) jam->until_ = now + jam->patience_;
    if (now >= jam->until_) return;
    jam_ = jam;
    jam->waiting_.emplace_back(go_on_);
}

void Restraint::expire(Instant now) {
    if (is_waiting() && now >= jam_->until_) jam_ = nullptr;
}

}  // namespace rondel::server
