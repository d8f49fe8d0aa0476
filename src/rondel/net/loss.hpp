// Why a transport ended, as far as it is known. The stream knows only that it did. Inside the floor.
#pragma once

#include "rondel/net/transport.hpp"
#include "rondel/stream/event.hpp"

#include <string>
#include <system_error>

namespace rondel::net {

struct Loss {
    std::string why;        // a sentence; empty: there is no more than the error
    std::error_code error;  // the transport's own

    void explain(stream::Closed& over) const;  // if it is the transport that ended
};

std::string lack_of_memory(const Transport& transport);  // said with what there is of it

}  // namespace rondel::net
