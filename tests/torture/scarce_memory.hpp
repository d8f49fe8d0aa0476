// Memory that is not there, once: the n-th call for some on this thread fails. Linking it replaces operator new for the
// whole program.
#pragma once

#include <cstddef>

namespace rondel::torture {

// Whose calls are counted: those of operator new, or those of aligned_alloc, too, by which Asio takes memory for the
// frames of coroutines and for its operations. What OpenSSL and c-ares take by malloc never is.
enum class Memory { of_new, of_asio_too };

// Counts from here on; 0: none fails.
void fail_allocation(std::size_t number, Memory which = Memory::of_asio_too);
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
