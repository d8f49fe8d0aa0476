// Every stanza in and out, for people: what --log-traffic shows. Passwords in it are masked.
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/stream/stream.hpp"
#include "rondel/xml/element.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace rondel::net {

enum class Direction { in, out };
using TrafficSink = std::function<void(Direction, std::string_view xml)>;

// The element as text for a log: <password/>, <secret/>, <handshake/>, SASL's elements and `password` attributes hold
// "***" instead.
std::string masked_text(xml::ElementView element);

// The same for a server, which talks with many: `peer` is an address or, before that is known, where it comes from.
using PeerTrafficSink = std::function<void(Direction, std::string_view peer, std::string_view xml)>;

// Shows what is said to a peer from now on, and what came from it. What there is no memory to show is not shown.
void show_sent(const PeerTrafficSink& sink, stream::Stream& stream, std::function<std::string()> peer);
void show_received(const PeerTrafficSink& sink, const stream::Event& event, const std::string& peer);

// What came, or has been handed to a stream: it goes its way, whatever the sink throws. Only what came and there is no
// memory to show is not taken: then this throws std::bad_alloc. The sink may end the host that it belongs to; the host
// keeps both sinks until this returns.
void show_traffic(const TrafficSink& sink, Direction direction, xml::ElementView element, const LogSink& log);

}  // namespace rondel::net
