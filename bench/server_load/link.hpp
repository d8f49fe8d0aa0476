// One connection to the server under test, and the loop that turns them all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace load {

// A sentence; the run ends.
struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Loop {
  public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    // Handles what is ready; waits up to so many milliseconds for it.
    void turn(int milliseconds);
    int handle() const { return epoll_; }

  private:
    int epoll_;
};

// Reads what is there, gives each whole element to take(), and writes all that was said meanwhile at once.
// Owns: its socket.   Threads: the loop's.
class Link {
  public:
    Link(Loop& loop, const std::string& host, std::uint16_t port);
    virtual ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void ready();  // called by the loop
    void flush();
    std::string& output() { return output_; }

  protected:
    virtual void take(std::string_view element) = 0;  // may add to output()

  private:
    void watch(bool writable);

    Loop& loop_;
    int socket_;
    bool waiting_ = false;  // for the socket to take more
    std::string input_;
    std::size_t filled_ = 0;
    std::string output_;
    std::size_t written_ = 0;
};

}  // namespace load
