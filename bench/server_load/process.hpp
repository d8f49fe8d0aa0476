// What the kernel knows of the server's process.
#pragma once

#include <cstddef>

namespace load {

double cpu_seconds(int process);  // of all its threads
std::size_t resident_bytes(int process);
std::size_t peak_bytes(int process);

}  // namespace load
