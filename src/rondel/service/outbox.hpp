// What waits to be handed to the link: while there is no session, and while the link has enough to write.
#pragma once

#include "rondel/service/outcome.hpp"
#include "rondel/service/request_table.hpp"
#include "rondel/service/ring.hpp"
#include "rondel/stanza/stanza.hpp"

#include <cstddef>

namespace rondel {

struct Queued {
    Stanza stanza;
    std::size_t bytes = 0;  // on the wire
    OutcomeCallback told = {};
    RequestTable::Number request = 0;  // of a request; it may have ended while it waited here
    bool reply = false;                // to an iq
};

// Owns: the stanzas.   Threads: one.
class Outbox {
  public:
    bool empty() const { return queue_.empty(); }
    std::size_t size() const { return queue_.size(); }
    std::size_t bytes() const { return bytes_; }

    void make_room() { queue_.make_room(); }  // the next push needs no memory
    void push(Queued&& queued) {
        make_room();  // before it is taken
        bytes_ += queued.bytes;
        queue_.push_back(std::move(queued));
    }

    Queued pop() {
        bytes_ -= queue_.front().bytes;
        return queue_.pop_front();
    }

    template <class Predicate>
    void remove_if(Predicate dead) {
        queue_.remove_if([&](const Queued& queued) {
            if (!dead(queued)) return false;
            bytes_ -= queued.bytes;
            return true;
        });
    }

  private:
    Ring<Queued> queue_;
    std::size_t bytes_ = 0;
};

}  // namespace rondel
