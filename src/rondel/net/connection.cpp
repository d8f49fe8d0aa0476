#include "rondel/net/connection.hpp"

#include "rondel/net/input_blocks.hpp"
#include "rondel/net/pace.hpp"
#include "rondel/net/patience.hpp"
#include "rondel/net/scarce_memory.hpp"
#include "rondel/net/socket_transport.hpp"
#include "rondel/net/tls_handshake.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace rondel::net {

namespace {
constexpr Duration at_a_stretch = std::chrono::microseconds(200);
}

// Shared with the callbacks under way, which find `owner` gone after the end.
struct Connection::Core : std::enable_shared_from_this<Core> {
    Core(const boost::asio::any_io_executor& executor_, std::unique_ptr<Transport> transport_,
         std::unique_ptr<stream::Stream> stream_, ConnectionOwner& owner_, ConnectionOptions options_)
        : executor(executor_),
          transport(std::move(transport_)),
          stream(std::move(stream_)),
          owner(&owner_),
          options(std::move(options_)),
          timer(executor) {}

    void start() {
        transport->on_writable([this] { guard([this] { pump(); }); });
        const Instant now = Clock::now();
        if (transport->secure()) stream->secured(transport->facts(), now);
        stream->start(now);
        pump();
    }

    void abandon() {
        owner = nullptr;
        timer.cancel();
        handshake.reset();
        transport->close();
        // Bytes may have come that TLS has not opened yet: it puts them where it was told to, even now.
        if (!reading || buffer == nullptr) return;
        try {
            const auto kept = std::make_shared<std::unique_ptr<InputBlock>>();
            boost::asio::post(executor, [kept] {});
            *kept = std::move(buffer);
        } catch (const std::bad_alloc&) {
            InputBlocks::of_this_thread().bury(std::move(buffer));
        }
    }

    void touched() {
        if (pumping || touch_posted) return;
        try {
            boost::asio::post(executor, [self = shared_from_this()] {
                self->touch_posted = false;
                self->guard([&] { self->pump(); });
            });
            touch_posted = true;
        } catch (const std::bad_alloc&) {
            wake();
        }
    }

    // There is something to do, and no memory to come back for it; but nearly always there is a timer that waits.
    void wake() {
        if (armed_for != never) {
            woken = true;
            timer.cancel();
            return;
        }
        // The peer then ends its side, which brings us back.
        if_memory_lasts([this] { transport->end_output(); }, [this] { transport->close(); });
    }

    // Where a callback of the loop comes in. Memory that is not there ends this connection, and nothing else
    // (docs/decisions/0009-memory.md).
    template <class Work>
    void guard(const Work& work) {
        const auto self = shared_from_this();  // an event may end us
        if_memory_lasts(work, [this] { give_up(); });
    }

    // The stream may be in the middle of something, so it is asked to say why and to end; and if even that cannot be
    // done without memory, or has not helped, there is nothing but to cut the connection.
    void give_up() {
        pumping = securing = false;
        armed_for = never;  // whether the timer was armed is not known
        if (owner == nullptr || finished) return;
        stream->break_off(std::exchange(untaken, stream::Untaken::nothing), lack(), Clock::now());
        if (std::exchange(given_up, true) || handshake != nullptr) cut();
        for (int attempt = 0; attempt < 2; ++attempt) {
            try {
                return pump();
            } catch (const std::bad_alloc&) {
                pumping = false;
                cut();
            }
        }
        if (owner != nullptr && !finished) finish();
    }

    void cut() {
        broken = ended = true;
        handshake.reset();
        transport->close();
    }

    std::string lack() const {
        try {
            return "There was no memory to go on with the connection to " + transport->description() + ".";
        } catch (const std::bad_alloc&) {
            return "No memory.";  // which takes none
        }
    }

    // Everything that can go on, goes on: events, output, the timer, the next read.
    void pump() {
        if (go_on()) read();
    }

    // All but the read; whether that is wanted.
    bool go_on() {
        if (pumping || finished || owner == nullptr) return false;
        pumping = true;
        const auto self = shared_from_this();  // an event may end us
        const Instant now = Clock::now();
        take_events(now);
        if (owner != nullptr && !holds_back()) write(now);
        if (owner != nullptr && broken) take_events(now);  // which shows as Closed
        pumping = false;
        if (owner == nullptr) return false;
        if (closed) return wind_up(now), false;
        if (securing) secure(now);
        arm();
        return drained && !reading && !ended && !securing;
    }

