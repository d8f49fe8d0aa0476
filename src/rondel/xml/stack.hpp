// What a walk over a tree remembers of the way down, as it may not recurse: depth is what a peer or a handler made it
// (V09).
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace rondel::xml {

// On the heap only from the level on that people's elements do not reach. T is trivial, so that nothing is made in
// advance.
template <class T, std::size_t few = 32>
class Stack {
    static_assert(std::is_trivially_default_constructible_v<T>);

  public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    T& top() { return size_ <= few ? first_[size_ - 1] : more_.back(); }
    void push(const T& value) {
        if (size_ < few)
            first_[size_] = value;
        else
            more_.push_back(value);
        ++size_;
    }
    void pop() {
        if (size_ > few) more_.pop_back();
        --size_;
    }

  private:
    std::array<T, few> first_;
    std::vector<T> more_;
    std::size_t size_ = 0;
};

}  // namespace rondel::xml
