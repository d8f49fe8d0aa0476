// Where a writer puts its many small pieces before they go to a string in one: a name, a quote, a value. Inside the
// floor.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace rondel::xml {

// Borrows: the string.   Threads: one at a time.
class Staging {
  public:
    explicit Staging(std::string& out) : out_(out), before_(out.size()) {}
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;

    std::size_t size() const { return out_.size() - before_ + used_; }  // bytes put so far

    void put(char c) {
        if (used_ == buffer_.size()) flush();
        buffer_[used_++] = c;
    }
    template <std::size_t size>
    void put(const char (&literal)[size]) {
        constexpr std::size_t length = size - 1;
        if (buffer_.size() - used_ < length) flush();
        std::memcpy(&buffer_[used_], literal, length);
        used_ += length;
    }
    void put(std::string_view piece) {
        if (buffer_.size() - used_ < piece.size()) flush();
        if (piece.size() > buffer_.size()) {
            out_.append(piece);
            return;
        }
        std::memcpy(buffer_.data() + used_, piece.data(), piece.size());
        used_ += piece.size();
    }
    // The same for a short piece that is followed by readable memory: copies `step` bytes, of which `size` count.
    template <std::size_t step>
    void put_some(const char* p, std::size_t size) {
        if (buffer_.size() - used_ < step) flush();
        std::memcpy(buffer_.data() + used_, p, step);
        used_ += size;
    }

    void flush() {
        out_.append(buffer_.data(), used_);
        used_ = 0;
    }
    void undo() {  // as if nothing had been put
        out_.resize(before_);
        used_ = 0;
    }

  private:
    std::string& out_;
    const std::size_t before_;
    std::size_t used_ = 0;
    std::array<char, 1024> buffer_;
};

}  // namespace rondel::xml
