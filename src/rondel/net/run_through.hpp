// The loop of a program that lives on where a connection dies.
#pragma once

#include "rondel/service/entity.hpp"

#include <boost/asio/io_context.hpp>

namespace rondel::net {

// io.run(), until nothing is left to do or it is stopped. In the middle of an operation of its own, of TLS most likely,
// Asio may lack memory. That operation is lost then, and whoever waits for it gives up in time; the others go on
// (docs/decisions/0009-memory.md).
void run_through(boost::asio::io_context& io, const LogSink& log);

}  // namespace rondel::net
