// The books of a simulated world: every stanza that anybody handed over, by number, and what became of it. At the end
// they must balance: each stanza ended once, as its sender was told; what was taken by the server reached its receiver,
// or came back, or was lost in sight of the simulator; nothing twice, nothing out of order, nothing unknown.
//
// Messages and requests are numbered alike. The number of a message is its id ("m17"), that of a request is in its
// payload.
#pragma once

#include "rondel/service/outcome.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rondel::simulator {

using Number = std::uint32_t;
using Speaker = std::uint8_t;  // who says and hears

enum class Kind : std::uint8_t { message, request };

// A value; takes no memory while it is written, so that what grows meanwhile is somebody else's.
class Books {
  public:
    explicit Books(std::size_t most) { entries_.reserve(most); }

    bool full() const { return entries_.size() == entries_.capacity(); }
    Number hand_over(Kind kind, Speaker from, Speaker to);
    void told(Number number, Outcome outcome);
    // `session`: of the receiver; another number means that the one before was not resumed. `lasting`: it is
    // acknowledged, so that the server may have to say it again in the next one. `stamped`: it was kept for a while,
    // and says so, and may come behind younger ones.
    void received(Number number, Speaker by, std::uint16_t session, bool lasting, bool stamped);
    void returned(Number number, Speaker to);  // an error came back instead of a delivery
    // Bytes that were written and that nobody read: whole stanzas in them, or what is left of one, are excused.
    void lost(std::string_view bytes);
    // The server was killed with what it had in its hands.
    void server_killed();
    // It was away, and the session before was not resumed. An error that came meanwhile found nobody, and errors are
    // neither kept nor answered (RFC 6120 §8.3.1, RFC 6121 §8.5.3.2.1).
    void has_new_session(Speaker who);
    // Nobody who spoke to `who` or heard it is sure of anything that is open now.
    void forgotten(Speaker who);

    // Sentences; none if they balance.
    std::vector<std::string> close();
    std::size_t open(Kind kind) const { return open_[static_cast<std::size_t>(kind)]; }
    std::size_t handed_over(Kind kind) const { return handed_[static_cast<std::size_t>(kind)]; }
    std::size_t ended(Outcome outcome) const { return ended_[static_cast<std::size_t>(outcome)]; }
    std::size_t ended(Kind kind, Speaker from, Outcome outcome) const;
    std::size_t again() const { return again_; }  // messages that were said again to a session that was not resumed
    std::size_t kept() const { return kept_; }
    std::size_t returned() const { return returned_; }
    std::string summary() const;
    void fault(std::string sentence);

  private:
    struct Entry {
        Kind kind = Kind::message;
        Speaker from = 0;
        Speaker to = 0;
        std::uint8_t outcome = no_outcome;
        bool received : 1 = false;
        bool returned : 1 = false;
        bool excused : 1 = false;
        std::uint16_t session = 0;
    };
    static constexpr std::uint8_t no_outcome = 255;

    Entry* find(Number number, std::string_view what);
    std::string name(Number number) const;
    void check(Number number, const Entry& entry);

    std::vector<Entry> entries_;  // of number 1, 2, …
    std::array<std::size_t, 2> handed_{};
    std::array<std::size_t, 2> open_{};
    std::array<std::size_t, outcome_count> ended_{};
    std::array<std::array<std::array<std::size_t, outcome_count>, 16>, 2> ended_of_{};
    std::array<std::array<Number, 16>, 16> last_{};  // received, by pair
    std::size_t again_ = 0, kept_ = 0, returned_ = 0, excused_ = 0;
    std::vector<std::string> faults_;
    std::size_t more_faults_ = 0;
};

// "m17" is 17; 0: it is no number of ours.
Number number_of(std::string_view id);

}  // namespace rondel::simulator
