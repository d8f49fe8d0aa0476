// Many things of one type, each found by a small number. They never move, and a new one costs no search. Memory grows
// in pages, so no growth copies what is there; it is given back when the last thing goes.
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
        ++live_;
        if (!free_.empty()) {
            const std::uint32_t index = free_.back();
            free_.pop_back();
            return index;
        }
        if (end_ == pages_.size() * page_size) add_page();
        return end_++;
    }

    void free(std::uint32_t index) {
        [[maybe_unused]] const T gone = std::exchange((*this)[index], T());  // ends last: its destructor may call us
        if (--live_ == 0 && pages_.size() > 1) {
            // All of them are fresh: nothing is left to destroy, and of a million nobody wants to wait for that.
            pages_.resize(1);
            free_ = {};
            end_ = 0;
        } else {
            free_.push_back(index);
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
    };

    void add_page() {
        pages_.push_back(std::make_unique_for_overwrite<Page>());
        std::uninitialized_value_construct_n(pages_.back()->things(), page_size);
    }

    std::vector<std::unique_ptr<Page>> pages_;
    std::vector<std::uint32_t> free_;
    std::uint32_t end_ = 0;
    std::uint32_t live_ = 0;
};

}  // namespace rondel
