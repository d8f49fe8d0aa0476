#include "rondel/service/transit.hpp"

#include <algorithm>

namespace rondel {

void Transit::accept(OutcomeCallback told) {
    ++accepted_;
    ++plain_;
    if (told) listeners_.push_back({plain_, std::move(told)});
}

Transit::Mark Transit::accept_request() {
    requests_ahead_.push_back(++accepted_);
    return {accepted_, plain_};
}

void Transit::wrote(std::uint64_t in_session) { advance(std::min(base_ + in_session, accepted_)); }

std::vector<Told> Transit::prove(std::uint64_t plain_before) {
    std::vector<Told> told;
    settle(plain_before, Outcome::acked, told);
    return told;
}

Transit::Loss Transit::lose(bool proven, std::uint64_t kept) {
    Loss loss;
    loss.written = written_;
    loss.given_up = accepted_ - std::min(kept, unwritten());
    settle(written_ - requests_passed_, proven ? Outcome::acked : Outcome::indeterminate, loss.told);
    advance(loss.given_up);
    settle(written_ - requests_passed_, Outcome::undelivered, loss.told);
    base_ = written_;
    return loss;
}

void Transit::advance(std::uint64_t position) {
    written_ = std::max(written_, position);
    while (!requests_ahead_.empty() && requests_ahead_.front() <= written_) {
        requests_ahead_.pop_front();
        ++requests_passed_;
    }
}

void Transit::settle(std::uint64_t plain, Outcome outcome, std::vector<Told>& told) {
    if (plain <= settled_) return;
    ledger_.end(outcome, plain - settled_);
    settled_ = plain;
    while (!listeners_.empty() && listeners_.front().plain <= settled_)
        told.push_back({listeners_.pop_front().call, outcome});
}

}  // namespace rondel
