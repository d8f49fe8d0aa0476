// Attachment: the in-process host on a running embedded server. An entity that sits at the switchboard as a component
// does, without a socket.
//
//   server::Attachment echo(board, "echo.localhost"_jid, router, executor, {.clock = Clock::now});
//
// Local is for tests and has a clock that stands still; this one runs beside sockets, on their executor, by the clock
// that it is given. Whoever owns it keeps its time: net::keep_time(executor, echo).
#pragma once

#include "rondel/server/switchboard.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/service/router.hpp"

#include <functional>
#include <memory>

namespace rondel::server {

struct AttachmentOptions {
    EntityOptions entity = {};
    xml::WriteLimits writing = {};        // what a stream to a server would refuse
    std::function<Instant()> clock = {};  // must be there: nothing here asks for the time
    LogSink log = {};
};

// Owns: the entity, its seat at the switchboard. Borrows: the switchboard.   Threads: the executor's.
class Attachment {
  public:
    // A domain takes everything for that domain, and may send from all of it. In session at once. Throws
    // std::invalid_argument if the address is empty or taken, or there is no clock.
    Attachment(Switchboard& board, Jid address, Router router, const boost::asio::any_io_executor& executor,
               AttachmentOptions options = {});
    ~Attachment();  // others are told what they were owed
    Attachment(const Attachment&) = delete;
    Attachment& operator=(const Attachment&) = delete;

    Entity& entity();

    // Work in flight is finished, and new work turned away; `drained` is told, once, perhaps at once.
    void drain(std::function<void()> drained);

    void expire(Instant now);  // call when deadline() has passed
    Instant deadline() const;
    void on_deadline(std::function<void()> call);  // deadline() got earlier

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rondel::server
