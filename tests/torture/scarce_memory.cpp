#include "tests/torture/scarce_memory.hpp"

#include <cstdlib>
#include <new>

namespace rondel::torture {

namespace {
thread_local std::size_t fails_at = 0, asked = 0, plenty = 1;  // plenty until somebody wants it otherwise
thread_local bool failed = false;
thread_local Memory counted = Memory::of_asio_too;
}  // namespace

void fail_allocation(std::size_t number, Memory which) {
    counted = which;
    fails_at = number;
    asked = 0;
    failed = false;
    plenty = number == 0 ? 1 : 0;
}
std::size_t allocations() { return asked; }
bool has_failed() { return failed; }

Plenty::Plenty() { ++plenty; }
Plenty::~Plenty() { --plenty; }

}  // namespace rondel::torture

namespace {
using namespace rondel::torture;

bool is_scarce() {
    if (plenty > 0 || ++asked != fails_at) return false;
    if (std::getenv("RONDEL_TORTURE_STOP") != nullptr) __builtin_trap();  // for a debugger: who asks?
    return failed = true;
}

// The C library's own aligned_alloc stands behind ours; this is another way to it.
void* aligned(std::size_t alignment, std::size_t size) {
    void* memory = nullptr;
    return ::posix_memalign(&memory, alignment, size) == 0 ? memory : nullptr;
}
}  // namespace

extern "C" [[gnu::noinline]] void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    return counted == Memory::of_asio_too && is_scarce() ? nullptr : aligned(alignment, size);
}
// The array forms too: they end up here by themselves, but not under AddressSanitizer, which has its own. Never
// inlined: g++ 12 then sees free() without malloc() and takes it for a mistake.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (!is_scarce())
        if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return is_scarce() ? nullptr : std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
    if (!is_scarce())
        if (void* memory = aligned(static_cast<std::size_t>(alignment), size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new[](std::size_t size) { return operator new(size); }
[[gnu::noinline]] void* operator new[](std::size_t size, const std::nothrow_t& nothrow) noexcept {
    return operator new(size, nothrow);
}
[[gnu::noinline]] void* operator new[](std::size_t size, std::align_val_t alignment) {
    return operator new(size, alignment);
}
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
