// Script: what the feeder says, rendered once, and what must come back for it. The units of a script are said in a
// ring, as often as it takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace echo_bench {

// One of: "16", "1k", "16k", "chat", "text", "ping", "mixed" (README.md).
struct ScriptOptions {
    std::string what = "16";
    std::size_t units = 1024;   // at least two times those in flight; a multiple of senders
    std::size_t senders = 100;  // distinct full JIDs, 1 to 9,999,999; unit n is from sender n % senders
    std::string domain = "echo.localhost";
};
bool is_case(std::string_view what);

// The answer to a unit, as a parser would have it.
struct Expected {
    std::string_view kind;  // "message" or "iq"
    std::string_view type;  // as an attribute; empty: none, or "normal"
    std::string from, to, id, body;
};

// Owns: the rendered text.   Threads: const after it is made.
class Script {
  public:
    explicit Script(const ScriptOptions& options);

    std::size_t units() const { return starts_.size() - 1; }
    std::size_t senders() const { return options_.senders; }
    std::size_t size() const { return text_.size(); }

    // The bytes of units [first, last) of the ring, 0 <= first <= last <= units(): one run of memory.
    std::string_view bytes(std::size_t first, std::size_t last) const {
        return std::string_view(text_).substr(starts_[first], starts_[last] - starts_[first]);
    }
    std::size_t start(std::size_t unit) const { return starts_[unit]; }
    // Of the stanzas of a unit only the last is answered; the others are presence. Most units are one stanza.
    std::size_t stanzas(std::size_t unit) const { return has_presence(unit) ? 2 : 1; }

    Expected expected(std::size_t unit) const;

  private:
    enum class Form { plain, chat, ping };
    struct Unit {
        Form form = Form::plain;
        bool with_type = true;
        std::size_t body = 0;  // bytes of text, decoded
        bool to_somebody = false;
    };
    Unit unit(std::size_t number) const;
    bool has_presence(std::size_t unit) const;
    std::string sender(std::size_t unit) const;
    std::string addressee(std::size_t unit) const;
    std::string body(std::size_t unit) const;
    void render(std::size_t unit);
    void add_payloads(std::size_t unit);

    ScriptOptions options_;
    std::string text_;
    std::vector<std::size_t> starts_;
};

std::string id_of(std::size_t unit);

}  // namespace echo_bench
