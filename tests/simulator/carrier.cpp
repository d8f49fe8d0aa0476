#include "tests/simulator/carrier.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rondel::simulator {

namespace {

// What passes for a TLS handshake: so many bytes of each side, the caller's first. They can be cut and lost like
// others.
constexpr std::size_t hello = 300;
constexpr std::size_t most_read = 16 * 1024;

const stream::TlsFacts& facts() {
    static const stream::TlsFacts known{.bindings = {{"tls-exporter", "exported"}}};
    return known;
}

}  // namespace

struct Carrier::Core : std::enable_shared_from_this<Core> {
    Core(Timeline& time_, std::shared_ptr<Line> line_, Side side_, std::unique_ptr<stream::Stream> stream_,
         net::ConnectionOwner& owner_, CarrierOptions options_)
        : time(time_),
          line(std::move(line_)),
          side(side_),
          stream(std::move(stream_)),
          owner(&owner_),
          options(options_) {}

    void start() {
        line->attach(side, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->pump();
        });
        stream->start(time.now());
        pump();
    }

    void abandon() {
        owner = nullptr;
        line->close(side);
    }

    void touched() {
        if (pumping || std::exchange(touch_due, true)) return;
        time.soon([weak = weak_from_this()] {
            const auto self = weak.lock();
            if (self == nullptr) return;
            self->touch_due = false;
            self->pump();
        });
    }

    void pump() {
        if (pumping || finished || owner == nullptr) return;
        pumping = true;
        const auto self = shared_from_this();
        const Instant now = time.now();
        take_events(now);
        if (owner != nullptr) write(now);
        if (owner != nullptr && broken) take_events(now);
        bool again = false;
        if (owner != nullptr && !closed) {
            if (securing)
                again = secure(now);
            else if (drained && !ended)
                again = read(now);
        }
        pumping = false;
        if (owner == nullptr) return;
        if (closed) return wind_up(now);
        if (again) touched();
        arm();
    }

    void take_events(Instant now) {
        drained = false;
        while (owner != nullptr && (ended || owner->wants_to_read())) {
            std::optional<stream::Event> event = stream->next_event();
            if (!event) {
                drained = true;
                break;
            }
            if (std::holds_alternative<stream::Closed>(*event)) closed = true;
            if (std::holds_alternative<stream::TlsWanted>(*event)) securing = true, hello_said = hello_heard = 0;
            owner->on_event(*event, now);
        }
        if (owner != nullptr && drained) owner->on_taken(now);
        if (owner != nullptr && listening != drained) stream->listening(listening = drained, now);
    }

    // True: go on at once.
    bool secure(Instant now) {
        if (!stream->output().empty()) return false;
        if (securing_until == never) securing_until = now + options.tls_limit;
        const bool first = side == Side::caller;
        if (hello_said < hello && (first || hello_heard == hello)) {
            const Result<std::size_t> count = line->write(side, std::string(hello - hello_said, '\x16'));
            if (!count) return lose(now), true;
            hello_said += *count;
        }
        const bool heard_first = !first || hello_said == hello;
        if (hello_heard < hello && heard_first) {
            switch (line->read(side, hello - hello_heard, buffer)) {
                case Line::Piece::none:
                    return false;
                case Line::Piece::bytes:
                    hello_heard += buffer.size();
                    return true;
                default:
                    return lose(now), true;
            }
        }
        if (hello_said < hello) return false;
        securing = false;
        securing_until = never;
        stream->secured(facts(), now);
        return true;
    }

    void write(Instant now) {
        if (hello_said > 0 && securing) return;
        bool progress = false;
        while (!broken && !stream->output().empty()) {
            const Result<std::size_t> written = line->write(side, stream->output());
            if (!written) {
                lose(now);
                break;
            }
            if (*written == 0) break;
            stream->wrote(*written);
            progress = true;
        }
        if (broken || stream->output().empty())
            write_until = never;
        else if (progress || write_until == never)
            write_until = now + options.write_deadline;
        if (!progress) return;
        pumping = false;
        owner->on_written(now);
        pumping = true;
    }

    bool read(Instant now) {
        switch (line->read(side, most_read, buffer)) {
            case Line::Piece::none:
                return false;
            case Line::Piece::bytes:
                stream->receive(std::string_view(buffer), now);
                return true;
            case Line::Piece::broken:
                broken = true;
                [[fallthrough]];
            case Line::Piece::end:
                ended = true;
                stream->peer_closed(now);
                return true;
        }
        return false;
    }

    void lose(Instant now) {
        broken = ended = true;
        securing = false;
        securing_until = never;
        stream->peer_closed(now);
    }

    void wind_up(Instant now) {
        if (!broken && !stream->output().empty()) return arm();
        if (!output_ended && !broken) line->end_output(side);
        if (!std::exchange(output_ended, true)) linger_until = now + options.linger;
        while (!broken && !ended) {
            const Line::Piece piece = line->read(side, most_read, buffer);
            if (piece == Line::Piece::none) break;
            if (piece == Line::Piece::bytes) line->forgo(side, buffer);
            broken = broken || piece == Line::Piece::broken;
            ended = ended || piece != Line::Piece::bytes;
        }
        if (broken || ended || now >= linger_until) return finish();
        arm();
    }

    void finish() {
        finished = true;
        time.soon([weak = weak_from_this()] {
            const auto self = weak.lock();
            if (self != nullptr && self->owner != nullptr) std::exchange(self->owner, nullptr)->on_finished();
        });
    }

    void arm() {
        const Instant next =
            std::min({stream->deadline(), write_until, linger_until, securing_until, owner->deadline()});
        if (next >= armed_for) return;
        armed_for = next;
        time.at(next, [weak = weak_from_this(), next] {
            const auto self = weak.lock();
            if (self == nullptr || self->owner == nullptr || self->finished || self->armed_for != next) return;
            self->armed_for = never;
            self->expire();
        });
    }

    void expire() {
        const Instant now = time.now();
        if (now >= write_until || now >= securing_until) lose(now);
        stream->expire(now);
        if (now >= owner->deadline()) owner->expire(now);
        pump();
    }

    Timeline& time;
    std::shared_ptr<Line> line;
    const Side side;
    std::unique_ptr<stream::Stream> stream;
    net::ConnectionOwner* owner;
    const CarrierOptions options;
    std::string buffer;
    std::size_t hello_said = 0, hello_heard = 0;
    Instant write_until = never, linger_until = never, securing_until = never, armed_for = never;
    bool pumping = false, touch_due = false, listening = true, securing = false, drained = false;
    bool ended = false, broken = false, closed = false, output_ended = false, finished = false;
};

Carrier::Carrier(Timeline& time, std::shared_ptr<Line> line, Side side, std::unique_ptr<stream::Stream> stream,
                 net::ConnectionOwner& owner, CarrierOptions options)
    : core_(std::make_shared<Core>(time, std::move(line), side, std::move(stream), owner, options)) {}

Carrier::~Carrier() { core_->abandon(); }

void Carrier::start() { core_->start(); }
void Carrier::touched() { core_->touched(); }
stream::Stream& Carrier::stream() { return *core_->stream; }
const stream::Stream& Carrier::stream() const { return *core_->stream; }
Line& Carrier::line() { return *core_->line; }

}  // namespace rondel::simulator
