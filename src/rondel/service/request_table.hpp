// The table of open requests. An id is 96 unguessable bits and the place in the table, so that the answer is found
// without a search, and a million open requests cost memory, not time.
#pragma once

#include "rondel/base/jid.hpp"
#include "rondel/base/random.hpp"
#include "rondel/service/packed_text.hpp"
#include "rondel/service/request.hpp"
#include "rondel/service/slab.hpp"
#include "rondel/service/timer_wheel.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rondel {

struct OpenRequest {
    RandomId id;
    PackedText peer;  // who may answer: whom we asked; empty: our own account
    AnswerCallback told;
    static constexpr std::uint64_t unasked = UINT64_MAX;
    std::uint64_t position = 0;  // among all stanzas that the link accepted; 0: not handed to it yet
    // How many plain stanzas went before it; `unasked` until it has passed the filters: whoever asks sees to its end
    // then, and nobody else.
    std::uint64_t plain_before = unasked;
    TimerWheel::Timer timer = 0;
    std::uint32_t round = 0;  // tells this request from others that had its place; 0: the place is free

    bool is_asked() const { return plain_before != unasked; }
};

// Whether an answer `from` somebody can be that of the one asked (RFC 6120 §8.1.2.1, §8.2.3): only the very JID that
// was asked, full or bare. What was asked of our own account (no `to`, or our own bare JID) may come without `from`.
bool may_answer(std::string_view asked, JidView from, JidView own);

// Owns: the requests.   Threads: one.
class RequestTable {
  public:
    using Number = std::uint64_t;  // never 0; not used again for a long time

    Number add();
    std::string id_of(Number number) const;
    OpenRequest* find(Number number);           // nullptr: it has ended
    Number find_id(std::string_view id) const;  // 0: none of ours, or ended
    OpenRequest take(Number number);            // precondition: it is open

    std::size_t size() const { return requests_.size(); }

    // For going over all of them: the open one in this place, or 0. Places are below end().
    Number at(std::uint32_t place) const;
    std::uint32_t end() const { return requests_.end(); }

    // For tests that want the same ids each time.
    explicit RequestTable(RandomIds::Fill fill) : ids_(std::move(fill)) {}
    RequestTable() = default;

  private:
    static std::uint32_t place_of(Number number) { return static_cast<std::uint32_t>(number); }

    Slab<OpenRequest> requests_;
    RandomIds ids_;
    std::uint32_t rounds_ = 0;
};

}  // namespace rondel
