#include "link.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include "scan.hpp"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace load {

namespace {

[[noreturn]] void fail(const std::string& what) { throw Failure(what + ": " + std::strerror(errno) + "."); }

}  // namespace

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) fail("There is no epoll");
}
Loop::~Loop() { close(epoll_); }

void Loop::turn(int milliseconds) {
    std::array<epoll_event, 256> events;
    const int count = epoll_wait(epoll_, events.data(), events.size(), milliseconds);
    for (int i = 0; i < count; ++i) static_cast<Link*>(events[static_cast<std::size_t>(i)].data.ptr)->ready();
}

Link::Link(Loop& loop, const std::string& host, std::uint16_t port)
    : loop_(loop), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), input_(64 * 1024, '\0') {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, host.c_str(), &address.sin_addr);
    const int yes = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail("Nobody listens at port " + std::to_string(port));
    fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = this;
    epoll_ctl(loop.handle(), EPOLL_CTL_ADD, socket_, &event);
}

Link::~Link() { close(socket_); }

void Link::ready() {
    const ssize_t got = recv(socket_, input_.data() + filled_, input_.size() - filled_, 0);
    if (got < 0 && errno != EAGAIN && errno != EINTR) fail("A connection broke");
    if (got == 0) throw Failure("The server closed a connection; its last words: " + input_.substr(0, filled_));
    if (got > 0) filled_ += static_cast<std::size_t>(got);
    std::string_view left(input_.data(), filled_);
    while (!left.empty()) {
        const std::string_view element = front_element(left);
        if (element.empty()) break;
        take(element);
        left.remove_prefix(element.size());
    }
    std::memmove(input_.data(), left.data(), left.size());
    filled_ = left.size();
    if (filled_ == input_.size()) input_.resize(input_.size() * 2);
    flush();
}

void Link::flush() {
    while (written_ < output_.size()) {
        const ssize_t sent = send(socket_, output_.data() + written_, output_.size() - written_, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) return watch(true);
        if (sent < 0) fail("A connection broke");
        written_ += static_cast<std::size_t>(sent);
    }
    output_.clear();
    written_ = 0;
    watch(false);
}

void Link::watch(bool writable) {
    if (waiting_ == writable) return;
    waiting_ = writable;
    epoll_event event{};
    event.events = writable ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.ptr = this;
    epoll_ctl(loop_.handle(), EPOLL_CTL_MOD, socket_, &event);
}

}  // namespace load
