// The text of a conversation, as tests/conversations/README.md describes it, taken apart.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::test {

struct ChatScript {
    struct Role {
        std::string kind;  // "component", "client" or "server"
        std::string name;
        std::multimap<std::string, std::string> settings = {};

        std::string setting(const std::string& name, std::string_view otherwise = {}) const;
        bool by_hand() const { return settings.contains("by hand"); }
    };
    struct Line {
        int number;
        std::string who;        // empty where time passes
        std::string verb;       // "sends", "is open", "pass" …
        std::string what = {};  // XML, a condition, a time
    };

    std::string file;
    std::vector<Role> cast = {};
    std::vector<Line> lines = {};

    const Role& role(std::string_view kind) const;  // the one of that kind
    const Role& initiator() const;                  // the one that is no server

    // Throws std::runtime_error with file and line for a line that means nothing.
    static ChatScript parse(std::string file, std::string_view text);
};

}  // namespace rondel::test
