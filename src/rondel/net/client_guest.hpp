// Clients that connect to the embedded server (RFC 6120), by TCP or WebSocket.
#pragma once

#include "rondel/net/guest.hpp"
#include "rondel/net/rate.hpp"
#include "rondel/net/traffic.hpp"
#include "rondel/server/domain.hpp"
#include "rondel/stream/accepting_client_stream.hpp"

#include <vector>

namespace rondel::net {

struct ClientGuestOptions {
    // `framing`, `can_start_tls` and `domain` are the guest's affair. Without `require_tls` a client may do without TLS
    // where the door lets it.
    stream::AcceptingClientOptions stream = {};
    // Of one account, in all of its connections. Above, these are not read from for a while.
    RateLimit stanzas = {.per_second = 500, .burst = 2000};
    RateLimit bytes = {.per_second = 1024 * 1024, .burst = 4 * 1024 * 1024};
    LogSink log = {};
    PeerTrafficSink traffic = {};
};

// A client names the domain that it means in its header; the first one serves those who name none. Borrows: the
// domains, for as long as there are guests. Precondition: there is one.
Welcome welcome_clients(std::vector<server::Domain*> domains, ClientGuestOptions options = {});

}  // namespace rondel::net
