// Entity: us, addressable. What every handler is given, whatever host carries it: a component, a client, or the
// embedded server.
//
//   self.send(Message("juliet@capulet.lit"_jid, "Wherefore art thou?"));
//   version::Version peer = co_await version::ask(self, "capulet.lit"_jid);
//
// Threads: an entity lives on one executor; call it there only. Its handlers never run at the same time as each other.
// From another thread use the host's post().
#pragma once

#include "rondel/base/jid.hpp"
#include "rondel/base/rate.hpp"
#include "rondel/base/time.hpp"
#include "rondel/service/features.hpp"
#include "rondel/service/ledger.hpp"
#include "rondel/service/outcome.hpp"
#include "rondel/service/request.hpp"
#include "rondel/service/task.hpp"
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stanza/presence.hpp"
#include "rondel/xml/writer.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace rondel {

class Router;
using RouterNumber = std::uint64_t;  // which of its routers, for drop()

// What to do with a stanza when the queue is full.
enum class QueuePolicy {
    wait,  // whoever awaits writable() first is held back, and the host stops reading; a plain send() into a full queue
           // is rejected
    reject,       // the new stanza ends as rejected
    drop_oldest,  // the oldest queued stanza ends as undelivered
};

struct EntityOptions {
    std::size_t queue_bytes = 4 * 1024 * 1024;  // of stanzas that the transport has not taken yet
    std::size_t queue_stanzas = 4096;
    QueuePolicy queue_policy = QueuePolicy::wait;
    std::size_t high_water =
        256 *
        1024;  // bytes waiting above which the host stops reading; so does half of queue_stanzas. On at half of both
    Duration request_timeout = std::chrono::seconds(30);
    Duration handler_timeout =
        std::chrono::seconds(60);           // since it came; after it an iq is answered with remote-server-timeout
    std::size_t handlers_in_flight = 1024;  // coroutine handlers of all peers; as many stanzas more wait: then
                                            // resource-constraint
    std::size_t handlers_per_peer = 64;     // waiting or running for one bare JID; above it: resource-constraint
    std::size_t waiting_bytes =
        16 * 1024 * 1024;  // of stanzas that wait for their turn; above it only one may wait for each bare JID
    // What one bare JID may say, answers to our own requests apart; above it: resource-constraint. No limit by default:
    // behind one address there may be a whole server.
    RateLimit peer_stanzas = {};
    RateLimit peer_bytes = {};  // of text; markup counts for little
    // Changes of presence of one full JID; above it only the latest is heard, and later. 0: all are.
    RateLimit presence = {.per_second = 2, .burst = 20};
    xml::WriteLimits writing = {};  // what is refused while there is no session; in one, the host's stream decides
    // Client: `from` is the server's to say. A stanza goes without; one that names somebody else than our own account
    // is refused.
    bool any_from = false;
};

// A way to say that something should be known, for the application's log. Nothing of a peer's text is in it unescaped.
// What it throws is lost.
enum class LogLevel { debug, info, warning, error };
using LogSink = std::function<void(LogLevel, std::string_view)>;

class Entity {
  public:
    Entity(const Entity&) = delete;
    Entity& operator=(const Entity&) = delete;
    virtual ~Entity();

    const Jid& address() const;  // a client's is another one in each session: keep a copy, if any
    Instant now() const;         // the host's time; the test's, under server::Local
    bool in_session() const;     // whether stanzas go out at once; otherwise they queue

    // Sends, or queues. `from` is stamped with address() where it is absent; what a server would close the stream for
    // is refused here. Never throws. The outcome is told to the callback (once, perhaps before send() returns) and
    // counted in the ledger in any case.
    Ticket send(Stanza stanza);
    Ticket send(Stanza stanza, OutcomeCallback told);
    task<Outcome> deliver(Stanza stanza);  // sends, and waits for the end of it
    task<> writable();                     // returns when the queue has room again

    // Requests: stamps id (at least 96 unguessable bits) and `from`; ends exactly once. An answer counts only if peer,
    // id and kind match.
    task<Answer> request(Iq iq, RequestOptions options = RequestOptions());
    std::uint64_t request(Iq iq, AnswerCallback told,
                          RequestOptions options = RequestOptions());  // returns a number for cancel()
    bool cancel(std::uint64_t request);

    // The next message or presence that the predicate takes; no handler sees it then. nullopt: the timeout passed, or
    // the host stopped.
    task<std::optional<Message>> next_message(std::function<bool(const Message&)> wanted, Duration timeout);
    task<std::optional<Presence>> next_presence(std::function<bool(const Presence&)> wanted, Duration timeout);

    void spawn(task<> work);  // runs it beside the handlers; an exception out of it is logged
    task<> sleep(Duration duration);
    void after(Duration delay, std::function<void()> call);
    void post(std::function<void()> call);  // soon, on this executor, from this executor

    // Routers are asked in the order they were taken. From inside a handler too: the running handler ends as it began.
    // A router taken in late is told at once what it missed: connected, session.
    RouterNumber take(Router router);
    bool drop(RouterNumber router);

    Features features() const;  // of all routers taken
    const Ledger& ledger() const;
    void log(LogLevel level, std::string_view sentence) const;

    struct State;

  protected:
    explicit Entity(std::shared_ptr<State> state);
    std::shared_ptr<State>
        state_;  // shared with the tasks that run: the Entity& of a handler stays good as long as the handler
};

}  // namespace rondel
