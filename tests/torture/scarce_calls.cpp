#include "tests/torture/scarce_calls.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <dlfcn.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace rondel::torture {

namespace {

thread_local std::size_t fails_at = 0, asked = 0, kind = 0;
thread_local std::string failure;

using Errors = std::array<int, kinds_of_failure>;

bool fails(const char* call, const Errors& errors) {
    if (fails_at == 0 || ++asked != fails_at) return false;
    failure = std::string(call) + ": " + std::strerror(errors[kind]);
    errno = errors[kind];
    return true;
}

template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

void fail_call(std::size_t number, std::size_t which) {
    fails_at = number;
    kind = which;
    asked = 0;
    failure.clear();
}
bool call_has_failed() { return !failure.empty(); }
std::string failed_call() { return failure; }

}  // namespace rondel::torture

using rondel::torture::fails;
using rondel::torture::next;

extern "C" {

int socket(int domain, int type, int protocol) {
    static auto* const real = next<int(int, int, int)>("socket");
    return fails("socket", {EMFILE, ENFILE, ENOBUFS}) ? -1 : real(domain, type, protocol);
}
int connect(int descriptor, const sockaddr* address, socklen_t size) {
    static auto* const real = next<int(int, const sockaddr*, socklen_t)>("connect");
    return fails("connect", {ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL}) ? -1 : real(descriptor, address, size);
}
int accept(int descriptor, sockaddr* __restrict address, socklen_t* __restrict size) {
    static auto* const real = next<int(int, sockaddr*, socklen_t*)>("accept");
    return fails("accept", {EMFILE, ENFILE, ENOMEM}) ? -1 : real(descriptor, address, size);
}
ssize_t recv(int descriptor, void* into, size_t size, int flags) {
    static auto* const real = next<ssize_t(int, void*, size_t, int)>("recv");
    return fails("recv", {ECONNRESET, ETIMEDOUT, ENOBUFS}) ? -1 : real(descriptor, into, size, flags);
}
ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
    static auto* const real = next<ssize_t(int, msghdr*, int)>("recvmsg");
    return fails("recvmsg", {ECONNRESET, ETIMEDOUT, ENOBUFS}) ? -1 : real(descriptor, message, flags);
}
ssize_t send(int descriptor, const void* from, size_t size, int flags) {
    static auto* const real = next<ssize_t(int, const void*, size_t, int)>("send");
    return fails("send", {EPIPE, ECONNRESET, ENOBUFS}) ? -1 : real(descriptor, from, size, flags);
}
ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
    static auto* const real = next<ssize_t(int, const msghdr*, int)>("sendmsg");
    return fails("sendmsg", {EPIPE, ECONNRESET, ENOBUFS}) ? -1 : real(descriptor, message, flags);
}
int shutdown(int descriptor, int how) noexcept {
    static auto* const real = next<int(int, int)>("shutdown");
    return fails("shutdown", {ENOTCONN, EIO, ENOBUFS}) ? -1 : real(descriptor, how);
}
int setsockopt(int descriptor, int level, int name, const void* value, socklen_t size) noexcept {
    static auto* const real = next<int(int, int, int, const void*, socklen_t)>("setsockopt");
    return fails("setsockopt", {ENOMEM, EINVAL, ENOPROTOOPT}) ? -1 : real(descriptor, level, name, value, size);
}
int getpeername(int descriptor, sockaddr* __restrict address, socklen_t* __restrict size) noexcept {
    static auto* const real = next<int(int, sockaddr*, socklen_t*)>("getpeername");
    return fails("getpeername", {ENOTCONN, ENOBUFS, EINVAL}) ? -1 : real(descriptor, address, size);
}
std::FILE* fopen(const char* path, const char* mode) {
    static auto* const real = next<std::FILE*(const char*, const char*)>("fopen");
    return fails("fopen", {EMFILE, ENFILE, ENOMEM}) ? nullptr : real(path, mode);
}
std::FILE* fopen64(const char* path, const char* mode) { return fopen(path, mode); }
int epoll_ctl(int descriptor, int operation, int on, epoll_event* event) noexcept {
    static auto* const real = next<int(int, int, int, epoll_event*)>("epoll_ctl");
    return fails("epoll_ctl", {ENOSPC, ENOMEM, EPERM}) ? -1 : real(descriptor, operation, on, event);
}
}
