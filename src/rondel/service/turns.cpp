#include "rondel/service/turns.hpp"

namespace rondel {

void Turns::begin(std::string_view peer) { turns_.emplace(peer, Turn()); }

bool Turns::make_room(const Job& job, std::size_t each, std::size_t bytes) {
    auto& waiting = turns_.find(job.peer)->second.waiting;
    if (waiting.size() + 1 >= each) return false;
    if (!waiting.empty() && waiting_bytes_ + job.bytes() > bytes) return false;
    waiting.make_room();
    return true;
}

void Turns::wait(std::unique_ptr<Job> job) {
    ++waiting_;
    waiting_bytes_ += job->bytes();
    auto& waiting = turns_.find(job->peer)->second.waiting;
    waiting.push_back(std::move(job));
}

void Turns::end(std::string_view peer) {
    const auto turn = turns_.find(peer);
    if (turn == turns_.end()) return;  // they were cleared
    OfPeer* const ended = &*turn;
    (first_ended_ == nullptr ? first_ended_ : last_ended_->second.next_ended) = ended;
    last_ended_ = ended;
}

std::unique_ptr<Job> Turns::next() {
    while (first_ended_ != nullptr) {
        OfPeer& ended = *first_ended_;
        first_ended_ = std::exchange(ended.second.next_ended, nullptr);
        if (!ended.second.waiting.empty()) {
            std::unique_ptr<Job> job = ended.second.waiting.pop_front();
            --waiting_;
            waiting_bytes_ -= job->bytes();
            return job;
        }
        turns_.erase(turns_.find(ended.first));
    }
    return nullptr;
}

void Turns::clear() {
    // Dropping a job may answer for it; the turns are empty before that.
    const auto dropped = std::exchange(turns_, {});
    first_ended_ = nullptr;
    waiting_ = waiting_bytes_ = 0;
}

}  // namespace rondel
