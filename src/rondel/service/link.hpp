// What an entity needs of the host that carries it: the way out. Hosts implement it (net::Component, server::Local).
#pragma once

#include "rondel/stanza/stanza.hpp"

#include <cstddef>
#include <system_error>

namespace rondel {

class Link {
  public:
    virtual ~Link() = default;

    // Called only while a session is up. Accepts the stanza behind all earlier ones, moving it out if it likes; or
    // refuses it, whole, with the reason (xml::WriteError), and nothing of it is sent. Calls nobody back: the books do
    // not know of the stanza yet.
    virtual std::error_code transmit(Stanza& stanza) = 0;

    // Follows, once an accepted one is in the books. Whoever is called here may do anything to the entity, end it
    // included.
    virtual void transmitted(const Stanza&) {}

    // Bytes accepted and not yet handed to the transport.
    virtual std::size_t backlog() const = 0;

    // Whether the peer acknowledges what it took (XEP-0198), so that HostedEntity::acknowledged() is told of it. Asked
    // when a session begins.
    virtual bool is_managed() const { return false; }
};

}  // namespace rondel
