// Components that connect to the embedded server (XEP-0114).
#pragma once

#include "rondel/net/guest.hpp"
#include "rondel/net/traffic.hpp"
#include "rondel/server/component_session.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/stream/accepting_stream.hpp"

namespace rondel::net {

struct ComponentGuestOptions {
    stream::AcceptingOptions stream = {};
    LogSink log = {};
    PeerTrafficSink traffic = {};
};

// Borrows: board and book, for as long as there are guests.
Welcome welcome_components(server::Switchboard& board, const server::ComponentBook& book,
                           ComponentGuestOptions options = {});

}  // namespace rondel::net
