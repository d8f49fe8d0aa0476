// Transit: what the link has accepted and nobody has proven to have arrived. Stanzas are numbered, not listed: a
// request remembers how many plain stanzas went before it, and its answer proves them all, because the server reads our
// stream in order. So the accounting of a million stanzas under way takes no memory.
//
//   position   counts everything that the link ever accepted
//   plain      counts those of it that were no requests; these end here, requests end in the table of requests
#pragma once

#include "rondel/service/ledger.hpp"
#include "rondel/service/outcome.hpp"
#include "rondel/service/ring.hpp"

#include <cstdint>
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
    void accept(OutcomeCallback told);  // a plain stanza
    Mark accept_request();

    void wrote(std::uint64_t in_session);  // the transport has taken so many of this session, in all
    std::uint64_t unwritten() const { return accepted_ - written_; }
    std::uint64_t open() const { return plain_ - settled_; }  // plain ones that have not ended

    // A request was answered: what went before it in this session has arrived.
    std::vector<Told> prove(std::uint64_t plain_before);

    // The session is over. What was written ends as acked if the peer has `proven` to have read it, else as
    // indeterminate; the last `kept` of what was not stay, as the first of the next session; what is between is
    // undelivered. The marks say the same of requests by position: up to `written`, up to `given_up`, beyond it.
    struct Loss {
        std::uint64_t written = 0;
        std::uint64_t given_up = 0;
        std::vector<Told> told;
    };
    Loss lose(bool proven, std::uint64_t kept);

  private:
    struct Listener {
        std::uint64_t plain = 0;
        OutcomeCallback call;
    };
    void advance(std::uint64_t position);                                        // written_ moves on
    void settle(std::uint64_t plain, Outcome outcome, std::vector<Told>& told);  // all up to this one end

    Ledger& ledger_;
    std::uint64_t accepted_ = 0;         // position of the last one
    std::uint64_t base_ = 0;             // position before the first one of this session
    std::uint64_t written_ = 0;          // position of the last one written, or given up in an earlier session
    std::uint64_t requests_passed_ = 0;  // how many of the positions up to written_ were requests
    std::uint64_t plain_ = 0;
    std::uint64_t settled_ = 0;
    Ring<std::uint64_t> requests_ahead_;  // positions of requests beyond written_
    Ring<Listener> listeners_;
};

}  // namespace rondel
