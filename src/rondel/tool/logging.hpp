// What the program says on standard error: sentences by level, and the traffic if wanted. Standard output is for data.
#pragma once

#include "rondel/net/traffic.hpp"
#include "rondel/service/entity.hpp"

#include <string>

namespace rondel::tool {

struct LogOptions {
    std::string level = "info";  // debug, info, warning, error, off
    bool traffic = false;        // each stanza in and out, secrets masked
};

LogSink make_log(const LogOptions& options);                   // safe from any thread
net::TrafficSink make_traffic_log(const LogOptions& options);  // empty unless wanted
net::PeerTrafficSink make_peer_traffic_log(const LogOptions& options);

}  // namespace rondel::tool
