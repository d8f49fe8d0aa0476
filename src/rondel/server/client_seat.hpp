// One connection of a client, whatever its stream is made of: what ClientSession does, and what tests play by hand.
#pragma once

#include "rondel/server/sessions.hpp"
#include "rondel/stream/event.hpp"

#include <memory>

namespace rondel::server {

// Borrows: home, sessions, link.   Threads: one at a time.
class ClientSeat {
  public:
    ClientSeat(Home& home, Sessions& sessions, ClientLink& link) : home_(home), sessions_(sessions), link_(link) {}
    ~ClientSeat();  // when nothing more is written
    ClientSeat(const ClientSeat&) = delete;
    ClientSeat& operator=(const ClientSeat&) = delete;

    void take(stream::Event& event);
    const Jid& address() const;

  private:
    bool is_mine() const { return resource_ != nullptr && resource_->link == &link_; }
    void open(const stream::Opened& opened);
    void close(const stream::Closed& closed);
    void return_unsent();

    Home& home_;
    Sessions& sessions_;
    ClientLink& link_;
    std::shared_ptr<Resource> resource_;  // also after it has ended, or gone on with another stream
    stream::Unsent unsent_;               // that is to be returned
    bool proven_ = false;                 // the client has read all that was written
};

}  // namespace rondel::server
