// Many things of one type, each found by a small number. They never move, and a new one costs no search. Memory grows
// in pages, so no growth copies what is there; it is given back when the last thing goes. To free one needs no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace rondel {

// Owns: the things. T is default-constructible, and a fresh one owns nothing; a freed one is moved out.
// Threads: one.
template <class T>
class Slab {
  public:
    static constexpr std::uint32_t page_size = 1024;

    Slab() = default;
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;
    ~Slab() {
        for (const auto& page : pages_) std::destroy_n(page->things(), page_size);
    }

    std::uint32_t add() {
        if (free_ == 0 && end_ == pages_.size() * page_size) add_page();
        ++live_;
        return free_ == 0 ? end_++ : free_place(--free_);
    }

    void free(std::uint32_t index) {
        [[maybe_unused]] const T gone = std::exchange((*this)[index], T());  // ends last: its destructor may call us
        if (--live_ == 0 && pages_.size() > 1) {
            // All of them are fresh: nothing is left to destroy, and of a million nobody wants to wait for that.
            pages_.resize(1);
            free_ = end_ = 0;
        } else {
            free_place(free_++) = index;
        }
    }

    T& operator[](std::uint32_t index) { return pages_[index / page_size]->things()[index % page_size]; }
    const T& operator[](std::uint32_t index) const { return pages_[index / page_size]->things()[index % page_size]; }

    std::uint32_t size() const { return live_; }
    std::uint32_t end() const { return end_; }                         // all numbers in use are below it
    bool contains(std::uint64_t index) const { return index < end_; }  // in use, or freed

  private:
    struct Page {
        T* things() { return reinterpret_cast<T*>(memory); }
        alignas(T) std::byte memory[sizeof(T) * page_size];
        std::uint32_t free[page_size];
    };
    std::uint32_t& free_place(std::uint32_t number) { return pages_[number / page_size]->free[number % page_size]; }

    void add_page() {
        pages_.push_back(std::make_unique_for_overwrite<Page>());
        std::uninitialized_value_construct_n(pages_.back()->things(), page_size);
    }

    std::vector<std::unique_ptr<Page>> pages_;
    std::uint32_t free_ = 0;  // places, the latest last
    std::uint32_t end_ = 0;
    std::uint32_t live_ = 0;
};

}  // namespace rondel
