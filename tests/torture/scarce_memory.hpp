// Memory that is not there, once: the n-th call for some on this thread fails. Linking it replaces operator new for the
// whole program.
#pragma once

#include <cstddef>

namespace rondel::torture {

// Counts from here on; 0: none fails. What OpenSSL and c-ares take by malloc is not counted.
void fail_allocation(std::size_t number);
std::size_t allocations();  // since then
bool has_failed();          // it was reached

// As long as it lives there is enough: what the test itself needs is no matter of the product.
class Plenty {
  public:
    Plenty();
    ~Plenty();
    Plenty(const Plenty&) = delete;
    Plenty& operator=(const Plenty&) = delete;
};

}  // namespace rondel::torture