    void take_events(Instant now) {
        drained = false;
        taken = 0;
        while (owner != nullptr && (ended || owner->wants_to_read())) {
            std::optional<stream::Event> event = next_event();
            if (!event) {
                drained = true;
                break;
            }
            if (auto* over = std::get_if<stream::Closed>(&*event)) explain(*over), closed = true;
            if (std::holds_alternative<stream::TlsWanted>(*event)) securing = true;
            hand_over(*event, now);
            ++taken;
        }
        if (drained && !reading && buffer != nullptr) InputBlocks::of_this_thread().give_back(std::move(buffer));
        if (owner != nullptr && drained) owner->on_taken(now);
        if (owner != nullptr && listening != drained) stream->listening(listening = drained, now);
    }

    void hand_over(stream::Event& event, Instant now) {
        try {
            owner->on_event(event, now);
        } catch (const std::bad_alloc&) {
            if (std::holds_alternative<stream::Opened>(event)) untaken = stream::Untaken::opening;
            if (std::holds_alternative<stream::Received>(event)) untaken = stream::Untaken::stanza;
            throw;
        }
    }

    std::optional<stream::Event> next_event() {
        try {
            return stream->next_event();
        } catch (const std::bad_alloc&) {
            untaken = stream::Untaken::unread;
            throw;
        }
    }

    // The stream knows only that the transport ended.
    void explain(stream::Closed& over) const {
        if (over.cause != stream::CloseCause::connection_lost) return;
        try {
            if (!trouble.empty())
                over.why = trouble;
            else if (error_of_transport)
                over.why += " (" + error_of_transport.message() + ")";
        } catch (const std::bad_alloc&) {
            return;  // it is the end all the same
        }
    }

    // The stream wants TLS, and has nothing to say or to take until it has it: what came behind was an attempt to slip
    // something in (V32), and has made it close.
    void secure(Instant now) {
        if (handshake != nullptr || !stream->output().empty()) return;
        std::optional<boost::asio::ip::tcp::socket> socket;
        if (options.tls != nullptr) socket = take_socket(*transport);
        if (!socket) {
            trouble = "TLS is wanted where there cannot be any.";
            lose(now);
            return touched();
        }
        TlsHandshakeOptions how;
        how.limit = options.tls_limit;
        handshake = std::make_unique<TlsHandshake>(std::move(*socket), options.tls, how,
                                                   [this](std::unique_ptr<Transport> secured, const std::string& why) {
                                                       const auto self = shared_from_this();
                                                       handshake.reset();
                                                       if (owner == nullptr || finished) return;
                                                       guard([&] { go_on_secured(std::move(secured), why); });
                                                   });
    }

    void go_on_secured(std::unique_ptr<Transport> secured, const std::string& why) {
        const Instant now = Clock::now();
        if (secured == nullptr) {
            trouble = "No TLS with " + transport->description() + ": " + why + ".";
            lose(now);
        } else {
            securing = false;
            transport = std::move(secured);
            transport->on_writable([this] { guard([this] { pump(); }); });
            stream->secured(transport->facts(), now);
        }
        pump();
    }

    bool holds_back() {
        const bool idle = drained && !reading && !ended && !closed && !securing;
        if (!idle) return pace.goes_on(), false;
        return pace.holds_back(taken, stream->output().size(), [this] { return transport->pending(); });
    }

