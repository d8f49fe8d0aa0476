// The handler. It never learns where it runs: component.cpp and client.cpp carry it to a server, echo_test.cpp runs it
// in process.
#pragma once

#include <rondel/rondel.hpp>

// [handler]
inline void echo(const rondel::Message& in, rondel::Entity& self) {
    if (auto text = in.body()) self.send(in.reply("echo: {}", *text));
}
// [/handler]
