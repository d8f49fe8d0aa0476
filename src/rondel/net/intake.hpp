// How a connection takes in what comes: into which memory, how much at once (Pace), whether it looks for more before it
// sleeps (Patience), and whether it is to be woken by the next bytes (Gathering). Inside the floor.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/net/gathering.hpp"
#include "rondel/net/input_blocks.hpp"
#include "rondel/net/pace.hpp"
#include "rondel/net/patience.hpp"
#include "rondel/net/transport.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

namespace rondel::net {

// Owns: the block that is read into, while there is something in it, or to come into it.   Threads: one.
class Intake {
  public:
    // `one_of_many`: it waits for bytes without memory for them (ConnectionOptions).
    Intake(bool one_of_many, Duration pause)
        : one_of_many_(one_of_many), gathering_(one_of_many ? Duration::zero() : pause) {}

    template <class Done>
    void read(Transport& transport, const Done& done) {
        is_reading_ = true;
        const auto came = [this, done](std::error_code error, std::size_t size) {
            is_reading_ = false;
            done(error, size);
        };
        if (one_of_many_)
            transport.read_into([this] { return memory(); }, came);
        else
            transport.read(memory(), came);
    }
    bool is_reading() const { return is_reading_; }

    void wakes(Instant now) { patience_.wakes(now); }  // a read is done that had to be waited for
    void was_read(std::size_t size) {
        pace_.was_read(size, block_ == nullptr ? 0 : block_->bytes.size());
        gathering_.was_read(size);
    }
    std::string_view bytes(std::size_t size) const { return {block_->bytes.data(), size}; }
    void was_taken() {
        if (block_ != nullptr && !is_reading_) InputBlocks::of_this_thread().give_back(std::move(block_));
    }

    // What lies ready, or comes before it would be worth sleeping; 0: nothing, or there is no more time.
    std::size_t read_now(Transport& transport, Instant until) {
        if (one_of_many_) return 0;
        const Instant since = Clock::now();
        Instant now = since;
        bool looks = std::exchange(has_paused_, false) || pace_.was_full() || patience_.looks();
        while (looks && now < until) {
            const std::optional<std::size_t> size = transport.read_now(memory());
            if (!size) break;
            if (*size != 0) {
                if (now != since) patience_.found(now - since);  // at the first look it lay there already
                return *size;
            }
            now = Clock::now();
            looks = patience_.looks() && patience_.goes_on(now - since);
        }
        if (now < until) patience_.sleeps(since);  // else the loop only has its turn
        return 0;
    }

    // Whether it is to pause, rather than to read(), and then to look what has gathered.
    bool pauses(Transport& transport, Instant now) {
        const bool wants = gathering_.pauses(now);
        if (wants != wakes_late_ && transport.wakes_from(wants ? late : 1)) wakes_late_ = wants;
        if (wants && !wakes_late_) gathering_ = Gathering(Duration::zero());  // that transport cannot
        return wakes_late_;
    }
    Duration pause() const { return gathering_.pause(); }
    void has_paused() { has_paused_ = true; }

    // Whether more is read before what is to be written goes out, when all that was read came to so many events.
    bool comes_first(std::size_t events, std::size_t unwritten, const Transport& transport) {
        return pace_.holds_back(events, unwritten, [&] { return transport.pending(); });
    }
    void goes_on() { pace_.goes_on(); }  // where that is no question

    // The connection is at its end, maybe in the middle of a read. Bytes may have come that TLS has not opened yet: it
    // puts them where it was told to, even now.
    void end(const boost::asio::any_io_executor& executor);

  private:
    static constexpr std::size_t late = 8 * Gathering::small;

    std::span<char> memory() {
        if (block_ == nullptr) block_ = InputBlocks::of_this_thread().take(pace_.room());
        return block_->bytes;
    }

    bool one_of_many_;
    bool is_reading_ = false;
    Pace pace_;
    Patience patience_;
    Gathering gathering_;
    bool wakes_late_ = false;  // the transport tells of so many bytes only, or of the end
    bool has_paused_ = false;
    std::unique_ptr<InputBlock> block_;
};

}  // namespace rondel::net
