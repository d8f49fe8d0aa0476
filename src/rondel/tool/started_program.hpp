// A program that is run for somebody else's sake: started, looked after, ended.
#pragma once

#include <string>

#include <sys/types.h>

namespace rondel::tool {

// Owns: the process and all that it started.   Threads: one at a time.
class StartedProgram {
  public:
    explicit StartedProgram(std::string command) : command_(std::move(command)) {}  // for /bin/sh; not yet run
    ~StartedProgram();  // SIGTERM, and SIGKILL where that is not enough
    StartedProgram(const StartedProgram&) = delete;
    StartedProgram& operator=(const StartedProgram&) = delete;

    // Starts it if it does not run. Throws std::runtime_error if it cannot be started.
    void keep_running();
    // By which signal it ended since this was last asked; 0: none.
    int crashed();

  private:
    void look();

    const std::string command_;
    pid_t process_ = -1;
    int signal_ = 0;
};

}  // namespace rondel::tool
