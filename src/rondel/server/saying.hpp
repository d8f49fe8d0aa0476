// What an entity in process says, taken as a server takes what a stream says. Not for other floors.
#pragma once

#include "rondel/server/switchboard.hpp"

#include <optional>

namespace rondel::server {

// Routes it, or answers it. Returns the answer for its sender where it was no acceptable stanza.
std::optional<Stanza> take_saying(Switchboard& board, Stanza said);

}  // namespace rondel::server
