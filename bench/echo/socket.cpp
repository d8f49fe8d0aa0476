#include "socket.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace echo_bench {

namespace {

[[noreturn]] void fail(const char* doing) { throw std::system_error(errno, std::generic_category(), doing); }

}  // namespace

Socket::~Socket() {
    if (file_ >= 0) ::close(file_);
}

bool Socket::wait(bool to_write, Clock::time_point until) const {
    pollfd what{file_, static_cast<short>(POLLIN | (to_write ? POLLOUT : 0)), 0};
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - Clock::now());
    const auto ns = std::max<std::int64_t>(0, left.count());
    const timespec time{ns / 1'000'000'000, ns % 1'000'000'000};
    return ::ppoll(&what, 1, &time, nullptr) > 0;
}

std::ptrdiff_t Socket::read(std::span<char> into, bool may_wait) const {
    const ssize_t size = ::recv(file_, into.data(), into.size(), may_wait ? 0 : MSG_DONTWAIT);
    if (size > 0) return size;
    return size < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

std::ptrdiff_t Socket::write(std::span<const iovec> bytes) const {
    msghdr what{};
    what.msg_iov = const_cast<iovec*>(bytes.data());
    what.msg_iovlen = bytes.size();
    const ssize_t size = ::sendmsg(file_, &what, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) return size;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

void Socket::end_output() const { ::shutdown(file_, SHUT_WR); }

Socket listen_on_loopback(std::uint16_t port, std::uint16_t& actual) {
    Socket listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (listener.file() < 0) fail("socket");
    const int on = 1;
    ::setsockopt(listener.file(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(listener.file(), reinterpret_cast<sockaddr*>(&address), length) != 0) fail("bind");
    if (::listen(listener.file(), 1) != 0) fail("listen");
    if (::getsockname(listener.file(), reinterpret_cast<sockaddr*>(&address), &length) != 0) fail("getsockname");
    actual = ntohs(address.sin_port);
    return listener;
}

Socket accept_one(const Socket& listener) {
    Socket peer(::accept4(listener.file(), nullptr, nullptr, SOCK_CLOEXEC));
    if (peer.file() < 0) fail("accept");
    const int on = 1;
    ::setsockopt(peer.file(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{0, 100'000};
    ::setsockopt(peer.file(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return peer;
}

}  // namespace echo_bench
