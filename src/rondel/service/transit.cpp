#include "rondel/service/transit.hpp"

#include <algorithm>

namespace rondel {

Transit::Mark Transit::accept_request() {
    requests_ahead_.push_back(++accepted_);
    return {accepted_, plain_};
}

void Transit::wrote(std::uint64_t in_session) { advance(std::min(base_ + in_session, accepted_)); }

std::vector<Told> Transit::prove(std::uint64_t plain_before) {
    std::vector<Told> told;
    if (!managed_) settle(plain_before, Outcome::acked, told);
    return told;
}

std::vector<Told> Transit::acknowledge(std::uint64_t in_session) {
    std::vector<Told> told;
    const std::uint64_t position = std::min(base_ + in_session, accepted_);
    if (!managed_ || position <= acknowledged_) return told;
    settle(plain_up_to(position), Outcome::acked, told);
    acknowledged_ = position;
    advance(position);
    lift(position);
    return told;
}

Transit::Loss Transit::lose(bool proven, std::uint64_t kept) {
    std::vector<Told> told;
    told.reserve(listeners_.size());  // all or nothing, where memory ends
    settle(plain_up_to(written_), proven ? Outcome::acked : Outcome::indeterminate, told);
    return end(accepted_ - std::min(kept, unwritten()), std::move(told));
}

void Transit::suspend() { base_ = acknowledged_; }

// The peer has just said what it took, and acknowledge() follows. The rest never arrived, whatever was written of it.
void Transit::resume() { written_ = acknowledged_; }

Transit::Loss Transit::forsake(std::optional<std::uint64_t> handled) {
    if (!handled) return lose(false, 0);
    std::vector<Told> told = acknowledge(*handled);
    written_ = acknowledged_;
    return end(accepted_, std::move(told));
}

Transit::Loss Transit::end(std::uint64_t given_up, std::vector<Told> told) {
    Loss loss{acknowledged_, written_, given_up, std::move(told)};
    settle(plain_up_to(given_up), Outcome::undelivered, loss.told);
    managed_ = false;
    written_ = std::max(written_, given_up);
    lift(written_);
    base_ = acknowledged_ = written_;
    return loss;
}

void Transit::advance(std::uint64_t position) {
    written_ = std::max(written_, position);
    if (!managed_) lift(written_);
}

void Transit::lift(std::uint64_t position) {
    floor_ = std::max(floor_, position);
    while (!requests_ahead_.empty() && requests_ahead_.front() <= floor_) {
        requests_ahead_.pop_front();
        ++requests_passed_;
    }
}

std::uint64_t Transit::plain_up_to(std::uint64_t position) const {
    std::size_t first = 0;
    std::size_t end = requests_ahead_.size();
    while (first < end) {
        const std::size_t middle = first + (end - first) / 2;
        if (requests_ahead_[middle] <= position)
            first = middle + 1;
        else
            end = middle;
    }
    return position - requests_passed_ - first;
}

void Transit::settle(std::uint64_t plain, Outcome outcome, std::vector<Told>& told) {
    if (plain <= settled_) return;
    std::size_t ready = 0;
    while (ready < listeners_.size() && listeners_[ready].plain <= plain) ++ready;
    if (ready > 0) told.reserve(told.size() + ready);  // all or nothing, where memory ends
    ledger_.end(outcome, plain - settled_);
    settled_ = plain;
    while (!listeners_.empty() && listeners_.front().plain <= settled_)
        told.push_back({listeners_.pop_front().call, outcome});
}

}  // namespace rondel
