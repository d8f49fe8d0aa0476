// The messages of one asker, numbered: what it has said, and whether each came to the component and back, once and in
// order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace load {

struct Counts {
    std::uint64_t asked = 0;
    std::uint64_t heard = 0;      // at the component
    std::uint64_t answered = 0;   // back at the asker
    std::uint64_t misplaced = 0;  // lost, twice, or out of order: another number than the one that was due
    std::uint64_t spoilt = 0;     // of other text, from or for somebody else, or an error
    std::string first_spoilt;     // to be shown
};

// Of one asker.
class Talk {
  public:
    Talk(std::size_t number, std::size_t body, Counts& counts);

    // Its own address, once it is known; components have to say it in each stanza.
    void begin(std::string address, std::string_view component, bool says_from = false);
    bool has_begun() const { return !address_.empty(); }
    const std::string& address() const { return address_; }
    std::uint64_t open() const { return asked_ - answered_; }

    void ask(std::string& output);  // adds the next message
    // The component has this from `from`.
    void heard(std::string_view from, std::string_view element, std::string_view body);
    void answered(std::string_view element, std::string_view component);

    // The number of the asker that wrote this body.
    static std::size_t asker_of(std::string_view body);

  private:
    bool is_mine(std::string_view body) const;
    void place(std::string_view body, std::uint64_t due);
    void spoilt(std::string_view element);

    std::string address_;
    std::string body_;     // with places for the number
    std::string message_;  // the same, around it
    std::size_t at_ = 0;   // where the number stands in message_
    std::uint64_t asked_ = 0, heard_ = 0, answered_ = 0;
    Counts& counts_;
};

}  // namespace load
