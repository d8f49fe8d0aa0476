// A string for the hot paths: adding a short piece is inline, and room is made without writing to it.
//
// Behind the end stand at least `slack` bytes of its own memory, with anything in them: who copies or looks at short
// pieces may do so sixteen or thirty-two bytes at a time.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace rondel::xml {

// Owns: its bytes.   Threads: one at a time.
class Bytes {
  public:
    using value_type = char;
    static constexpr std::size_t slack = 32;

    Bytes() = default;  // takes no memory yet
    Bytes(const Bytes& other) { *this = other; }
    Bytes& operator=(const Bytes& other) {
        if (this != &other) clear(), append(other);
        return *this;
    }

    operator std::string_view() const { return {bytes_.get(), size_}; }  // NOLINT(google-explicit-constructor)
    char* data() { return bytes_.get(); }
    const char* data() const { return bytes_.get(); }
    std::size_t size() const { return size_; }
    std::size_t capacity() const { return capacity_; }
    bool empty() const { return size_ == 0; }
    char& operator[](std::size_t i) { return bytes_[i]; }
    friend bool operator==(const Bytes& a, const Bytes& b) { return std::string_view(a) == std::string_view(b); }

    void clear() { size_ = 0; }
    void shrink(std::size_t size) {  // drops what stands behind that many; keeps the memory
        assert(size <= size_);
        size_ = size;
    }
    void resize(std::size_t size) {  // what is new holds anything
        if (size > capacity_) grow(size);
        size_ = size;
    }
    void reserve(std::size_t capacity) {
        if (capacity > capacity_) take(capacity);
    }
    void append(std::string_view piece) {  // which may be one of ours
        if (piece.size() > capacity_ - size_) return append_and_grow(piece);
        if (!piece.empty()) std::memcpy(bytes_.get() + size_, piece.data(), piece.size());
        size_ += piece.size();
    }
    void append(std::size_t count, char c) {
        const std::size_t at = size_;
        resize(size_ + count);
        std::fill_n(bytes_.get() + at, count, c);
    }
    void push_back(char c) {
        if (size_ == capacity_) grow(size_ + 1);
        bytes_[size_++] = c;
    }

    // To write at the end with one's own pen: as many bytes as were asked for, and `slack` more. Then end_at().
    char* room(std::size_t size) {
        if (size > capacity_ - size_) grow(size_ + size);
        return bytes_.get() + size_;
    }
    void end_at(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }

    void erase_front(std::size_t count) {
        size_ -= count;
        if (size_ != 0) std::memmove(bytes_.get(), bytes_.get() + count, size_);
    }
    void give_back() {  // the memory
        bytes_.reset();
        size_ = capacity_ = 0;
    }

  private:
    static constexpr std::size_t few = 256 - slack;

    std::size_t larger(std::size_t needed) const { return std::max({needed, 2 * capacity_, few}); }
    [[gnu::noinline, gnu::cold]] void grow(std::size_t needed) { take(larger(needed)); }
    [[gnu::noinline, gnu::cold]] void append_and_grow(std::string_view piece) {
        const std::size_t size = size_ + piece.size();
        std::unique_ptr<char[]> old = take(larger(size));  // `piece` may be in it
        std::memcpy(bytes_.get() + size_, piece.data(), piece.size());
        size_ = size;
    }
    std::unique_ptr<char[]> take(std::size_t capacity) {
        std::unique_ptr<char[]> other = std::make_unique_for_overwrite<char[]>(capacity + slack);
        if (size_ != 0) std::memcpy(other.get(), bytes_.get(), size_);
        std::swap(other, bytes_);
        capacity_ = capacity;
        return other;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

// At most sixteen bytes, of which `size` count: both sides have the slack for it.
inline char* put_short(char* to, const char* from, std::size_t size) {
    std::memcpy(to, from, 16);
    return to + size;
}

// Any number of them, with the same slack.
inline char* put_text(char* to, const char* from, std::size_t size) {
    if (size <= 32) [[likely]] {
        std::memcpy(to, from, 32);
    } else {
        std::memcpy(to, from, size);
    }
    return to + size;
}

// The same from memory of which nothing behind the last byte may be read. Four to seven bytes go as one word, so that
// who soon looks at the first of them again need not wait for two stores.
inline char* copy_text(char* to, const char* from, std::size_t size) {
    const auto load = [](const char* p, auto word) {
        std::memcpy(&word, p, sizeof word);
        return word;
    };
    if (size > 64) {
        std::memcpy(to, from, size);
    } else if (size >= 16) {
        for (std::size_t done = 0; done + 16 < size; done += 16) std::memcpy(to + done, from + done, 16);
        std::memcpy(to + size - 16, from + size - 16, 16);
    } else if (size >= 8) {
        std::memcpy(to, from, 8);
        std::memcpy(to + size - 8, from + size - 8, 8);
    } else if (size >= 4 && std::endian::native == std::endian::little) {
        const std::uint64_t first = load(from, std::uint32_t{});
        const std::uint64_t last = load(from + size - 4, std::uint32_t{});
        const std::uint64_t word = first | last << 8 * (size - 4);
        std::memcpy(to, &word, sizeof word);
    } else {
        for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
    }
    return to + size;
}

}  // namespace rondel::xml
