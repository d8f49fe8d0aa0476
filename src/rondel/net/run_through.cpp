#include "rondel/net/run_through.hpp"

#include <new>

namespace rondel::net {

void run_through(boost::asio::io_context& io, const LogSink& log) {
    for (;;) {
        try {
            io.run();
            return;
        } catch (const std::bad_alloc&) {
            if (log) log(LogLevel::error, "There was no memory to go on with a connection, which ends in time.");
        }
    }
}

}  // namespace rondel::net
