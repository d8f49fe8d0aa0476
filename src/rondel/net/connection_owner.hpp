// What a connection tells whoever owns it. Calls come on the executor, never from inside a call to the connection.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/stream/event.hpp"

namespace rondel::net {

class ConnectionOwner {
  public:
    virtual void on_event(stream::Event& event, Instant now) = 0;  // stream::Closed is the last
    virtual void on_taken(Instant) {}  // all that was read has been taken, events or none (an acknowledgement is none)
    virtual void on_written(Instant now) = 0;  // some output went out
    virtual void on_finished() = 0;            // nothing follows; the connection may be destroyed now
    virtual bool wants_to_read() const = 0;    // false: no event is taken until touched()
    virtual void expire(Instant now) = 0;      // the owner's own deadline has passed
    virtual Instant deadline() const = 0;

  protected:
    ~ConnectionOwner() = default;
};

}  // namespace rondel::net
