// Stream management (XEP-0198) of one session, as both sides do it: how many stanzas of the peer were taken, and which
// of ours it has not acknowledged, kept in their bytes until it has. Not for other floors.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/stream/output.hpp"
#include "rondel/stream/resumption.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::stream {

inline constexpr std::string_view management_ns = "urn:xmpp:sm:3";

struct ManagementLimits {
    Duration ack_after = Duration::zero();  // a request without an answer for so long: the peer is given up
    std::size_t most_bytes = SIZE_MAX;      // of ours that are not acknowledged
};

// Counters are modulo 2³² (§4).   Owns: the bytes.   Threads: one at a time.
class Management {
  public:
    Management(ManagementLimits limits, Framing framing) : limits_(limits), framing_(framing) {}

    bool is_on() const { return is_on_; }
    void start() { is_on_ = true; }

    // Of the peer.
    void took() { ++handled_; }
    void did_not_take() { handled_ -= handled_ > 0; }  // the last one, after all
    std::uint32_t handled() const { return handled_; }
    std::string_view acknowledgement();  // <a h='…'/>; valid until the next call

    // Ours. `counted` as Output has it.
    void sent(std::string_view bytes, bool counted);
    void take_back(std::size_t stanzas);  // the last ones were not said after all. Needs no memory
    std::uint32_t sent_count() const { return acknowledged_ + static_cast<std::uint32_t>(waiting()); }  // modulo 2³²
    // False: the peer acknowledges more than was sent (R127).
    bool acknowledge(std::uint32_t h);
    std::uint64_t acknowledged() const { return counted_acknowledged_; }  // of counted ones
    bool is_over_limit() const { return bytes_.size() - bytes_gone_ > limits_.most_bytes; }

    // When to ask: one request is on its way as long as something is not acknowledged. So each batch is acknowledged
    // about one round trip after it, and traffic costs one request per round trip, not per stanza.
    bool wants_to_ask() const { return is_on_ && !asked_ && waiting() > 0; }
    void asked() { asked_ = true, asked_at_ = never; }
    void look(Instant now) { asked_at_ = asked_ && asked_at_ == never ? now : asked_at_; }  // sending knows no time
    void look_anew(Instant now) { asked_at_ = asked_ ? now : never; }  // it could not have been heard so far
    Instant deadline() const;

    // Goes on from an earlier session, of which the peer has taken `h` stanzas; the others are said again (§5). False:
    // the peer says that it took more than there were; nothing has happened then.
    bool resume(const Resumption& earlier, std::uint32_t h, Output& output);
    std::uint64_t carried() const { return carried_; }  // counted ones of before that were not said again

    // What another stream can go on from: `handled`, `acknowledged`, `unacknowledged` and `own` are filled in.
    void leave(Resumption& resumption);

  private:
    struct Kept {
        std::uint32_t size : 31;
        std::uint32_t counted : 1;
    };
    std::size_t waiting() const { return kept_.size() - kept_gone_; }
    void drop_front();
    void make_room();

    const ManagementLimits limits_;
    const Framing framing_;
    bool is_on_ = false;
    bool asked_ = false;
    Instant asked_at_ = never;
    std::uint32_t handled_ = 0;
    std::uint32_t acknowledged_ = 0;  // h of the peer
    std::uint64_t counted_acknowledged_ = 0;
    std::uint64_t carried_ = 0;

    std::array<char, 48> acknowledgement_ = {};  // its text: there may be one for each stanza
    std::string bytes_ = {};
    std::size_t bytes_gone_ = 0;
    std::vector<Kept> kept_ = {};
    std::size_t kept_gone_ = 0;
};

// A counter as the wire has it: 0 … 2³²−1.
std::optional<std::uint32_t> parse_count(std::optional<std::string_view> text);

}  // namespace rondel::stream
