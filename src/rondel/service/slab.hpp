// Many things of one type, each found by a small number. They never move, and a new one costs no search. Memory grows
// in pages, so no growth copies what is there; it is given back when the last thing goes.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace rondel {

// Owns: the things. T is default-constructible; a freed one is assigned a fresh T.   Threads: one.
template <class T>
class Slab {
  public:
    static constexpr std::uint32_t page_size = 1024;

    std::uint32_t add() {
        ++live_;
        if (!free_.empty()) {
            const std::uint32_t index = free_.back();
            free_.pop_back();
            return index;
        }
        if (end_ == pages_.size() * page_size) pages_.push_back(std::make_unique<T[]>(page_size));
        return end_++;
    }

    void free(std::uint32_t index) {
        (*this)[index] = T();
        if (--live_ == 0 && pages_.size() > 1) {
            pages_.resize(1);
            free_ = {};
            end_ = 0;
        } else {
            free_.push_back(index);
        }
    }

    T& operator[](std::uint32_t index) { return pages_[index / page_size][index % page_size]; }
    const T& operator[](std::uint32_t index) const { return pages_[index / page_size][index % page_size]; }

    std::uint32_t size() const { return live_; }
    std::uint32_t end() const { return end_; }                         // all numbers in use are below it
    bool contains(std::uint64_t index) const { return index < end_; }  // in use, or freed

  private:
    std::vector<std::unique_ptr<T[]>> pages_;
    std::vector<std::uint32_t> free_;
    std::uint32_t end_ = 0;
    std::uint32_t live_ = 0;
};

}  // namespace rondel
