// The ledger: how many stanzas were handed over, and how each of them ended. issued() == sum of outcomes + open().
#pragma once

#include "rondel/service/outcome.hpp"

#include <array>
#include <cstdint>

namespace rondel {

class Ledger {
  public:
    std::uint64_t issued() const { return issued_; }  // stanzas and requests given to send() and request()
    std::uint64_t ended(Outcome outcome) const { return ended_[static_cast<std::size_t>(outcome)]; }
    std::uint64_t open() const;  // issued, not ended yet

    std::uint64_t received() const { return received_; }          // stanzas
    std::uint64_t refused() const { return refused_; }            // received, but not acceptable
    std::uint64_t iqs_received() const { return iqs_received_; }  // get and set: each ends in one of the next two
    std::uint64_t iqs_replied() const { return iqs_replied_; }
    std::uint64_t replies_dropped() const { return replies_dropped_; }    // the connection was gone
    std::uint64_t over_share() const { return over_share_; }              // turned away: its sender had said too much
    std::uint64_t presences_merged() const { return presences_merged_; }  // of a storm: a later one came in its place
    std::uint64_t late_answers() const { return late_answers_; }  // to no request of ours: too late, twice, or forged

    // For the entity.
    void issue() { ++issued_; }
    void end(Outcome outcome, std::uint64_t count = 1) { ended_[static_cast<std::size_t>(outcome)] += count; }
    void receive() { ++received_; }
    void did_not_receive(bool iq) { --received_, iqs_received_ -= iq; }  // after all, for want of memory
    void refuse() { ++refused_; }
    void receive_iq() { ++iqs_received_; }
    void exceed_share() { ++over_share_; }
    void merge_presence() { ++presences_merged_; }
    void reply(bool delivered) { ++(delivered ? iqs_replied_ : replies_dropped_); }
    void late_answer() { ++late_answers_; }

  private:
    std::uint64_t issued_ = 0;
    std::array<std::uint64_t, outcome_count> ended_{};
    std::uint64_t received_ = 0;
    std::uint64_t refused_ = 0;
    std::uint64_t over_share_ = 0;
    std::uint64_t presences_merged_ = 0;
    std::uint64_t iqs_received_ = 0;
    std::uint64_t iqs_replied_ = 0;
    std::uint64_t replies_dropped_ = 0;
    std::uint64_t late_answers_ = 0;
};

}  // namespace rondel
