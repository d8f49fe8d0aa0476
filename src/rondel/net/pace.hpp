// How much a connection reads at once, and whether what it has to write waits meanwhile
// (docs/decisions/0010-fewer-wake-ups.md). Inside the floor.
#pragma once

#include <cstddef>

namespace rondel::net {

class Pace {
  public:
    // Bytes to read at once. Who takes all that there is lets the other side run dry; but while much is on its way, to
    // go back for each 16 KiB of it costs more than it is worth.
    static constexpr std::size_t usual = 16 * 1024;
    static constexpr std::size_t large = 64 * 1024;
    std::size_t room() const { return room_; }

    void was_read(std::size_t bytes, std::size_t room) {
        read_ = bytes;
        full_ = bytes == room;
    }

    bool was_full() const { return full_; }  // then more may well lie ready

    // When all that was read is handled, and came to so many events. Whether the next block is read before anything is
    // written: to write wakes the other side, which costs as much as ten stanzas or more, and while it has sent so much
    // that it will not run dry meanwhile, it can wait. But not if a block holds next to no stanzas: then waking is
    // little beside the rest, and both sides had better work at once.
    //
    // `pending()` is how many bytes more lie ready; it is asked after a full block only.
    template <class Pending>
    bool holds_back(std::size_t events, std::size_t unwritten, const Pending& pending) {
        const std::size_t to_come = full_ ? pending() : read_;
        room_ = to_come >= worth_a_large_one ? large : usual;
        return full_ && events > few && to_come >= enough && unwritten < most_held;
    }
    void goes_on() { room_ = usual; }  // where that is no question

  private:
    static constexpr std::size_t few = 4;
    static constexpr std::size_t worth_a_large_one = 24 * 1024;
    static constexpr std::size_t enough = 64 * 1024;
    static constexpr std::size_t most_held = 128 * 1024;

    std::size_t room_ = usual;
    std::size_t read_ = 0;
    bool full_ = false;
};

}  // namespace rondel::net
