// The rooms that we are in, and by what name, so that a service does not answer its own words: a room sends everyone
// what everyone says, the speaker included (XEP-0045 §7.4).
#pragma once

#include "rondel/stanza/stanza.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rondel {

inline constexpr std::string_view muc_ns = "http://jabber.org/protocol/muc";
inline constexpr std::string_view muc_user_ns = "http://jabber.org/protocol/muc#user";

// So that maps keyed by std::string can be asked with a view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
};

// Remembers only rooms that we asked to enter.   Threads: one.
class Rooms {
  public:
    void sent(const Stanza& presence);
    void received(const Stanza& presence);  // the room gave us another name, or put us out
    bool is_ours(JidView occupant) const;
    bool empty() const { return rooms_.empty(); }

  private:
    using Names = std::vector<std::string>;
    void enter(JidView occupant);
    void leave(JidView occupant);

    std::unordered_map<std::string, Names, TextHash, std::equal_to<>> rooms_;
};

}  // namespace rondel
