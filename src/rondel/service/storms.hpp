// Presence storms: a sender whose presence comes and goes too fast is heard later, and then only its latest. A client
// that flaps, or that wants to, would otherwise make a service work for each of a thousand changes in a second.
//
// By full JID; only of presence that says what is the case (available, unavailable): of that the latest replaces all
// before. Requests for subscriptions and the like each count.
//
// A sender is known by name only when its place in a small table of counts is busy: the presence of fifty thousand
// contacts, once each, leaves little behind.
#pragma once

#include "rondel/base/rate.hpp"
#include "rondel/service/rooms.hpp"
#include "rondel/stanza/presence.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rondel {

// Owns: the presence that is held.   Threads: one.
class Storms {
  public:
    explicit Storms(RateLimit each)
        : fresh_(each), few_(static_cast<std::uint8_t>(std::min(each.burst, std::uint32_t{8}))) {}

    enum class Verdict {
        heard,    // now
        held,     // until due(): it is to be asked for then
        merged,   // held in place of what was held before, which nobody will hear of
        dropped,  // there is too much held of too many
    };
    // Takes the presence unless it is to be heard now.
    Verdict weigh(Stanza& presence, std::string_view sender, Instant now);

    bool any() const { return held_ != 0; }
    Instant due(std::string_view sender) const;  // when what is held of it may be heard
    std::optional<Stanza> release(std::string_view sender, Instant now);

    // Who is to come back when it is due: once for each sender, however often something of it is held and released
    // meanwhile. True: the caller is to; and it ends the watch when it has come.
    bool watch(std::string_view sender);
    void end_watch(std::string_view sender);
    bool holds(std::string_view sender) const;
    // Nothing is known of a sender who has been quiet for long enough, once this was called.
    void forget_rested(Instant now);
    bool remembers() const { return !senders_.empty() || !seen_.empty(); }
    std::size_t remembered() const { return senders_.size(); }

  private:
    static constexpr std::size_t most_bytes = 4 * 1024 * 1024;  // held
    static constexpr std::size_t most_senders = 1024;           // known by name; more have no storm of their own
    static constexpr std::size_t places = 2048;

    struct Sender {
        explicit Sender(const Rate& fresh) : rate(fresh) {}
        Rate rate;
        Stanza held = {};  // empty: nothing
        bool watched = false;
    };
    Sender* meet(std::string_view sender, Instant now);  // nullptr: it has not said much

    const Rate fresh_;
    const std::uint8_t few_;
    std::vector<std::uint8_t> seen_ = {};  // in this second, by hash
    Instant second_{};
    Instant looked_{};
    std::unordered_map<std::string, Sender, TextHash, std::equal_to<>> senders_;
    std::size_t held_ = 0;  // senders of whom something is
    std::size_t held_bytes_ = 0;
};

}  // namespace rondel
