// Conversation: the measured part. Keeps so many stanzas in flight, checks what comes back, and measures.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "checker.hpp"
#include "counters.hpp"
#include "histogram.hpp"
#include "options.hpp"
#include "script.hpp"
#include "socket.hpp"

namespace echo_bench {

struct Measured {
    double seconds = 0;
    double feeder_cpu = 0;  // seconds of it
    std::uint64_t answers = 0;
    std::uint64_t stanzas = 0;  // said, presence included
    std::uint64_t parsed = 0;   // answers that had to be parsed, for they differed from the first of the unit
    std::uint64_t bytes_out = 0, bytes_in = 0;
    std::uint64_t allocations = 0, allocated_bytes = 0, frees = 0, writes = 0, reads = 0;  // with counters only
};

// Borrows: all that it is given.
class Conversation {
  public:
    using Phase = std::function<void(const char*)>;  // "measuring", "measured"
    Conversation(const Options& options, const Script& script, const Socket& peer, const Counters* counters,
                 Phase phase);

    void begin_with(std::string_view heard) { checker_.take(heard); }
    void run();  // ends when all is said and answered, or something is wrong

    Verdict verdict() const { return verdict_; }
    const std::string& why() const { return why_; }
    const Measured& measured() const { return measured_; }
    const Histogram& latency() const { return latency_; }  // of each answer; of bursts: to the last answer of each
    std::uint64_t unanswered() const { return sent_ - checker_.answered(); }

  private:
    enum class Stage { warming_up, measuring, ending };
    struct Batch {
        std::uint64_t end;  // units before this one were said
        Clock::time_point at;
    };

    bool speak();
    bool listen();
    void time_answers(Clock::time_point now);
    void next_stage(Clock::time_point now);
    void begin(Clock::time_point now);
    void end(Clock::time_point now);
    void listen_for_more();
    void over(Verdict verdict, std::string why);
    std::uint64_t allowed() const;

    const Options& options_;
    const Script& script_;
    const Socket& peer_;
    const Counters* counters_;
    Phase phase_;
    Checker checker_;
    Histogram latency_;
    Measured measured_, before_;
    Stage stage_ = Stage::warming_up;
    bool is_over_ = false;
    Verdict verdict_ = Verdict::ok;
    std::string why_;

    std::uint64_t sent_ = 0;      // units, to their last byte
    std::size_t part_ = 0;        // bytes of the next one that went out
    std::uint64_t answered_ = 0;  // of which the time was taken
    std::uint64_t stanzas_ = 0, bytes_out_ = 0, bytes_in_ = 0;
    std::deque<Batch> batches_;
    Clock::time_point started_, stage_began_, last_heard_;
    std::vector<char> block_;
};

}  // namespace echo_bench
