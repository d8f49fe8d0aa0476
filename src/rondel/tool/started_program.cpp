#include "rondel/tool/started_program.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rondel::tool {

StartedProgram::~StartedProgram() {
    look();
    if (process_ < 0) return;
    ::kill(-process_, SIGTERM);
    for (int i = 0; i < 200 && process_ >= 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        look();
    }
    if (process_ < 0) return;
    ::kill(-process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

void StartedProgram::keep_running() {
    look();
    if (process_ >= 0) return;
    const std::string command = "exec " + command_;  // what ends by a signal is the program, not its shell
    const char* const words[] = {"sh", "-c", command.c_str(), nullptr};
    posix_spawnattr_t how;
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);  // standard output is ours
    const int error = posix_spawn(&process_, "/bin/sh", &files, &how, const_cast<char* const*>(words), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    if (error != 0) {
        process_ = -1;
        throw std::runtime_error("The command could not be started: " + std::string(std::strerror(error)) + ".");
    }
}

int StartedProgram::crashed() {
    look();
    return std::exchange(signal_, 0);
}

void StartedProgram::look() {
    int status = 0;
    if (process_ < 0 || ::waitpid(process_, &status, WNOHANG) != process_) return;
    process_ = -1;
    if (WIFSIGNALED(status)) signal_ = WTERMSIG(status);
}

}  // namespace rondel::tool
