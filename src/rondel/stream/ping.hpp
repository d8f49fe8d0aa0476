// The pings that a stream sends by itself to see whether its peer lives (XEP-0199), and how they are known again.
#pragma once

#include "rondel/stanza/stanza.hpp"

#include <cstdint>
#include <string>

namespace rondel::stream {

// Owns: its text.   Threads: one at a time.
class OwnPings {
  public:
    // Ids are made from the stream's id, which no other stream has, and the name of our side: neither another instance
    // of the same component nor the other side of this stream may take our ping for its own. `from` may be empty where
    // the server knows it: it is not written then, and not looked at.
    OwnPings(std::string_view stream_id, std::string_view side, Jid from, Jid to);

    Stanza next();

    // Whether this is one of those pings come back, or an answer to one: nothing to report to anybody.
    bool concerns(const Stanza& stanza) const { return sent_ != 0 && is_ours(stanza); }

  private:
    bool is_ours(const Stanza& stanza) const;

    std::string id_prefix_;
    std::uint64_t sent_ = 0;
    Jid from_;
    Jid to_;
};

}  // namespace rondel::stream
