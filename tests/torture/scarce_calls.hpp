// Calls that fail, once: the n-th of those about sockets and files, on this thread. Linking it puts them between
// the program and the C library.
#pragma once

#include <cstddef>
#include <string>

namespace rondel::torture {

// Counts from here on; 0: none fails. `kind` chooses among the errors that the call may fail with: 0 …
// kinds_of_failure-1.
void fail_call(std::size_t number, std::size_t kind);
bool call_has_failed();
std::string failed_call();  // "recv: Connection reset by peer"

inline constexpr std::size_t kinds_of_failure = 3;

}  // namespace rondel::torture
