// One connection between two programs, in memory: what TCP does with bytes, and what can become of them. Each side
// offers bytes and reads what has arrived; between them are a window, latency, bandwidth, and faults.
//
// A line that is over keeps what was taken from one side and never handed to the other, so that the books can excuse
// it: `lost` is told when the line goes.
#pragma once

#include "rondel/base/result.hpp"
#include "rondel/base/time.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/simulator/seeded.hpp"
#include "tests/simulator/timeline.hpp"

namespace rondel::simulator {

enum class Side : std::uint8_t { caller, server };
inline Side other(Side side) { return side == Side::caller ? Side::server : Side::caller; }

struct LineManner {
    Duration latency = std::chrono::milliseconds(1);
    Duration jitter = Duration::zero();  // on top of it, for each piece; bytes never overtake each other
    std::uint64_t bytes_per_second = 0;  // zero: no limit
    std::size_t window = 64 * 1024;      // taken, and not read by the other side
    bool in_pieces = true;               // reads and writes are cut where the seed wants
    std::uint64_t lossy = 0;             // one packet in so many is lost, and comes again after …
    Duration resent_after = std::chrono::milliseconds(200);
};

// Owns: the bytes on their way. Borrows: timeline and chance.   Threads: one.
class Line : public std::enable_shared_from_this<Line> {
  public:
    using Lost = std::function<void(Side from, std::string_view bytes)>;
    Line(Timeline& time, Seeded& chance, LineManner manner, Lost lost);
    ~Line();
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    // ---- as a program sees it ----

    void attach(Side side,
                std::function<void()> touched);  // to be called when something may go on, never inside a call
    Result<std::size_t> write(Side side, std::string_view bytes);  // how many were taken; 0: not now
    enum class Piece { none, bytes, end, broken };
    Piece read(Side side, std::size_t most, std::string& into);  // replaces what is in `into`
    void forgo(Side side, std::string_view bytes);               // read, and dropped: nobody looked at it
    void forgo_read(Side side);  // all that was read so far was dropped, too: the stream never opened
    void end_output(Side side);
    void close(Side side);  // whatever is unread is thrown away, and the other side is told so by a reset

    // ---- what becomes of it ----

    // Reset: each side learns of it after that time, or, with `never`, by itself only. Nothing arrives any more.
    void cut(Duration caller_learns, Duration server_learns);
    void cut_after(Side from, std::size_t bytes);  // counted from here on, of what that side wrote
    void vanish(Side from);                        // half-open: bytes of that side go nowhere, and nobody is told
    void stall(Side from, Duration duration);      // the other side stops reading
    void trickle(Side from, Duration duration);    // one byte per second
    void end_half(Side from);                      // an end that the side has not said

    std::function<void(Side from, std::string_view bytes)> watch = {};  // sees what was written

    bool is_over() const { return closed_[0] && closed_[1]; }
    bool is_sound() const { return !broken_ && !closed_[0] && !closed_[1]; }

  private:
    struct Way {            // of one side's bytes to the other
        std::string bytes;  // taken, not read; [0, begin) is read already
        std::size_t begin = 0;
        std::size_t arrived = 0;  // from begin
        bool ended = false;       // and behind them is the end
        bool end_arrived = false;
        bool vanishes = false;
        std::optional<std::size_t> left;  // until it is cut
        Instant free{};                   // when it has carried all that was written
        Instant last{};                   // when the last of them arrives
        Instant readable{};               // not before that time
        Instant trickles{};               // until then
        std::string seen;                 // the last that was read: a stanza may end in it that was never whole
        std::string dropped;
        std::size_t size() const { return bytes.size() - begin; }
    };

    Way& from(Side side) { return ways_[static_cast<std::size_t>(side)]; }
    bool& closed(Side side) { return closed_[static_cast<std::size_t>(side)]; }
    void carry(Side side, std::size_t count);
    void arrive(Side side, std::size_t count);
    void touch(Side side, Duration delay = Duration::zero());
    void learn(Side side, Duration after);
    void tell_lost(Side side);

    Timeline& time_;
    Seeded& chance_;
    const LineManner manner_;
    const Lost lost_;
    std::array<Way, 2> ways_;
    std::array<std::function<void()>, 2> touched_;
    std::array<bool, 2> touch_due_{};
    std::array<bool, 2> closed_{};
    std::array<bool, 2> knows_{};  // that the line is broken
    bool broken_ = false;
};

}  // namespace rondel::simulator
