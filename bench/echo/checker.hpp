// Checker: whether all that comes back is right: kind, type, addresses, id, text; nothing lost, nothing twice, the
// order of each sender kept.
//
// Each contestant writes XML in its own style. So the first answer to each unit of the ring is parsed and judged, and
// kept as it was written; when the unit comes round again, the same bytes in the same place are right, and comparing
// them is all it takes. What differs is parsed and judged again.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reply_text.hpp"
#include "script.hpp"

namespace echo_bench {

enum class Verdict { ok, lost, corrupt, duplicated, reordered, died, absent };
std::string_view to_string(Verdict verdict);

// Units are numbered from 0 on without end; unit n says what unit n % units() of the script says.
// Borrows: the script.   Threads: one.
class Checker {
  public:
    explicit Checker(const Script& script);

    void sent(std::uint64_t units) { sent_ = units; }  // in all, to their last byte
    void take(std::string_view bytes);                 // what came back; false verdicts stay

    std::uint64_t answered() const { return floor_ + beyond_.size(); }
    std::uint64_t floor() const { return floor_; }  // all before are answered
    Verdict verdict() const { return verdict_; }    // lost, died and absent are for the session to find
    const std::string& why() const { return why_; }
    bool end_of_stream() const { return end_of_stream_; }
    bool order_broken() const { return order_broken_; }
    bool knows_all() const { return known_ == script_.units(); }  // each unit has been answered once
    std::uint64_t parsed() const { return parsed_; }              // answers that had to be

  private:
    std::size_t match(std::string_view bytes);
    void parse();
    void judge(const ReplyText& reply, std::string_view written);
    void count(std::uint64_t unit, std::string_view written);
    void fail(Verdict verdict, std::string why);
    void advance();

    const Script& script_;
    std::uint64_t sent_ = 0;
    std::uint64_t floor_ = 0;
    std::set<std::uint64_t> beyond_;  // answered, though not all before are
    std::uint64_t parsed_ = 0;

    std::string answers_;              // to the units [0, known_) of the ring, as they were written
    std::vector<std::size_t> starts_;  // of each in there
    std::size_t known_ = 0;
    std::size_t slot_ = 0;    // of floor_
    std::size_t cursor_ = 0;  // in answers_: what has come of the answer to floor_

    std::string unread_;  // to be parsed
    bool end_of_stream_ = false;
    bool order_broken_ = false;
    Verdict verdict_ = Verdict::ok;
    std::string why_;
};

}  // namespace echo_bench
