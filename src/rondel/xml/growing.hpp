// A text that the end of a piece of input cut, as the next piece finds it: where it goes on, and how far it may. Inside
// the floor.
//
// It is all that a small piece needs: to ask the tree again for what the piece before it left would take longer than to
// read 64 bytes.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace rondel::xml {

struct Growing {
    static constexpr std::size_t most_cut = 8;  // bytes of a reference

    char* to = nullptr;    // where its next byte goes; null: there is no such text
    char* stop = nullptr;  // behind the last that may come by memory and by the limit of the stanza; `to`, if some were
                           // cut: what comes next is of them
    std::size_t room_behind = 0;  // then so many bytes of input may come
    std::size_t cut = 0;          // bytes of a character, which stand before `to`, or of a reference
    bool cut_reference = false;
    std::array<char, most_cut> reference;
    const char* begin = nullptr;  // what `to` was at first
    std::size_t first_left = 0;   // and how many bytes of input might come

    std::size_t half() const { return cut_reference ? 0 : cut; }  // of a character
    std::string_view what_was_cut() const { return {cut_reference ? reference.data() : to - cut, cut}; }
    std::size_t room() const { return static_cast<std::size_t>(stop - to); }
    std::size_t left() const { return room() + room_behind; }
    std::size_t taken() const { return first_left - left(); }

    // So many bytes of input were taken; the text goes up to `end`, half a character at its end included.
    void took(std::size_t bytes, char* end, std::size_t half_a_character) {
        const std::size_t rest = left() - bytes;
        to = end;
        cut = half_a_character;
        cut_reference = false;
        stop = cut == 0 ? to + rest : to;
        room_behind = cut == 0 ? 0 : rest;
    }
    // The same when a part of a reference, or nothing, came last.
    void took(std::size_t bytes, char* end, std::string_view part) {
        took(bytes, end, part.copy(reference.data(), most_cut));
        cut_reference = cut != 0;
    }
};

}  // namespace rondel::xml
