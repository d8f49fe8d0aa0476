#include "rondel/service/turns.hpp"

namespace rondel {

void Turns::begin(std::string_view peer) { turns_.emplace(peer, Ring<std::unique_ptr<Job>>()); }

bool Turns::wait(std::unique_ptr<Job>& job, std::size_t each, std::size_t bytes) {
    auto& waiting = turns_.find(job->peer)->second;
    if (waiting.size() + 1 >= each) return false;
    const std::size_t more = job->bytes();
    if (!waiting.empty() && waiting_bytes_ + more > bytes) return false;
    waiting.push_back(std::move(job));
    ++waiting_;
    waiting_bytes_ += more;
    return true;
}

std::unique_ptr<Job> Turns::next(const std::string& peer) {
    const auto turn = turns_.find(peer);
    if (turn == turns_.end()) return nullptr;
    if (turn->second.empty()) {
        turns_.erase(turn);
        return nullptr;
    }
    std::unique_ptr<Job> job = turn->second.pop_front();
    --waiting_;
    waiting_bytes_ -= job->bytes();
    return job;
}

void Turns::clear() {
    // Dropping a job may answer for it; the turns are empty before that.
    const auto dropped = std::exchange(turns_, {});
    waiting_ = waiting_bytes_ = 0;
}

}  // namespace rondel
