// A vector of trivial things for the hot paths of the reader: adding one is a compare and a store, and growing is a
// copy of memory.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>

namespace rondel::xml {

// Owns: its elements.   Threads: one at a time.
template <class T>
class Array {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

  public:
    Array() = default;
    Array(const Array& other) { *this = other; }
    Array(Array&&) = delete;
    Array& operator=(const Array& other) {
        if (this == &other) return *this;
        size_ = 0;
        reserve(other.size_);
        if (other.size_ != 0)
            std::memcpy(static_cast<void*>(items_.get()), other.items_.get(), other.size_ * sizeof(T));
        size_ = other.size_;
        return *this;
    }

    std::size_t size() const { return size_; }
    std::size_t capacity() const { return capacity_; }
    bool empty() const { return size_ == 0; }
    T& operator[](std::size_t i) { return items_[i]; }
    const T& operator[](std::size_t i) const { return items_[i]; }
    T& back() { return items_[size_ - 1]; }
    const T& back() const { return items_[size_ - 1]; }
    const T* begin() const { return items_.get(); }
    const T* end() const { return items_.get() + size_; }

    void push_back(const T& item) {
        if (size_ == capacity_) [[unlikely]] {
            const T kept = item;  // which may be one of ours
            grow();
            items_[size_++] = kept;
            return;
        }
        items_[size_++] = item;
    }
    // A new last one, to be filled in field by field: one that is put together elsewhere and copied in pieces larger
    // than those it was made of makes the processor wait.
    T& add() {
        if (size_ == capacity_) [[unlikely]]
            grow();
        return items_[size_++];
    }
    // As many new ones, to be filled in.
    T* add(std::size_t count) {
        if (count > capacity_ - size_) [[unlikely]]
            grow_for(count);
        size_ += count;
        return items_.get() + size_ - count;
    }
    void pop_back() { --size_; }
    void clear() { size_ = 0; }
    void shrink(std::size_t size) {  // drops what stands behind that many; keeps the memory
        assert(size <= size_);
        size_ = size;
    }

    void reserve(std::size_t capacity) {
        if (capacity <= capacity_) return;
        std::unique_ptr<T[]> larger = std::make_unique_for_overwrite<T[]>(capacity);
        if (size_ != 0) std::memcpy(static_cast<void*>(larger.get()), items_.get(), size_ * sizeof(T));
        items_ = std::move(larger);
        capacity_ = capacity;
    }

  private:
    static constexpr std::size_t few = 16;
    static constexpr std::size_t many =
        8192;  // from there on it grows by half, so that small XML does not take much memory (V08)

    [[gnu::noinline, gnu::cold]] void grow() {
        reserve(capacity_ < few ? few : capacity_ + (capacity_ < many ? capacity_ : capacity_ / 2));
    }

    [[gnu::noinline, gnu::cold]] void grow_for(std::size_t more) { reserve(std::max(size_ + more, 2 * capacity_)); }

    std::unique_ptr<T[]> items_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace rondel::xml
