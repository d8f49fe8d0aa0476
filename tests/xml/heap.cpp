#include "tests/xml/heap.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace {
thread_local rondel::test::Heap heap;
}

// For this whole test program; the array and nothrow forms end up here too. Never inlined: g++ 12 then sees free() and
// takes it for a mistake.
[[gnu::noinline]] void* operator new(std::size_t size) {
    void* memory = std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    ++heap.allocations;
    heap.bytes += malloc_usable_size(memory);
    heap.most = std::max(heap.most, heap.bytes);
    return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    if (memory != nullptr) heap.bytes -= malloc_usable_size(memory);
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace rondel::test {

Heap Heap::now() { return heap; }
void Heap::forget_most() { heap.most = heap.bytes; }

}  // namespace rondel::test
