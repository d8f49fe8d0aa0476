// Transit: what the link has accepted and nobody has proven to have arrived. Stanzas are numbered, not listed: a
// request remembers how many plain stanzas went before it, and its answer proves them all, because the server reads our
// stream in order. So the accounting of a million stanzas under way takes no memory.
//
// Where the peer acknowledges each stanza (XEP-0198) it is the other way round: nothing is proven but by that, and what
// is not acknowledged outlives the loss of a stream as long as its session can be resumed (docs/decisions/0005).
//
//   position   counts everything that the link ever accepted
//   plain      counts those of it that were no requests; these end here, requests end in the table of requests
#pragma once

#include "rondel/service/ledger.hpp"
#include "rondel/service/outcome.hpp"
#include "rondel/service/ring.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace rondel {

// Who wants to be told of the end of a stanza, and the end. To be called once all else is done.
struct Told {
    OutcomeCallback call;
    Outcome outcome = Outcome::acked;
};

// Borrows: the ledger.   Threads: one.
class Transit {
  public:
    explicit Transit(Ledger& ledger) : ledger_(ledger) {}

    struct Mark {
        std::uint64_t position = 0;
        std::uint64_t plain_before = 0;
    };
    // To accept one needs no memory then.
    void make_room_for_listener() { listeners_.make_room(); }
    void make_room_for_request() { requests_ahead_.make_room(); }
    [[gnu::always_inline]] void accept(OutcomeCallback&& told) {  // a plain stanza
        ++accepted_;
        ++plain_;
        if (told) listeners_.push_back({plain_, std::move(told)});
    }
    Mark accept_request();

    // A new session. `managed`: the peer acknowledges what it took.
    void begin(bool managed) { managed_ = managed; }

    void wrote(std::uint64_t in_session);                     // the transport has taken so many of this session, in all
    std::vector<Told> acknowledge(std::uint64_t in_session);  // and so many of them the peer
    std::uint64_t unwritten() const { return accepted_ - written_; }
    std::uint64_t open() const { return plain_ - settled_; }  // plain ones that have not ended

    // A request was answered: what went before it in this session has arrived, unless the peer is to say so itself.
    std::vector<Told> prove(std::uint64_t plain_before);

    // The session is over. What was written ends as acked if the peer has `proven` to have read it, else as
    // indeterminate; the last `kept` of what was not stay, as the first of the next session; what is between is
    // undelivered. The marks say the same of requests by position: up to `acknowledged` they are acked, then up to
    // `written`, up to `given_up`, beyond it.
    struct Loss {
        std::uint64_t acknowledged = 0;
        std::uint64_t written = 0;
        std::uint64_t given_up = 0;
        std::vector<Told> told;
    };
    Loss lose(bool proven, std::uint64_t kept);

    // The stream is lost, the session is not: nothing ends. The first one that was not acknowledged is the first of
    // what the counts of the next stream count.
    void suspend();
    void resume();  // what the peer had not taken is written again
    // It cannot be resumed. Of what was not acknowledged the peer took the first `handled`, and nothing else; without a
    // number nobody knows, and it is a loss like any other.
    Loss forsake(std::optional<std::uint64_t> handled);

  private:
    struct Listener {
        std::uint64_t plain = 0;
        OutcomeCallback call;
    };
    void advance(std::uint64_t position);                                        // written_ moves on
    void lift(std::uint64_t position);                                           // floor_ does
    std::uint64_t plain_up_to(std::uint64_t position) const;                     // precondition: not below floor_
    Loss end(std::uint64_t given_up, std::vector<Told> told);                    // everything up to there has ended
    void settle(std::uint64_t plain, Outcome outcome, std::vector<Told>& told);  // all up to this one end

    Ledger& ledger_;
    std::uint64_t accepted_ = 0;         // position of the last one
    std::uint64_t base_ = 0;             // position before the first one of this session
    std::uint64_t written_ = 0;          // position of the last one written, or given up in an earlier session
    std::uint64_t acknowledged_ = 0;     // position of the last one that the peer acknowledged, or as before
    std::uint64_t floor_ = 0;            // nobody asks for plain ones below it
    std::uint64_t requests_passed_ = 0;  // how many of the positions up to floor_ were requests
    bool managed_ = false;
    std::uint64_t plain_ = 0;
    std::uint64_t settled_ = 0;
    Ring<std::uint64_t> requests_ahead_;  // positions of requests beyond floor_
    Ring<Listener> listeners_;
};

}  // namespace rondel
