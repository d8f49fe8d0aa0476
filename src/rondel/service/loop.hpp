// Loop: the smallest executor, for hosts without I/O: it runs what is ready, when it is told to.
#pragma once

#include "rondel/service/task.hpp"

#include <cstddef>
#include <memory>

namespace rondel {

// Owns: what was posted to it and has not run.   Threads: one.
class Loop {
  public:
    Loop();
    ~Loop();  // destroys what still waits
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    boost::asio::any_io_executor executor();
    std::size_t run_ready();  // runs until nothing is ready; how many calls that were. Never blocks
    std::size_t run_one();    // one call of these at most

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rondel
