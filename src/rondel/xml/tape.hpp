// How bytes of the input become text of a block: mostly as they are, so they are copied late and in one piece.
//
// The text is the input with a few edits (a reference replaced by its character, CR LF by LF). Every place of the input
// has a position in the text at once, also before it is copied; so names and values are spans from the start, and a
// stanza without edits is one append.
#pragma once

#include "rondel/xml/block.hpp"

#include <cassert>
#include <cstdint>
#include <string_view>

namespace rondel::xml {

// Borrows: the text, and the input until flush().
class Tape {
  public:
    void begin(Bytes& text, const char* input) {
        text_ = &text;
        source(input);
    }
    void source(const char* input) {  // what comes next stands here; all before it is flushed
        copied_ = input;
        aim();
    }

    // Of a place that comes after all edits so far: so ask before the next one.
    std::uint32_t position(const char* p) const { return static_cast<std::uint32_t>(wide_position(p)); }
    std::uint64_t wide_position(const char* p) const {  // the same, for those who reckon with more bits
        assert(p >= copied_);
        return shift_ + reinterpret_cast<std::uintptr_t>(p);
    }
    Span span(const char* begin, const char* end) const {
        return {position(begin), static_cast<std::uint32_t>(end - begin)};
    }

    void flush(const char* p) {
        text_->append({copied_, static_cast<std::size_t>(p - copied_)});
        copied_ = p;
    }
    void replace(const char* from, const char* to, std::string_view by) {  // instead of the input's [from, to)
        flush(from);
        text_->append(by);
        copied_ = to;
        aim();
    }

    // What stands at `span`: all of it copied already, or nothing of it.
    std::string_view view(Span span) const {
        const char* at = span.at < text_->size() ? text_->data() + span.at : copied_ + (span.at - text_->size());
        return {at, span.size};
    }

    // To go back to, when it turns out that a token is not whole.
    struct Mark {
        std::size_t size;
        const char* copied;
    };
    Mark mark() const { return {text_->size(), copied_}; }
    void back(Mark mark) {
        text_->resize(mark.size);
        copied_ = mark.copied;
        aim();
    }
    void insert(const char* p, std::string_view piece) { replace(p, p, piece); }

  private:
    void aim() { shift_ = text_->size() - reinterpret_cast<std::uintptr_t>(copied_); }

    Bytes* text_ = nullptr;
    const char* copied_ = nullptr;
    std::uintptr_t shift_ = 0;  // from an address of the input to its position in the text
};

}  // namespace rondel::xml
