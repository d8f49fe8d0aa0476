// The feeder's sockets: plain, of loopback, one at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <sys/uio.h>

namespace echo_bench {

using Clock = std::chrono::steady_clock;

// Owns: a file descriptor.
class Socket {
  public:
    explicit Socket(int file) : file_(file) {}
    Socket(Socket&& from) noexcept : file_(from.file_) { from.file_ = -1; }
    Socket& operator=(Socket&&) = delete;
    ~Socket();

    int file() const { return file_; }
    // Waits for bytes, or for room to write too, or until the time is up; whether anything may be done now.
    bool wait(bool to_write, Clock::time_point until) const;
    // Bytes moved; 0: none now; -1: the connection is at its end. Reading may wait for up to 100 ms.
    std::ptrdiff_t read(std::span<char> into, bool may_wait) const;
    std::ptrdiff_t write(std::span<const iovec> bytes) const;
    void end_output() const;

  private:
    int file_;
};

Socket listen_on_loopback(std::uint16_t port, std::uint16_t& actual);  // throws std::system_error
Socket accept_one(const Socket& listener);

}  // namespace echo_bench
