// Writes into the text of a block as it will stand on the stream. Not for other floors.
#pragma once

#include "rondel/xml/block.hpp"

#include <algorithm>

namespace rondel {

// A few letters of markup, for which a register has room.
struct Markup {
    template <std::size_t length>
    consteval Markup(const char (&literal)[length]) : size(length - 1) {
        std::copy_n(literal, size, text);
    }
    char text[16] = {};
    std::size_t size;
};

// At the end of the text, in room that is made once, for `bytes`: all that will be said and copied must find place in
// them. What is written at a stroke is more, sixteen or thirty-two bytes, for which Bytes has its slack. Nobody else
// may add to the text before done().
class Pen {
  public:
    Pen(xml::Block& block, std::size_t bytes)
        : begin_(block.text.size()), at_(begin_), text_(block.text.room(bytes) - begin_) {}

    [[gnu::always_inline]] void say(const Markup& markup) {
        xml::put_short(text_ + at_, markup.text, markup.size);
        at_ += markup.size;
    }
    [[gnu::always_inline]] xml::Span copy(xml::Span value, const xml::Block& from) {
        const xml::Span copied{at(), value.size};
        xml::put_text(text_ + at_, from.text.data() + value.at, value.size);
        at_ += value.size;
        return copied;
    }
    [[gnu::always_inline]] xml::Span copy(std::string_view value) {  // from anywhere
        const xml::Span copied = xml::whole_span(at(), static_cast<std::uint32_t>(value.size()));
        xml::copy_text(text_ + at_, value.data(), value.size());
        at_ += value.size();
        return copied;
    }
    void done(xml::Block& block) const { block.text.end_at(text_ + at_); }

    xml::Span said() const { return xml::whole_span(static_cast<std::uint32_t>(begin_), at_ - begin_); }
    std::uint32_t at() const { return static_cast<std::uint32_t>(at_); }

  private:
    std::size_t begin_;
    std::size_t at_;
    char* text_;
};

}  // namespace rondel
