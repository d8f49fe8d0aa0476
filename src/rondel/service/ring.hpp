// A queue that keeps its memory: in the steady state nothing is allocated.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace rondel {

// Owns: what is in it. T is default-constructible and movable; one that was taken out is assigned a fresh T.
template <class T>
class Ring {
  public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    T& front() { return (*this)[0]; }
    T& back() { return (*this)[size_ - 1]; }
    T& operator[](std::size_t i) { return slots_[(head_ + i) & (slots_.size() - 1)]; }
    const T& operator[](std::size_t i) const { return slots_[(head_ + i) & (slots_.size() - 1)]; }

    void push_back(T value) {
        if (size_ == slots_.size()) grow();
        (*this)[size_++] = std::move(value);
    }

    void make_room() {  // the next push_back needs no memory
        if (size_ == slots_.size()) grow();
    }

    T pop_front() {
        T value = std::exchange(front(), T());
        head_ = (head_ + 1) & (slots_.size() - 1);
        --size_;
        return value;
    }

    // Takes out all that match; the others keep their order.
    template <class Predicate>
    void remove_if(Predicate matches) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            if (matches((*this)[i])) continue;
            if (kept != i) (*this)[kept] = std::move((*this)[i]);
            ++kept;
        }
        for (std::size_t i = kept; i < size_; ++i) (*this)[i] = T();
        size_ = kept;
    }

    void clear() {
        remove_if([](const T&) { return true; });
    }

  private:
    void grow() {
        std::vector<T> wider(slots_.empty() ? 16 : slots_.size() * 2);
        for (std::size_t i = 0; i < size_; ++i) wider[i] = std::move((*this)[i]);
        slots_ = std::move(wider);
        head_ = 0;
    }

    std::vector<T> slots_;  // a power of two of them
    std::size_t head_ = 0;
    std::size_t size_ = 0;
};

}  // namespace rondel
