// What looks at every case there is, or at very many drawn ones, looks at one of so many where each step takes eighty
// times as long: tests/sanitizers/run memory sets RONDEL_SPARSE. Where it is not set, they are all looked at.
#pragma once

#include <algorithm>
#include <cstdlib>

namespace rondel::test {

// One of how many; at least 1.
inline unsigned long sparseness() {
    const char* const wanted = std::getenv("RONDEL_SPARSE");
    return wanted == nullptr ? 1 : std::max(1UL, std::strtoul(wanted, nullptr, 10));
}

// How many of `all` drawn cases; at least one.
inline int drawn(int all) { return std::max(1, all / static_cast<int>(sparseness())); }

// In a loop over all cases: `if (sparse.leaves_out()) continue;`
class Sparse {
  public:
    bool leaves_out() { return next_++ % one_of_ != 0; }

  private:
    const unsigned long one_of_ = sparseness();
    unsigned long next_ = 0;
};

}  // namespace rondel::test
