// The side of an entity that its host sees: what came in, what went out, what time it is. Handlers never do.
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/service/lifecycle.hpp"
#include "rondel/service/link.hpp"

#include <optional>

namespace rondel {

// Owns: routers, requests, the queue, running handlers. Borrows: the link, between opened() and lost().   Threads: the
// executor's.
class HostedEntity final : public Entity {
  public:
    // `executor` runs the coroutines; `address` is stamped as `from`; a component may send from anywhere in its domain.
    HostedEntity(Jid address, const boost::asio::any_io_executor& executor, EntityOptions options = {},
                 LogSink log = {});
    // Stops it if stop() was not called, but silently: coroutines are woken, callbacks are not called any more.
    ~HostedEntity() override;

    // What handlers are given: stays good as long as a handler, or a task spawned on it, runs. For hosts to hand out.
    Entity& self();

    // What time it is between the calls below, for timeouts that begin there. Without it: the time of the last call.
    void clock(std::function<Instant()> now);

    // Client: the address that the server bound, before opened(). What address() returned before is gone.
    void rename(Jid address);

    // The life of the link, in this order, any number of times.
    void connected(Instant now);
    void opened(Link& link, Instant now);  // flushes the queue
    // The stream is ending: nothing more is given to the link, and what is sent from here on waits for the next
    // session. `for_good`: there will be none, so the answers that are still owed go out now. lost() follows.
    void closing(bool for_good, Instant now);
    // `proven`: the peer ended the stream in order after reading all we wrote. `kept`: how many of the last stanzas
    // accepted by transmit() were not written and will be carried into the next session by the host (0 if it gives them
    // up).
    void lost(const Lost& lost, bool proven, std::size_t kept, Instant now);

    // A session that may outlive its stream (XEP-0198 §5). Instead of lost(): nothing ends, handlers are told nothing,
    // and what is sent meanwhile waits. May be said again for each attempt that fails. Then one of:
    //   resumed()   it goes on with another stream, instead of opened(). That counts, for wrote() and acknowledged(),
    //               from the first stanza on that was not acknowledged when the stream was lost.
    //   forsaken()  the peer has it no more; opened() of a new one may follow. Of the stanzas that were unacknowledged
    //               it took the first `handled` (acked) and no others (undelivered). Without a number nobody knows:
    //               what was written is indeterminate.
    //   lost()      the host does not try any more.
    void suspended(const Lost& lost, Instant now);
    void resumed(Link& link, Instant now);
    void forsaken(std::optional<std::size_t> handled, Instant now);

    void receive(Stanza&& stanza, Instant now);
    void refused(ElementView element, std::error_code why, Instant now);  // for the log and the ledger
    // Told what no request, waiter or handler took; an iq get or set among it is answered with service-unavailable.
    void on_unhandled(std::function<void(const Stanza&)> call);

    // How many of those accepted in this session the transport has taken, in all; moves the queue on. `kept` ones of
    // the session before count as the first of this one.
    void wrote(std::uint64_t stanzas, Instant now);

    // How many of those accepted in this session the peer has acknowledged, in all: they end as acked. For links that
    // say is_managed(), for which no answer proves anything.
    void acknowledged(std::uint64_t stanzas, Instant now);

    // While false the host does not read: too much waits to be written, or too many handlers run.
    bool wants_to_read() const;
    void on_wants_to_read(std::function<void()> call);  // told when it turns true again

    void expire(Instant now);                      // call when deadline() has passed; does a slice of it if much is due
    Instant deadline() const;                      // `never` if there is none
    void on_deadline(std::function<void()> call);  // told when deadline() got earlier than it was when asked last

    // Drain: new iqs and messages are turned away with recipient-unavailable. drained() turns true when no handler
    // runs, no reply is owed, and the queue is empty and written.
    void drain(Instant now);
    bool drained() const;
    void on_drained(std::function<void()> call);  // told once; not if drained() is true at drain()
    // Ends everything that is open: requests cancelled, queue undelivered, waiters woken, later sends rejected.
    void stop(Instant now);
};

}  // namespace rondel
