#include "process.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace load {

namespace {

std::size_t status_line(int process, const std::string& name) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name + ":")) return std::stoul(line.substr(name.size() + 1)) * 1024;
    return 0;
}

}  // namespace

double cpu_seconds(int process) {
    double nanoseconds = 0;
    std::error_code gone;  // a thread that ends meanwhile
    for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", gone)) {
        std::ifstream file(thread.path() / "schedstat");
        double ran = 0;
        if (file >> ran) nanoseconds += ran;
    }
    return nanoseconds / 1e9;
}

std::size_t resident_bytes(int process) { return status_line(process, "VmRSS"); }
std::size_t peak_bytes(int process) { return status_line(process, "VmHWM"); }

}  // namespace load
