#include "tests/simulator/line.hpp"

#include <algorithm>
#include <utility>

namespace rondel::simulator {

Line::Line(Timeline& time, Seeded& chance, LineManner manner, Lost lost)
    : time_(time), chance_(chance), manner_(manner), lost_(std::move(lost)) {}

Line::~Line() {
    for (const Side side : {Side::caller, Side::server}) tell_lost(side);
}

void Line::attach(Side side, std::function<void()> touched) {
    touched_[static_cast<std::size_t>(side)] = std::move(touched);
}

// ---- as a program sees it ----

Result<std::size_t> Line::write(Side side, std::string_view bytes) {
    Way& way = from(side);
    if (knows_[static_cast<std::size_t>(side)]) return std::make_error_code(std::errc::connection_reset);
    if (way.ended && !broken_) return std::make_error_code(std::errc::broken_pipe);
    const std::size_t room = manner_.window - std::min(manner_.window, way.size());
    std::size_t count = std::min(bytes.size(), room);
    if (manner_.in_pieces && count > 1 && chance_.one_in(8)) count = chance_.between(1, count);
    if (count == 0) return count;
    way.bytes.append(bytes.substr(0, count));
    if (watch) watch(side, bytes.substr(0, count));
    time_.note(count << 3 | static_cast<std::size_t>(side) << 2 | 1U);
    carry(side, count);
    return count;
}

void Line::carry(Side side, std::size_t count) {
    Way& way = from(side);
    if (broken_ || way.vanishes) return;
    if (closed(other(side))) return learn(side, manner_.latency);  // nobody is there: a reset comes back
    Duration takes = manner_.latency + chance_.up_to(manner_.jitter);
    if (manner_.bytes_per_second != 0) {  // one byte behind the other, however they were written
        way.free = std::max(way.free, time_.now()) +
                   std::chrono::nanoseconds(count * 1'000'000'000 / manner_.bytes_per_second);
        takes += way.free - time_.now();
    }
    if (manner_.lossy != 0 && chance_.one_in(manner_.lossy)) takes += manner_.resent_after;
    way.last = std::max(way.last, time_.now() + takes);
    time_.at(way.last, [weak = weak_from_this(), side, count] {
        if (const auto self = weak.lock()) self->arrive(side, count);
    });
}

void Line::arrive(Side side, std::size_t count) {
    Way& way = from(side);
    if (broken_ || way.vanishes) return;
    if (closed(other(side))) return learn(side, manner_.latency);
    if (way.left && *way.left < count) {
        way.arrived += *way.left;
        return cut(manner_.latency, manner_.latency);
    }
    if (way.left) *way.left -= count;
    way.arrived += count;
    touch(other(side));
}

Line::Piece Line::read(Side side, std::size_t most, std::string& into) {
    Way& way = from(other(side));
    into.clear();
    if (way.arrived > 0) {
        if (way.readable > time_.now()) {
            touch(side, way.readable - time_.now());
            return Piece::none;
        }
        std::size_t count = std::min(way.arrived, most);
        if (manner_.in_pieces && chance_.one_in(2)) count = chance_.between(1, count);
        if (time_.now() < way.trickles) {
            count = 1;
            way.readable = time_.now() + std::chrono::seconds(1);
        }
        into.assign(way.bytes, way.begin, count);
        way.begin += count;
        way.arrived -= count;
        if (way.begin > way.bytes.size() / 2) way.bytes.erase(0, std::exchange(way.begin, 0));
        way.seen += into;
        if (way.seen.size() > 64 * 1024) way.seen.erase(0, way.seen.size() - 32 * 1024);
        time_.note(count << 3 | static_cast<std::size_t>(side) << 2 | 2U);
        touch(other(side), manner_.latency);  // its window is open again
        return Piece::bytes;
    }
    if (knows_[static_cast<std::size_t>(side)]) return Piece::broken;
    if (way.end_arrived) return Piece::end;
    return Piece::none;
}

void Line::forgo(Side side, std::string_view bytes) { from(other(side)).dropped += bytes; }

void Line::forgo_read(Side side) { from(other(side)).dropped += from(other(side)).seen; }

void Line::end_output(Side side) {
    Way& way = from(side);
    if (std::exchange(way.ended, true) || broken_ || way.vanishes) return;
    way.last = std::max(way.last, time_.now() + manner_.latency);
    time_.at(way.last, [weak = weak_from_this(), side] {
        const auto self = weak.lock();
        if (self == nullptr || self->broken_ || self->from(side).vanishes) return;
        self->from(side).end_arrived = true;
        self->touch(other(side));
    });
}

void Line::close(Side side) {
    if (std::exchange(closed(side), true)) return;
    touched_[static_cast<std::size_t>(side)] = nullptr;
    time_.note(3);
    if (broken_) return;
    if (from(other(side)).arrived > 0) return learn(other(side), manner_.latency);
    end_output(side);
}

// ---- what becomes of it ----

void Line::cut(Duration caller_learns, Duration server_learns) {
    if (broken_) return;
    broken_ = true;
    time_.note(4);
    for (Way& way : ways_) way.end_arrived = false;
    learn(Side::caller, caller_learns);
    learn(Side::server, server_learns);
}

void Line::cut_after(Side side, std::size_t bytes) { from(side).left = bytes; }

void Line::vanish(Side side) {
    from(side).vanishes = true;
    time_.note(5);
}

void Line::stall(Side side, Duration duration) {
    from(side).readable = std::max(from(side).readable, time_.now() + duration);
    time_.note(6);
}

void Line::trickle(Side side, Duration duration) {
    from(side).trickles = std::max(from(side).trickles, time_.now() + duration);
    time_.note(7);
}

void Line::end_half(Side side) { end_output(side); }

// ---- between ----

void Line::learn(Side side, Duration after) {
    if (after == Duration::max()) return;
    time_.after(after, [weak = weak_from_this(), side] {
        const auto self = weak.lock();
        if (self == nullptr) return;
        self->knows_[static_cast<std::size_t>(side)] = true;
        self->broken_ = true;
        self->touch(side);
    });
}

void Line::touch(Side side, Duration delay) {
    const auto place = static_cast<std::size_t>(side);
    if (touched_[place] == nullptr) return;
    if (delay == Duration::zero() && std::exchange(touch_due_[place], true)) return;
    time_.after(delay, [weak = weak_from_this(), place, delay] {
        const auto self = weak.lock();
        if (self == nullptr) return;
        if (delay == Duration::zero()) self->touch_due_[place] = false;
        if (self->touched_[place]) std::function<void()>(self->touched_[place])();
    });
}

// What was read of a stanza that never became whole counts as lost with the rest of it.
void Line::tell_lost(Side side) {
    Way& way = from(side);
    if (!lost_) return;
    std::string text = way.dropped;
    std::size_t begun = 0;
    for (const std::string_view name : {"<message", "<iq", "<presence"})
        if (const std::size_t at = way.seen.rfind(name); at != std::string::npos) begun = std::max(begun, at);
    text.append(way.seen, begun);
    text.append(way.bytes, way.begin);
    lost_(side, text);
}

}  // namespace rondel::simulator
