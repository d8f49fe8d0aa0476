// A handshake and one stanza, as a program of ours and our server do it over a socket on loopback: a component, or a
// client with SASL, connects, opens its session, and sends a message to itself, through the server. Whatever fails on
// the way, at its end all is in order, and the next message arrives.
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/service/router.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace rondel::torture {

enum class Kind { component, client, client_with_tls };

// From `scarce` on things fail, until `plenty` is called: at the end.
struct Hardship {
    std::function<void()> scarce;
    std::function<void()> plenty;
};

// In a thread of its own, whose caches are empty. What went wrong; empty: it survived.
std::string survive(Kind kind, const Hardship& hardship);

}  // namespace rondel::torture
