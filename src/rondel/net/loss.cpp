#include "rondel/net/loss.hpp"

#include <new>

namespace rondel::net {

void Loss::explain(stream::Closed& over) const {
    if (over.cause != stream::CloseCause::connection_lost) return;
    try {
        if (!why.empty())
            over.why = why;
        else if (error)
            over.why += " (" + error.message() + ")";
    } catch (const std::bad_alloc&) {
        return;  // it is the end all the same
    }
}

std::string lack_of_memory(const Transport& transport) {
    try {
        return "There was no memory to go on with the connection to " + transport.description() + ".";
    } catch (const std::bad_alloc&) {
        return "No memory.";  // which takes none
    }
}

}  // namespace rondel::net
