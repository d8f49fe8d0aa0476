// The scripts of tests/conversations: whatever is in the file, it is a script or a sentence with file and line; and a
// script that is written down again says the same.
#include <cstdint>
#include <stdexcept>
#include <string>

#include "tests/fuzz/require.hpp"
#include "tests/support/chat_script.hpp"

using namespace rondel::test;

namespace {

// In one line each; a script where that would be read differently is none that can be written so.
std::string written(const ChatScript& script, bool& can_be) {
    std::string text;
    for (const ChatScript::Role& role : script.cast) {
        text += "[" + role.kind + "] " + role.name + "\n";
        for (const auto& [name, value] : role.settings) text += "  " + name + ": " + value + "\n";
    }
    text += "---\n";
    for (const ChatScript::Line& line : script.lines) {
        std::string said;
        bool behind = !line.what.empty();  // in a line of its own
        if (line.verb == "pass") {
            said = line.what + " s pass";
            behind = false;
        } else if (line.who.empty()) {
            said = "TLS begins";
        } else {
            said = line.who + " " + line.verb;
            for (const std::string_view with_colon : {"sends", "says", "gets", "refuses", "ends"})
                if (line.verb == with_colon) said += ": " + line.what, behind = false;
            if (line.verb == "closes with") said += " " + line.what, behind = false;
            can_be = can_be && !said.ends_with(" s pass");
        }
        if (behind) can_be = can_be && !line.what.starts_with("#") && line.what != "---";
        text += said + (behind ? "\n  " + line.what : "") + "\n";
    }
    return text;
}

void require_same(const ChatScript& one, const ChatScript& other) {
    RONDEL_REQUIRE(one.cast.size() == other.cast.size() && one.lines.size() == other.lines.size());
    for (std::size_t i = 0; i < one.cast.size(); ++i)
        RONDEL_REQUIRE(one.cast[i].kind == other.cast[i].kind && one.cast[i].name == other.cast[i].name &&
                       one.cast[i].settings == other.cast[i].settings);
    for (std::size_t i = 0; i < one.lines.size(); ++i)
        RONDEL_REQUIRE(one.lines[i].who == other.lines[i].who && one.lines[i].verb == other.lines[i].verb &&
                       one.lines[i].what == other.lines[i].what);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const ChatScript script = ChatScript::parse("script", text);
        RONDEL_REQUIRE(script.role("server").kind == "server" && script.initiator().kind != "server");
        for (const ChatScript::Line& line : script.lines)
            RONDEL_REQUIRE(line.number >= 1 && static_cast<std::size_t>(line.number) <= size && !line.verb.empty());
        bool can_be = true;
        const std::string again = written(script, can_be);
        if (can_be) require_same(ChatScript::parse("again", again), script);
    } catch (const std::runtime_error& error) {
        RONDEL_REQUIRE(std::string_view(error.what()).starts_with("script:"));
    }
    return 0;
}
