// Every stanza in and out, for people: what --log-traffic shows. Passwords in it are masked.
#pragma once

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

}  // namespace rondel::net
