// A jam: somebody takes stanzas more slowly than they come. Whoever sends more of them is not read from for a while, so
// that the pressure reaches them through their own connection; not for ever, as they may have something to say to
// others, too (docs/decisions/0008-who-waits-for-whom.md).
//
//   receiver: Intake ──owns──▶ Jam ◀──waits for── Restraint: sender
#pragma once

#include "rondel/base/time.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace rondel::server {

struct JamLimits {
    std::size_t high_water = 1024 * 1024;         // bytes waiting for one receiver, above which senders wait …
    std::size_t low_water = 256 * 1024;           // … until it is no more than these
    std::size_t most = 4 * 1024 * 1024;           // above these, stanzas are answered with resource-constraint
    Duration patience = std::chrono::seconds(2);  // so long a jam holds senders back; zero: never
};

// From high water to low water. Shared by both sides.
class Jam {
  public:
    explicit Jam(Duration patience) : patience_(patience) {}
    bool is_over() const { return over_; }

  private:
    friend class Intake;
    friend class Restraint;
    Duration patience_;
    Instant until_ = never;  // counted from the first who waits
    bool over_ = false;
    std::vector<std::weak_ptr<const std::function<void()>>> waiting_;
};

// How far a receiver is behind.   Owns: its jam.   Threads: one at a time.
class Intake {
  public:
    explicit Intake(const JamLimits& limits) : limits_(limits) {}
    ~Intake() { end(); }  // nobody waits for the dead
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;

    void measure(std::size_t waiting) {  // bytes
        if (jam_ == nullptr ? waiting > limits_.high_water : waiting <= limits_.low_water) turn();
    }
    bool has_room(std::size_t waiting) const { return waiting <= limits_.most; }
    const std::shared_ptr<Jam>& jam() const { return jam_; }  // nullptr: it keeps up

  private:
    void turn();
    void end();

    const JamLimits limits_;
    std::shared_ptr<Jam> jam_;
};

// What keeps a sender from being read.   Threads: one at a time.
class Restraint {
  public:
    explicit Restraint(std::function<void()> go_on)  // called, perhaps from within somebody else's call, at the end
        : go_on_(std::make_shared<const std::function<void()>>(std::move(go_on))) {}
    Restraint(const Restraint&) = delete;
    Restraint& operator=(const Restraint&) = delete;

    // Until the jam is over, or has held people back for long enough. nullptr, or one that has: does nothing.
    void wait_for(const std::shared_ptr<Jam>& jam, Instant now);
    bool is_waiting() const { return jam_ != nullptr && !jam_->is_over(); }
    Instant deadline() const { return is_waiting() ? jam_->until_ : never; }
    void expire(Instant now);  // call when deadline() has passed; does not call `go_on`

  private:
    std::shared_ptr<const std::function<void()>> go_on_;
    std::shared_ptr<Jam> jam_;
};

}  // namespace rondel::server
