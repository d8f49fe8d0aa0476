#include "rondel/net/connection.hpp"

#include "rondel/net/socket_transport.hpp"
#include "rondel/net/tls_handshake.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace rondel::net {

namespace {

using Block = std::array<char, 16 * 1024>;  // larger ones leave the cache before they are parsed

// What connections of one thread read into, one after the other. A connection that waits for bytes has none; one that
// is not done with them keeps its own.
class Blocks {
  public:
    static Blocks& of_this_thread() {
        static thread_local Blocks blocks;
        return blocks;
    }
    std::unique_ptr<Block> take() {
        if (spare_.empty()) return std::make_unique_for_overwrite<Block>();
        std::unique_ptr<Block> block = std::move(spare_.back());
        spare_.pop_back();
        return block;
    }
    void give_back(std::unique_ptr<Block> block) {
        if (spare_.size() < most_spare) spare_.push_back(std::move(block));
    }

  private:
    static constexpr std::size_t most_spare = 4;
    std::vector<std::unique_ptr<Block>> spare_;
};

}  // namespace

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
        transport->on_writable([this] { pump(); });
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
        if (reading && buffer != nullptr) boost::asio::post(executor, [block = std::move(buffer)] {});
    }

    void touched() {
        if (pumping || touch_posted) return;
        touch_posted = true;
        boost::asio::post(executor, [self = shared_from_this()] {
            self->touch_posted = false;
            self->pump();
        });
    }

    // Everything that can go on, goes on: events, output, the next read, the timer.
    void pump() {
        if (pumping || finished || owner == nullptr) return;
        pumping = true;
        const auto self = shared_from_this();  // an event may end us
        const Instant now = Clock::now();
        take_events(now);
        if (owner != nullptr && !holds_back()) write(now);
        if (owner != nullptr && broken) take_events(now);  // which shows as Closed
        pumping = false;
        if (owner == nullptr) return;
        if (closed) return wind_up(now);
        if (securing)
            secure(now);
        else if (drained && !reading && !ended)
            read();
        arm();
    }

    void take_events(Instant now) {
        drained = false;
        taken = 0;
        while (owner != nullptr && (ended || owner->wants_to_read())) {
            std::optional<stream::Event> event = stream->next_event();
            if (!event) {
                drained = true;
                break;
            }
            if (auto* over = std::get_if<stream::Closed>(&*event)) explain(*over), closed = true;
            if (std::holds_alternative<stream::TlsWanted>(*event)) securing = true;
            owner->on_event(*event, now);
            ++taken;
        }
        if (drained && !reading && buffer != nullptr) Blocks::of_this_thread().give_back(std::move(buffer));
        if (owner != nullptr && drained) owner->on_taken(now);
        if (owner != nullptr && listening != drained) stream->listening(listening = drained, now);
    }

    // The stream knows only that the transport ended.
    void explain(stream::Closed& over) const {
        if (over.cause != stream::CloseCause::connection_lost) return;
        if (!trouble.empty())
            over.why = trouble;
        else if (error_of_transport)
            over.why += " (" + error_of_transport.message() + ")";
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
        handshake = std::make_unique<TlsHandshake>(
            std::move(*socket), options.tls, how, [this](std::unique_ptr<Transport> secured, const std::string& why) {
                const auto self = shared_from_this();
                handshake.reset();
                if (owner == nullptr || finished) return;
                const Instant then = Clock::now();
                if (secured == nullptr) {
                    trouble = "No TLS with " + transport->description() + ": " + why + ".";
                    lose(then);
                } else {
                    securing = false;
                    transport = std::move(secured);
                    transport->on_writable([this] { pump(); });
                    stream->secured(transport->facts(), then);
                }
                pump();
            });
    }

    // To write wakes the other side, which costs as much as ten stanzas or more. While it has sent so much that it will
    // not run dry meanwhile, what it is to get waits for a few more blocks of that; but not if a block holds next to no
    // stanzas: then waking is little beside the rest, and both sides had better work at once.
    bool holds_back() const {
        constexpr std::size_t most_held = 128 * 1024;
        constexpr std::size_t enough_to_come = 64 * 1024;
        constexpr std::size_t few = 4;
        return last_read == sizeof(Block) && taken > few && drained && !ended && !closed && !securing && !reading &&
               stream->output().size() < most_held && transport->pending() >= enough_to_come;
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

    void read() {
        reading = true;
        const auto memory = [this]() -> std::span<char> {
            if (buffer == nullptr) buffer = Blocks::of_this_thread().take();
            return *buffer;
        };
        const auto done = [this](std::error_code error, std::size_t size) {
            reading = false;
            last_read = size;
            const Instant now = Clock::now();
            if (error) broken = true, error_of_transport = error;
            if (error || size == 0) ended = true;
            if (ended)
                stream->peer_closed(now);
            else if (!closed)
                bytes_read += size, stream->receive({buffer->data(), size}, now);
            pump();
        };
        if (options.one_of_many)
            transport->read_into(memory, done);
        else
            transport->read(memory(), done);
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
        boost::asio::post(executor, [self = shared_from_this()] {
            if (self->owner != nullptr) std::exchange(self->owner, nullptr)->on_finished();
        });
    }

    Instant next_deadline() const {
        return std::min({stream->deadline(), write_until, linger_until, owner->deadline()});
    }

    void arm() {
        const Instant next = next_deadline();
        if (next >= armed_for) return;  // it fires early at worst, and is armed anew then: deadlines mostly move away
        armed_for = next;
        timer.expires_at(next);
        timer.async_wait([this, self = shared_from_this()](boost::system::error_code error) {
            if (error || owner == nullptr || finished) return;
            armed_for = never;
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
        });
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
    bool reading = false;
    bool listening = true;  // what the stream believes of us
    bool securing = false;  // the stream waits for TLS
    bool drained = false;   // the stream has no event left in the bytes that it was given
    bool ended = false;     // nothing more will be read
    bool broken = false;    // nothing more can be written
    bool closed = false;    // the stream has reported Closed
    bool output_ended = false;
    bool finished = false;
    std::size_t last_read = 0;
    std::size_t taken = 0;  // events of what was read last
    std::unique_ptr<Block> buffer;  // while there is something in it, or to come into it
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
