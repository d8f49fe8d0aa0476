// Plays a conversation of tests/conversations: some of its cast are streams of ours, the others are played by the file.
#pragma once

#include <string>

#include "tests/support/chat_script.hpp"

namespace rondel::test {

struct Casting {
    bool component;  // or client: is ours
    bool server;     // is ours
    bool byte_by_byte;
};

// What went wrong, with file and line; empty if nothing did.
std::string play(const ChatScript& script, Casting casting);

}  // namespace rondel::test
