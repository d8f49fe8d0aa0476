// libecho_counting.so: preloaded, counts what a contestant allocates, writes and reads. Slows it down: for a run of its
// own. Does nothing but pass on without the variable that names the file (counters.hpp).
//
// glibc's own names for malloc are called, for dlsym may allocate itself; those for the sockets are found by dlsym.
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "counters.hpp"
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
}

namespace {

using echo_bench::Counters;

Counters nowhere;
Counters* counters = &nowhere;

__attribute__((constructor)) void map_counters() {
    const char* path = std::getenv(echo_bench::counters_variable);
    if (path == nullptr) return;
    const int file = ::open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void* at = ::mmap(nullptr, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (at != MAP_FAILED) counters = static_cast<Counters*>(at);
}

void count(std::atomic<std::uint64_t>& what, std::uint64_t many = 1) {
    what.fetch_add(many, std::memory_order_relaxed);
}

void* allocated(void* at, std::size_t size) {
    count(counters->allocations);
    count(counters->bytes, size);
    return at;
}

template <class Function>
Function* next(const char* name, Function*& known) {
    if (known == nullptr) known = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
    return known;
}

}  // namespace

#define COUNTED_CALL(counter, name, ...)      \
    static decltype(::name)* known = nullptr; \
    count(counters->counter);                 \
    return next<decltype(::name)>(#name, known)(__VA_ARGS__)

extern "C" {

void* malloc(std::size_t size) { return allocated(__libc_malloc(size), size); }
void* calloc(std::size_t many, std::size_t size) { return allocated(__libc_calloc(many, size), many * size); }
void* realloc(void* at, std::size_t size) { return allocated(__libc_realloc(at, size), size); }
void* memalign(std::size_t alignment, std::size_t size) { return allocated(__libc_memalign(alignment, size), size); }
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** at, std::size_t alignment, std::size_t size) {
    void* const made = memalign(alignment, size);
    if (made == nullptr) return ENOMEM;
    *at = made;
    return 0;
}
void free(void* at) {
    if (at != nullptr) count(counters->frees);
    __libc_free(at);
}

ssize_t write(int file, const void* at, std::size_t size) { COUNTED_CALL(writes, write, file, at, size); }
ssize_t writev(int file, const iovec* at, int many) { COUNTED_CALL(writes, writev, file, at, many); }
ssize_t send(int file, const void* at, std::size_t size, int how) { COUNTED_CALL(writes, send, file, at, size, how); }
ssize_t sendmsg(int file, const msghdr* what, int how) { COUNTED_CALL(writes, sendmsg, file, what, how); }
ssize_t sendto(int file, const void* at, std::size_t size, int how, const sockaddr* to, socklen_t length) {
    COUNTED_CALL(writes, sendto, file, at, size, how, to, length);
}
ssize_t read(int file, void* at, std::size_t size) { COUNTED_CALL(reads, read, file, at, size); }
ssize_t readv(int file, const iovec* at, int many) { COUNTED_CALL(reads, readv, file, at, many); }
ssize_t recv(int file, void* at, std::size_t size, int how) { COUNTED_CALL(reads, recv, file, at, size, how); }
ssize_t recvmsg(int file, msghdr* what, int how) { COUNTED_CALL(reads, recvmsg, file, what, how); }
ssize_t recvfrom(int file, void* at, std::size_t size, int how, sockaddr* from, socklen_t* length) {
    COUNTED_CALL(reads, recvfrom, file, at, size, how, from, length);
}

}  // extern "C"
