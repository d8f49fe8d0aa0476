#include "conversation.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace echo_bench {

namespace {

double cpu_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

Clock::duration clock_duration(std::chrono::duration<double> seconds) {
    return std::chrono::duration_cast<Clock::duration>(seconds);
}

}  // namespace

Conversation::Conversation(const Options& options, const Script& script, const Socket& peer, const Counters* counters,
                           Phase phase)
    : options_(options),
      script_(script),
      peer_(peer),
      counters_(counters),
      phase_(std::move(phase)),
      checker_(script),
      block_(options.read_size) {}

void Conversation::over(Verdict verdict, std::string why) {
    if (std::exchange(is_over_, true)) return;
    verdict_ = verdict;
    why_ = std::move(why);
}

void Conversation::run() {
    started_ = stage_began_ = last_heard_ = Clock::now();
    while (!is_over_) {
        if (!speak()) return over(Verdict::died, "The component closed its connection.");
        if (sent_ < allowed()) peer_.wait(true, Clock::now() + std::chrono::milliseconds(100));
        if (!listen()) return over(Verdict::died, "The component closed its connection.");
        if ((stage_ == Stage::ending || checker_.order_broken()) && unanswered() == 0) return listen_for_more();
    }
}

// The number of units that may have been said by now.
std::uint64_t Conversation::allowed() const {
    if (stage_ == Stage::ending || checker_.order_broken()) return sent_ + (part_ != 0 ? 1 : 0);
    const std::uint64_t answered = checker_.answered();
    if (options_.burst != 0) return (answered / options_.burst + 1) * options_.burst;
    return std::min(answered + options_.in_flight, checker_.floor() + script_.units() / 2);
}

// Everything that may be said, in one call where the connection has room. false: the connection is gone.
bool Conversation::speak() {
    const std::uint64_t until = allowed();
    if (sent_ >= until) return true;
    const std::size_t units = script_.units();
    const std::size_t first = sent_ % units;
    const std::size_t run = std::min<std::uint64_t>(until - sent_, units - first);
    const std::string_view one = script_.bytes(first, first + run).substr(part_);
    const std::string_view two = script_.bytes(0, until - sent_ - run);
    const std::array<iovec, 2> both = {iovec{const_cast<char*>(one.data()), one.size()},
                                       iovec{const_cast<char*>(two.data()), two.size()}};
    const Clock::time_point at = Clock::now();
    const std::ptrdiff_t written = peer_.write({both.data(), two.empty() ? 1u : 2u});
    if (written < 0) return false;
    bytes_out_ += static_cast<std::size_t>(written);
    std::size_t left = static_cast<std::size_t>(written) + part_;
    const std::uint64_t before = sent_;
    for (std::size_t unit = first; sent_ < until; ++sent_) {
        const std::size_t size = script_.start(unit + 1) - script_.start(unit);
        if (left < size) break;
        left -= size;
        stanzas_ += script_.stanzas(unit);
        if (++unit == units) unit = 0;
    }
    part_ = left;
    checker_.sent(sent_);
    if (sent_ != before) batches_.push_back({sent_, at});
    return true;
}

bool Conversation::listen() {
    const bool may_sleep = !options_.spin && sent_ >= allowed();
    const std::ptrdiff_t size = peer_.read(block_, may_sleep);
    if (size < 0) return false;
    const Clock::time_point now = Clock::now();
    if (size == 0) {
        if (now - last_heard_ > clock_duration(options_.patience))
            over(Verdict::lost, std::to_string(unanswered()) + " stanzas without an answer, and silence.");
        return true;
    }
    last_heard_ = now;
    bytes_in_ += static_cast<std::size_t>(size);
    checker_.take({block_.data(), static_cast<std::size_t>(size)});
    if (checker_.verdict() != Verdict::ok) over(checker_.verdict(), checker_.why());
    if (checker_.end_of_stream()) over(Verdict::died, "The component closed its stream.");
    if (is_over_) return true;
    time_answers(now);
    next_stage(now);
    return true;
}

// What was answered is taken for what was said first: exact for contestants that keep the order of all.
void Conversation::time_answers(Clock::time_point now) {
    const std::uint64_t answered = checker_.answered();
    const auto since = [&](Clock::time_point then) {
        return static_cast<std::uint64_t>(std::chrono::nanoseconds(now - then).count());
    };
    while (!batches_.empty() && answered_ < answered) {
        const Batch& batch = batches_.front();
        const std::uint64_t upto = std::min(answered, batch.end);
        const std::uint64_t counted = options_.burst == 0 ? upto - answered_ : upto % options_.burst == 0 ? 1 : 0;
        if (stage_ != Stage::ending && counted != 0) latency_.add(since(batch.at), counted);
        answered_ = upto;
        if (upto == batch.end) batches_.pop_front();
    }
}

void Conversation::next_stage(Clock::time_point now) {
    const auto in_stage = now - stage_began_;
    if (stage_ == Stage::warming_up) {
        const auto warm_up = clock_duration(options_.warm_up);
        if (in_stage < warm_up || checker_.answered() < options_.warm_up_stanzas) return;
        if (!checker_.knows_all() && in_stage < 10 * warm_up) return;
        begin(now);
    } else if (stage_ == Stage::measuring) {
        if (options_.stanzas != 0 ? checker_.answered() - before_.answers < options_.stanzas
                                  : in_stage < clock_duration(options_.seconds))
            return;
        end(now);
    }
}

void Conversation::begin(Clock::time_point now) {
    stage_ = Stage::measuring;
    stage_began_ = now;
    latency_.clear();
    before_ = {0, cpu_seconds(), checker_.answered(), stanzas_, checker_.parsed(), bytes_out_, bytes_in_};
    if (counters_ != nullptr) {
        before_.allocations = counters_->allocations;
        before_.allocated_bytes = counters_->bytes;
        before_.frees = counters_->frees;
        before_.writes = counters_->writes;
        before_.reads = counters_->reads;
    }
    if (phase_) phase_("measuring");
}

void Conversation::end(Clock::time_point now) {
    measured_.seconds = std::chrono::duration<double>(now - stage_began_).count();
    measured_.feeder_cpu = cpu_seconds() - before_.feeder_cpu;
    measured_.answers = checker_.answered() - before_.answers;
    measured_.stanzas = stanzas_ - before_.stanzas;
    measured_.parsed = checker_.parsed() - before_.parsed;
    measured_.bytes_out = bytes_out_ - before_.bytes_out;
    measured_.bytes_in = bytes_in_ - before_.bytes_in;
    if (counters_ != nullptr) {
        measured_.allocations = counters_->allocations - before_.allocations;
        measured_.allocated_bytes = counters_->bytes - before_.allocated_bytes;
        measured_.frees = counters_->frees - before_.frees;
        measured_.writes = counters_->writes - before_.writes;
        measured_.reads = counters_->reads - before_.reads;
    }
    if (phase_) phase_("measured");
    stage_ = Stage::ending;
}

// All is answered: what still comes would be an answer too many.
void Conversation::listen_for_more() {
    const auto until = Clock::now() + std::chrono::milliseconds(20);
    while (!is_over_ && peer_.wait(false, until))
        if (!listen() || checker_.end_of_stream()) break;  // gone, after it has answered all
    if (!is_over_ && checker_.order_broken())
        over(Verdict::reordered, "All was answered, but not in the order of each sender.");
    is_over_ = true;
}

}  // namespace echo_bench