    void write(Instant now) {
        if (handshake != nullptr) return;
        bool progress = false;
        while (!broken && !stream->output().empty()) {
            const Result<std::size_t> written = transport->write(stream->output());
            if (!written) {
                error_of_transport = written.error();
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
        pumping = false;  // what the owner sends now is for another round: touched() is to see to it
        owner->on_written(now);
        pumping = true;
    }

    std::span<char> memory() {
        if (buffer == nullptr) buffer = InputBlocks::of_this_thread().take(pace.room());
        return buffer->bytes;
    }

    void read() {
        reading = true;
        const auto done = [this](std::error_code error, std::size_t size) {
            reading = false;
            guard([&] { take(error, size); });
        };
        if (options.one_of_many)
            transport->read_into([this] { return memory(); }, done);
        else
            transport->read(memory(), done);
    }

    // What was read, and what lies ready behind it: to go back to the loop for each block would be one more call of the
    // kernel. But not for long, for others wait for the loop.
    void take(std::error_code error, std::size_t size) {
        const Instant now = Clock::now();
        patience.wakes(now);
        for (const Instant until = now + at_a_stretch;;) {
            receive(error, size);
            if (!go_on()) return;
            if ((size = read_now(until)) == 0) return read();
        }
    }

    void receive(std::error_code error, std::size_t size) {
        pace.was_read(size, buffer == nullptr ? 0 : buffer->bytes.size());
        const Instant now = Clock::now();
        if (error) broken = true, error_of_transport = error;
        if (error || size == 0) ended = true;
        if (ended)
            stream->peer_closed(now);
        else if (!closed)
            bytes_read += size, stream->receive({buffer->bytes.data(), size}, now);
    }

    // What lies ready, or comes before it would be worth sleeping; 0: nothing, or there is no more time.
    std::size_t read_now(Instant until) {
        if (options.one_of_many) return 0;
        const Instant since = Clock::now();
        Instant now = since;
        bool looks = pace.was_full() || patience.looks();
        while (looks && now < until) {
            const std::optional<std::size_t> size = transport->read_now(memory());
            if (!size) break;
            if (*size != 0) {
                if (now != since) patience.found();  // at the first look it lay there already
                return *size;
            }
            now = Clock::now();
            looks = patience.looks() && patience.goes_on(now - since);
        }
        if (now < until) patience.sleeps(since);  // else the loop only has its turn
        return 0;
    }

    void lose(Instant now) {
        broken = ended = true;
        handshake.reset();
        stream->peer_closed(now);
    }

    // After Closed: the rest goes out, then our half of the connection ends, and what still comes is read and dropped.
    // Closing with input unread would send a reset, which may overtake the error that the peer should read.
    void wind_up(Instant now) {
        if (handshake != nullptr) lose(now);  // nothing can be said in the middle of it
        if (!broken && !stream->output().empty()) return arm();
        if (!output_ended && !broken) transport->end_output();
        if (!std::exchange(output_ended, true)) linger_until = now + options.linger;
        if (broken || ended || now >= linger_until) return finish();
        if (!reading) read();
        arm();
    }

    void finish() {
        finished = true;
        timer.cancel();
        const auto end = [self = shared_from_this()] {
            if (self->owner != nullptr) std::exchange(self->owner, nullptr)->on_finished();
        };
        at_worst_twice([&] { boost::asio::post(executor, end); });
    }

    Instant next_deadline() const {
        return std::min({stream->deadline(), write_until, linger_until, owner->deadline()});
    }

    void arm() {
        const Instant next = next_deadline();
        if (next >= armed_for) return;  // it fires early at worst, and is armed anew then: deadlines mostly move away
        timer.expires_at(next);
        armed_for = next;
        timer.async_wait([this, self = shared_from_this()](boost::system::error_code error) {
            if (error && !std::exchange(woken, false)) return;
            if (owner == nullptr || finished) return;
            armed_for = never;
            guard([this] { expire(); });
        });
    }

    void expire() {
        const Instant now = Clock::now();
        if (now >= write_until) {
            trouble =
                fmt::format("The other side stopped reading: in {} ms it took nothing of what was to be written.",
                            std::chrono::duration_cast<std::chrono::milliseconds>(options.write_deadline).count());
            lose(now);
        }
        stream->expire(now);
        if (now >= owner->deadline()) owner->expire(now);
        pump();
    }

    boost::asio::any_io_executor executor;
    std::unique_ptr<Transport> transport;
    std::unique_ptr<stream::Stream> stream;
    ConnectionOwner* owner;
    ConnectionOptions options;
    std::unique_ptr<TlsHandshake> handshake;
    std::string trouble;  // a sentence about what became of the transport
    std::error_code error_of_transport;
    boost::asio::steady_timer timer;
    Instant write_until = never;
    Instant linger_until = never;
    Instant armed_for = never;
    std::uint64_t bytes_read = 0;
    bool pumping = false;
    bool touch_posted = false;
    bool woken = false;  // the timer is to come, though its time has not
    bool reading = false;
    bool listening = true;  // what the stream believes of us
    bool securing = false;  // the stream waits for TLS
    bool drained = false;   // the stream has no event left in the bytes that it was given
    bool ended = false;     // nothing more will be read
    bool broken = false;    // nothing more can be written
    bool closed = false;    // the stream has reported Closed
    bool given_up = false;  // for want of memory
    stream::Untaken untaken = stream::Untaken::nothing;
    bool output_ended = false;
    bool finished = false;
    Pace pace;
    Patience patience;
    std::size_t taken = 0;               // events of what was read last
    std::unique_ptr<InputBlock> buffer;  // while there is something in it, or to come into it
};

Connection::Connection(const boost::asio::any_io_executor& executor, std::unique_ptr<Transport> transport,
                       std::unique_ptr<stream::Stream> stream, ConnectionOwner& owner, ConnectionOptions options)
    : core_(std::make_shared<Core>(executor, std::move(transport), std::move(stream), owner, std::move(options))) {}

Connection::~Connection() { core_->abandon(); }

void Connection::start() { core_->start(); }
void Connection::touched() { core_->touched(); }
stream::Stream& Connection::stream() { return *core_->stream; }
const stream::Stream& Connection::stream() const { return *core_->stream; }
const Transport& Connection::transport() const { return *core_->transport; }
std::uint64_t Connection::bytes_read() const { return core_->bytes_read; }

}  // namespace rondel::net
