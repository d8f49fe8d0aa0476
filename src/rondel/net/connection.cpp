#include "rondel/net/connection.hpp"

#include "rondel/net/delivery.hpp"
#include "rondel/net/intake.hpp"
#include "rondel/net/loss.hpp"
#include "rondel/net/outlet.hpp"
#include "rondel/net/recall.hpp"
#include "rondel/net/scarce_memory.hpp"
#include "rondel/net/starttls.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>

namespace rondel::net {

// Shared with the callbacks under way, which find `owner` gone after the end.
struct Connection::Core : std::enable_shared_from_this<Core> {
    Core(const boost::asio::any_io_executor& executor_, std::unique_ptr<Transport> transport_,
         std::unique_ptr<stream::Stream> stream_, ConnectionOwner& owner_, ConnectionOptions options_)
        : executor(executor_),
          transport(std::move(transport_)),
          stream(std::move(stream_)),
          owner(&owner_),
          options(std::move(options_)),
          recall(executor),
          after_pause(executor),
          intake(options.one_of_many, options.pause),
          outlet(options.write_deadline),
          starttls(options.tls, options.tls_limit) {}

    void start() {
        transport->on_writable([this] { guard([this] { pump(); }); });
        const Instant now = Clock::now();
        if (transport->secure()) stream->secured(transport->facts(), now);
        stream->start(now);
        pump();
    }

    void abandon() {
        owner = nullptr;
        recall.cancel();
        after_pause.cancel();
        starttls.drop();
        transport->close();
        intake.end(executor);
    }

    [[gnu::hot]] void touched() {
        if (pumping || recall.is_soon()) return;
        if (recall.soon([self = shared_from_this()] { self->guard([&] { self->pump(); }); })) return;
        // No memory to come back for what is to be done: the peer then ends its side, and that brings us back.
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
        pumping = false;
        starttls.over();
        recall.forget();
        if (owner == nullptr || finished) return;
        stream->break_off(delivery.untaken(), lack_of_memory(*transport), Clock::now());
        if (std::exchange(given_up, true) || starttls.is_under_way()) cut();
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
        starttls.drop();
        transport->close();
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
        if (starttls.is_wanted()) secure(now);
        arm();
        return is_idle();
    }

    void take_events(Instant now) {
        delivery.run(*stream, owner, ended, now, [this](stream::Event& event) {
            if (auto* over = std::get_if<stream::Closed>(&event)) loss.explain(*over), closed = true;
            if (std::holds_alternative<stream::TlsWanted>(event)) starttls.want();
        });
        if (delivery.is_drained()) intake.was_taken();
        delivery.tell(*stream, owner, now);
    }

    // The stream wants TLS, and has nothing to say or to take until it has it: what came behind was an attempt to slip
    // something in (V32), and has made it close.
    void secure(Instant now) {
        if (starttls.is_under_way() || !stream->output().empty()) return;
        const auto done = [this](std::unique_ptr<Transport> secured, const std::string& why) {
            const auto self = shared_from_this();
            starttls.drop();
            if (owner == nullptr || finished) return;
            guard([&] { go_on_secured(std::move(secured), why); });
        };
        if (starttls.begin(*transport, done)) return;
        loss.why = "TLS is wanted where there cannot be any.";
        lose(now);
        touched();
    }

    void go_on_secured(std::unique_ptr<Transport> secured, const std::string& why) {
        const Instant now = Clock::now();
        if (secured == nullptr) {
            loss.why = "No TLS with " + transport->description() + ": " + why + ".";
            lose(now);
        } else {
            starttls.over();
            transport = std::move(secured);
            transport->on_writable([this] { guard([this] { pump(); }); });
            stream->secured(transport->facts(), now);
        }
        pump();
    }

    bool is_idle() const { return delivery.is_drained() && !intake.is_reading() && !ended && !starttls.is_wanted(); }

    bool holds_back() {
        if (!is_idle() || closed) return intake.goes_on(), false;
        return intake.comes_first(delivery.events(), stream->output().size(), *transport);
    }

    void write(Instant now) {
        if (starttls.is_under_way()) return;
        if (broken) return outlet.close();
        const bool any = outlet.write(*stream, *transport, now, loss.error);
        if (loss.error) lose(now);
        if (!any) return;
        pumping = false;  // what the owner sends now is for another round: touched() is to see to it
        owner->on_written(now);
        pumping = true;
    }

