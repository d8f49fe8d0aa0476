#include "tests/support/chat_script.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

namespace rondel::test {

namespace {

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// What a line may do, longest first where one begins like another. With a colon, what follows it belongs to it.
struct Verb {
    std::string_view words;
    bool has_what;
};
constexpr std::array<Verb, 13> verbs{{
    {"connects", false},
    {"disconnects", false},
    {"sends a space", false},
    {"sends:", true},
    {"says:", true},
    {"closes with ", true},
    {"closes", false},
    {"is open", false},
    {"is back", false},
    {"wants TLS", false},
    {"gets:", true},
    {"refuses:", true},
    {"ends:", true},
}};

class Parser {
  public:
    explicit Parser(std::string file) : script_{.file = std::move(file)} {}

    ChatScript parse(std::string_view text) {
        std::istringstream in{std::string(text)};
        for (std::string line; std::getline(in, line); ++number_) {
            const std::string_view words = trim(line);
            if (words.empty() || words.starts_with("#")) continue;
            const bool indented = line.starts_with(" ") || line.starts_with("\t");
            if (words == "---")
                in_cast_ = false;
            else if (in_cast_)
                indented ? setting(words) : role(words);
            else
                indented ? go_on(words) : begin(words);
        }
        if (in_cast_) fail("There is no line '---' between the cast and what happens.");
        check();
        return std::move(script_);
    }

  private:
    [[noreturn]] void fail(const std::string& message) const {
        throw std::runtime_error(script_.file + ":" + std::to_string(number_) + ": " + message);
    }

    void role(std::string_view words) {
        const auto end = words.find(']');
        if (!words.starts_with("[") || end == std::string_view::npos)
            fail("A role is '[component] NAME', '[client] NAME' or '[server] NAME'.");
        script_.cast.push_back({std::string(words.substr(1, end - 1)), std::string(trim(words.substr(end + 1)))});
    }

    void setting(std::string_view words) {
        const auto colon = words.find(':');
        if (script_.cast.empty() || colon == std::string_view::npos) fail("A setting is 'name: value' below a role.");
        script_.cast.back().settings.emplace(trim(words.substr(0, colon)), trim(words.substr(colon + 1)));
    }

    void begin(std::string_view words) {
        if (words == "TLS begins") {
            script_.lines.push_back({number_, {}, "TLS", {}});
            return;
        }
        if (words.ends_with(" s pass")) {
            script_.lines.push_back({number_, {}, "pass", std::string(words.substr(0, words.size() - 7))});
            return;
        }
        for (const auto& someone : script_.cast) {
            if (!words.starts_with(someone.name + " ")) continue;
            const std::string_view rest = words.substr(someone.name.size() + 1);
            for (const Verb& verb : verbs) {
                if (verb.has_what ? !rest.starts_with(verb.words) : rest != verb.words) continue;
                std::string_view name = trim(verb.words);
                if (name.ends_with(":")) name.remove_suffix(1);
                script_.lines.push_back({number_, someone.name, std::string(name),
                                         std::string(verb.has_what ? trim(rest.substr(verb.words.size())) : "")});
                return;
            }
        }
        fail("Nobody of the cast can do this: " + std::string(words));
    }

    // Inside a tag a line break is white space like any other; between tags it is only there for the reader of the
    // file.
    void go_on(std::string_view words) {
        if (script_.lines.empty()) fail("An indented line belongs to the line above, but there is none.");
        std::string& what = script_.lines.back().what;
        const auto opened = what.find_last_of("<>");
        if (opened != std::string::npos && what[opened] == '<') what += ' ';
        what += words;
    }

    void check() const {
        const bool of_client = std::any_of(script_.cast.begin(), script_.cast.end(),
                                           [](const ChatScript::Role& one) { return one.kind == "client"; });
        for (const std::string_view kind : {of_client ? "client" : "component", "server"})
            if (std::count_if(script_.cast.begin(), script_.cast.end(), [&](auto& one) { return one.kind == kind; }) !=
                1)
                fail("The cast must have one " + std::string(kind) + ".");
        if (script_.lines.empty()) fail("Nothing happens.");
    }

    ChatScript script_;
    int number_ = 1;
    bool in_cast_ = true;
};

}  // namespace

std::string ChatScript::Role::setting(const std::string& wanted, std::string_view otherwise) const {
    const auto found = settings.find(wanted);
    return found == settings.end() ? std::string(otherwise) : found->second;
}

const ChatScript::Role& ChatScript::role(std::string_view kind) const {
    return *std::find_if(cast.begin(), cast.end(), [&](const Role& one) { return one.kind == kind; });
}

const ChatScript::Role& ChatScript::initiator() const {
    return *std::find_if(cast.begin(), cast.end(), [](const Role& one) { return one.kind != "server"; });
}

ChatScript ChatScript::parse(std::string file, std::string_view text) { return Parser(std::move(file)).parse(text); }

}  // namespace rondel::test
