// What a Domain is made of. Not for other floors.
#pragma once

#include "rondel/server/accounts.hpp"
#include "rondel/server/sessions.hpp"

namespace rondel::server {

struct Domain::State {
    State(Switchboard& board, Storage& storage, DomainOptions options)
        : home(board, storage, std::move(options)), sessions(home), accounts(home) {}
    Home home;
    Sessions sessions;
    Accounts accounts;
};

}  // namespace rondel::server
