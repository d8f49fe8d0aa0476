// What is left of a session whose stream was lost, and from which another stream can go on (XEP-0198 §5).
#pragma once

#include "rondel/base/jid.hpp"
#include "rondel/base/time.hpp"
#include "rondel/stream/output.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rondel::stream {

struct Resumption {
    std::string id;                    // SM-ID: whoever has it, and the account, has the session
    Jid address;                       // the full JID that was bound
    std::string location = {};         // HOST[:PORT] where the server wants to be asked, or empty
    Duration most = Duration::zero();  // how long it said that it keeps the session
    std::uint32_t handled = 0;         // h: stanzas of the peer that we took, modulo 2³²
    std::uint32_t acknowledged = 0;    // h of the peer, the last that came
    Unsent unacknowledged = {};        // ours after that, written or not, in the bytes of their stream
    std::vector<bool> own = {};        // which of them the stream made itself (answers to what nobody could take)
    std::uint8_t tries = 0;            // how often in a row memory ended at the stanza of the peer that comes next
};

}  // namespace rondel::stream