    void read() {
        if (pausing) return;
        const Instant now = Clock::now();
        if (intake.pauses(*transport, now)) return pause(now + intake.pause());
        intake.read(*transport, [this](std::error_code error, std::size_t size) { guard([&] { take(error, size); }); });
    }

    void take(std::error_code error, std::size_t size) {
        const Instant now = Clock::now();
        intake.wakes(now);
        receive(error, size);
        if (go_on()) read_on(now + options.at_a_stretch);
    }

    void pause(Instant until) {
        after_pause.by(until, [self = shared_from_this()] {
            self->pausing = false;
            if (self->owner != nullptr && !self->finished) self->guard([&] { self->has_paused(); });
        });
        pausing = true;
    }

    void has_paused() {
        intake.has_paused();
        if (go_on()) read_on(Clock::now() + options.at_a_stretch);
    }

    // What lies ready: to go back to the loop for each block would be one more call of the kernel. But not for long,
    // for others wait for the loop.
    void read_on(Instant until) {
        while (const std::size_t size = intake.read_now(*transport, until)) {
            receive({}, size);
            if (!go_on()) return;
        }
        read();
    }

    void receive(std::error_code error, std::size_t size) {
        intake.was_read(size);
        const Instant now = Clock::now();
        if (error) broken = true, loss.error = error;
        if (error || size == 0) ended = true;
        if (ended)
            stream->peer_closed(now);
        else if (!closed)
            bytes_read += size, stream->receive(intake.bytes(size), now);
    }

    void lose(Instant now) {
        broken = ended = true;
        starttls.drop();
        stream->peer_closed(now);
    }

    // After Closed: the rest goes out, then our half of the connection ends, and what still comes is read and dropped.
    // Closing with input unread would send a reset, which may overtake the error that the peer should read.
    void wind_up(Instant now) {
        if (starttls.is_under_way()) lose(now);  // nothing can be said in the middle of it
        if (!broken && !stream->output().empty()) return arm();
        if (linger_until == never) {
            if (!broken) transport->end_output();
            linger_until = now + options.linger;
        }
        if (broken || ended || now >= linger_until) return finish();
        if (!intake.is_reading()) read();
        arm();
    }

    void finish() {
        finished = true;
        recall.cancel();
        after_pause.cancel();
        const auto end = [self = shared_from_this()] {
            if (self->owner != nullptr) std::exchange(self->owner, nullptr)->on_finished();
        };
        at_worst_twice([&] { boost::asio::post(executor, end); });
    }

    void arm() {
        const Instant next = std::min({stream->deadline(), outlet.deadline(), linger_until, owner->deadline()});
        if (recall.is_by(next)) return;
        recall.by(next, [self = shared_from_this()] {
            if (self->owner != nullptr && !self->finished) self->guard([&] { self->expire(); });
        });
    }

    void expire() {
        const Instant now = Clock::now();
        if (outlet.is_stuck(now)) loss.why = outlet.why(), lose(now);
        stream->expire(now);
        if (now >= owner->deadline()) owner->expire(now);
        pump();
    }

    boost::asio::any_io_executor executor;
    std::unique_ptr<Transport> transport;
    std::unique_ptr<stream::Stream> stream;
    ConnectionOwner* owner;
    ConnectionOptions options;
    Recall recall;
    Recall after_pause;
    Intake intake;
    Delivery delivery;
    Outlet outlet;
    StartTls starttls;
    Loss loss;
    Instant linger_until = never;  // set when all is said, and our half of the connection at its end
    std::uint64_t bytes_read = 0;
    bool pumping = false;
    bool pausing = false;   // before it looks what has gathered
    bool ended = false;     // nothing more will be read
    bool broken = false;    // nothing more can be written
    bool closed = false;    // the stream has reported Closed
    bool given_up = false;  // for want of memory
    bool finished = false;
};

Connection::Connection(const boost::asio::any_io_executor& executor, std::unique_ptr<Transport> transport,
                       std::unique_ptr<stream::Stream> stream, ConnectionOwner& owner, ConnectionOptions options)
    : stream_(*stream),
      core_(std::make_shared<Core>(executor, std::move(transport), std::move(stream), owner, std::move(options))) {}

Connection::~Connection() { core_->abandon(); }

void Connection::start() { core_->start(); }
[[gnu::hot]] void Connection::touched() { core_->touched(); }
const Transport& Connection::transport() const { return *core_->transport; }
std::uint64_t Connection::bytes_read() const { return core_->bytes_read; }

}  // namespace rondel::net
